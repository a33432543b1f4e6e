// ObjectReader: strict reading of our own JSON files. Every fault names its path; unknown keys are faults.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace mock_ghl {

// Collects the first fault of a file, or of a body that somebody sent.
class Faults {
 public:
  // `whole` names what is read, for a fault of no member: "the body: must be an object".
  explicit Faults(std::string_view whole = "the file") : whole_(whole) {}
  // Notes a fault at a path.
  void add(const std::string& path, std::string_view what);
  bool any() const { return error_.has_value(); }
  // The first fault as invalid_input. There must be one.
  std::unexpected<holdfast::Error> result() const;

 private:
  std::string whole_;
  std::optional<holdfast::Error> error_;
};

// Reads the members of one object. A wrong type or a missing required member is noted in `faults` and the output keeps
// its value. Call finish() last: it notes the first member nobody asked for.
class ObjectReader {
 public:
  ObjectReader(const holdfast::Json& value, std::string path, Faults& faults);

  // Reads a member into `out`; a wrong type or a missing required one is noted as a fault.
  void text(std::string_view key, std::string& out, bool required = false);
  void boolean(std::string_view key, bool& out);
  void number(std::string_view key, double& out, double low, double high);
  template <class Int>
  void integer(std::string_view key, Int& out, std::int64_t low, std::int64_t high, bool required = false) {
    if (const auto value = read_integer(key, low, high, required)) out = static_cast<Int>(*value);
  }
  void texts(std::string_view key, std::vector<std::string>& out);
  // The member when it is an object or an array, else nullptr (a fault unless it is absent or null).
  const holdfast::Json* object(std::string_view key);
  const holdfast::Json* array(std::string_view key);
  // The member whatever it is; nullptr when it is absent or null.
  const holdfast::Json* any(std::string_view key) { return member(key, false); }
  // True when the member is there and null.
  bool null(std::string_view key);
  // "path.key"
  std::string path_of(std::string_view key) const;
  void fault(std::string_view key, std::string_view what) { faults_.add(path_of(key), what); }
  bool has(std::string_view key) { return member(key, false) != nullptr; }
  Faults& faults() { return faults_; }
  void finish();

 private:
  const holdfast::Json* member(std::string_view key, bool required);
  std::optional<std::int64_t> read_integer(std::string_view key, std::int64_t low, std::int64_t high, bool required);

  const holdfast::Json& value_;
  std::string path_;
  Faults& faults_;
  std::set<std::string, std::less<>> asked_;
};

// Calls read(element, "path[i]") for each element of `array`; nothing when it is nullptr.
template <class Read>
void for_each_element(const holdfast::Json* array, const std::string& path, Read read) {
  if (array == nullptr) return;
  std::size_t i = 0;
  for (const holdfast::Json& element : *array) read(element, path + "[" + std::to_string(i++) + "]");
}

// Reads a text that must be one of the names in `map`.
template <class Enum, std::size_t N>
void read_choice(ObjectReader& reader, std::string_view key,
                 const std::array<std::pair<std::string_view, Enum>, N>& map, Enum& out) {
  if (!reader.has(key)) return;
  std::string name;
  reader.text(key, name);
  for (const auto& [known, value] : map) {
    if (known == name) {
      out = value;
      return;
    }
  }
  std::string allowed;
  for (const auto& [known, value] : map) allowed += (allowed.empty() ? "" : ", ") + std::string(known);
  reader.fault(key, "must be one of: " + allowed);
}

}  // namespace mock_ghl
