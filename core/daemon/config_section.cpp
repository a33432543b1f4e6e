#include "core/daemon/config_section.hpp"

#include <algorithm>

#include "core/base/edit_distance.hpp"

namespace holdfast::daemon {
namespace {

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    case toml::node_type::boolean:
      return "true or false";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

}  // namespace

void ProblemList::add(std::uint32_t line, const std::string& sentence) {
  const std::string place = line == 0 ? file_name_ : file_name_ + ":" + std::to_string(line);
  problems_.push_back({line, place + ": " + sentence});
}

std::vector<std::string> ProblemList::sorted() const {
  std::vector<Problem> ordered = problems_;
  std::ranges::stable_sort(ordered, {}, &Problem::line);
  std::vector<std::string> sentences;
  for (Problem& problem : ordered) sentences.push_back(std::move(problem.sentence));
  return sentences;
}

const toml::node* Section::find(std::string_view key) {
  if (!contains(known_, key)) known_.emplace_back(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::uint32_t Section::line_of(std::string_view key) const {
  const toml::node* node = table_ == nullptr ? nullptr : table_->get(key);
  return node == nullptr ? line_ : node->source().begin.line;
}

void Section::problem(std::string_view key, const std::string& sentence) {
  problems_.add(line_of(key), name_ + " " + std::string(key) + " " + sentence);
}

bool Section::has(std::string_view key) {
  return find(key) != nullptr;
}

std::optional<std::string> Section::text(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<std::string>()) return value;
  problem(key, "must be a text in quotes, not " + type_name(*node));
  return std::nullopt;
}

std::optional<std::int64_t> Section::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value) {
    problem(key, "must be a whole number, not " + type_name(*node));
    return std::nullopt;
  }
  if (*value >= least && *value <= most) return value;
  problem(key,
          "must be from " + std::to_string(least) + " to " + std::to_string(most) + ", not " + std::to_string(*value));
  return std::nullopt;
}

std::optional<bool> Section::boolean(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (const auto value = node->value_exact<bool>()) return value;
  problem(key, "must be true or false, not " + type_name(*node));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Section::texts(std::string_view key) {
  const toml::node* node = find(key);
  if (node == nullptr) return std::nullopt;
  const toml::array* list = node->as_array();
  std::vector<std::string> values;
  bool good = list != nullptr;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const auto value = list->get(i)->value_exact<std::string>();
    good = value.has_value();
    if (good) values.push_back(*value);
  }
  if (good) return values;
  problem(key, "must be a list of texts, such as [\"a\", \"b\"]");
  return std::nullopt;
}

std::string Section::required_text(std::string_view key, std::string_view hint) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    problems_.add(line_, name_ + " needs " + std::string(key) + ": " + std::string(hint));
    return {};
  }
  auto value = text(key);
  if (value && value->empty()) problem(key, "must not be empty: " + std::string(hint));
  return value.value_or("");
}

Section Section::table(std::string_view key, std::string name) {
  const toml::node* node = find(key);
  if (node == nullptr) return {nullptr, std::move(name), line_, problems_};
  if (!node->is_table()) problem(key, "must be a table written as " + name + ", not " + type_name(*node));
  return {node->as_table(), std::move(name), node->source().begin.line, problems_};
}

std::vector<Section> Section::tables(std::string_view key, const std::string& name) {
  std::vector<Section> sections;
  const toml::node* node = find(key);
  if (node == nullptr) return sections;
  const toml::array* list = node->as_array();
  bool good = list != nullptr;
  for (std::size_t i = 0; good && i < list->size(); ++i) {
    const toml::table* table = list->get(i)->as_table();
    good = table != nullptr;
    if (good) sections.emplace_back(table, name, table->source().begin.line, problems_);
  }
  if (!good) problem(key, "must be written as " + name + " with its keys below");
  return sections;
}

void Section::forbid(std::string_view key, const std::string& sentence) {
  forbidden_.emplace_back(key);
  if (table_ != nullptr && table_->get(key) != nullptr) problem(key, sentence);
}

void Section::finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, node] : *table_) {
    const std::string name(key.str());
    if (contains(known_, name) || contains(forbidden_, name)) continue;
    std::string sentence = "unknown key \"" + name + "\"";
    if (name_ != "the file") sentence += " in " + name_;
    const auto nearest =
        std::ranges::min_element(known_, {}, [&](const std::string& known) { return edit_distance(name, known); });
    if (nearest != known_.end() && edit_distance(name, *nearest) <= std::max<std::size_t>(2, name.size() / 2)) {
      sentence += "; did you mean \"" + *nearest + "\"?";
    } else {
      sentence += "; it takes " + joined(known_);
    }
    problems_.add(key.source().begin.line, sentence);
  }
}

}  // namespace holdfast::daemon
