// Reading one table of a TOML file strictly. Private to core/daemon.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::daemon {

// What is wrong with a file, collected while it is read.
class ProblemList {
 public:
  explicit ProblemList(std::string file_name) : file_name_(std::move(file_name)) {}
  // Adds "file:line: sentence"; without a line when it is 0.
  void add(std::uint32_t line, const std::string& sentence);
  // Ordered by line.
  std::vector<std::string> sorted() const;
  bool empty() const { return problems_.empty(); }
  std::size_t size() const { return problems_.size(); }

 private:
  struct Problem {
    std::uint32_t line;
    std::string sentence;
  };
  std::string file_name_;
  std::vector<Problem> problems_;
};

// One table and the keys that were asked for. An absent table reads as empty.
class Section {
 public:
  // `name` is how sentences call it: "[server]". `line` is where it begins.
  Section(const toml::table* table, std::string name, std::uint32_t line, ProblemList& problems)
      : table_(table), name_(std::move(name)), line_(line), problems_(problems) {}

  // Each returns nullopt when the key is absent or its value is no good, which is then a problem.
  std::optional<std::string> text(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  // As text(), but its absence or emptiness is a problem.
  std::string required_text(std::string_view key, std::string_view hint);
  // A table inside this one; its name is "[section.key]".
  Section table(std::string_view key, std::string name);
  // The tables of an array of tables, each called `name`.
  std::vector<Section> tables(std::string_view key, const std::string& name);
  // Whether the key is there, without reading it.
  bool has(std::string_view key);
  // Refuses `key` with `sentence` should it be there; it is not offered as a known key.
  void forbid(std::string_view key, const std::string& sentence);
  // Every key that was not asked for is a problem that names the nearest known one.
  void finish();

  // The line a key stands in, 0 when the section has no such key.
  std::uint32_t line_of(std::string_view key) const;
  void problem(std::string_view key, const std::string& sentence);
  std::uint32_t line() const { return line_; }
  const std::string& name() const { return name_; }

 private:
  const toml::node* find(std::string_view key);

  const toml::table* table_;
  std::string name_;
  std::uint32_t line_;
  ProblemList& problems_;
  std::vector<std::string> known_;
  std::vector<std::string> forbidden_;
};

}  // namespace holdfast::daemon
