#include "core/base/json.hpp"

#include <algorithm>
#include <charconv>

namespace holdfast {
namespace {
constexpr int nesting_max = 64;

// What the parser missed, in its words, without the text it read: an Error holds nothing personal.
std::string without_text(std::string_view sentence) {
  if (const auto dash = sentence.find(" - "); dash != std::string_view::npos) sentence.remove_prefix(dash + 3);
  return std::string(sentence.substr(0, sentence.find("; last read: '")));
}

// The place of a fault, for a person with an editor. `place` counts the bytes read, the faulty one included.
Error syntax_fault(std::string_view text, std::size_t place, const Json::exception& error) {
  const std::string_view before = text.substr(0, place == 0 ? 0 : std::min(place - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto line_end = before.rfind('\n');
  const std::size_t column = before.size() - (line_end == std::string_view::npos ? 0 : line_end + 1) + 1;
  const bool number = dynamic_cast<const Json::out_of_range*>(&error) != nullptr;
  return {.kind = ErrorKind::invalid_input,
          .message = "invalid JSON at line " + std::to_string(line) + ", column " + std::to_string(column) + ": " +
                     (number ? "a number is too large" : without_text(error.what()))};
}

// Reads only for the fault.
class FaultFinder {
 public:
  explicit FaultFinder(std::string_view text) : text_(text) {}

  bool null() { return true; }
  bool boolean(bool /*value*/) { return true; }
  bool number_integer(std::int64_t /*value*/) { return true; }
  bool number_unsigned(std::uint64_t /*value*/) { return true; }
  bool number_float(double /*value*/, const std::string& /*text*/) { return true; }
  bool string(std::string& /*value*/) { return true; }
  bool binary(Json::binary_t& /*value*/) { return true; }
  bool start_object(std::size_t /*size*/) { return true; }
  bool start_array(std::size_t /*size*/) { return true; }
  bool end_object() { return true; }
  bool end_array() { return true; }
  bool key(std::string& /*name*/) { return true; }
  bool parse_error(std::size_t place, const std::string& /*token*/, const Json::exception& error) {
    found_ = syntax_fault(text_, place, error);
    return false;
  }

  Error take() { return std::move(found_); }

 private:
  std::string_view text_;
  Error found_{.kind = ErrorKind::invalid_input, .message = "invalid JSON"};
};

// Why a text is no JSON. Read a second time, so that whole texts pay nothing for it.
std::unexpected<Error> invalid(std::string_view text) {
  FaultFinder finder(text);
  Json::sax_parse(text, &finder);
  return fail(finder.take());
}

// Builds a Json from the parser's events and leaves out what the filter refuses. nlohmann's own callback parser would
// do the same, but looks through all earlier siblings after each object, which an array of a million objects turns into
// hours.
class FilteringBuilder {
 public:
  explicit FilteringBuilder(JsonFilter keep) : keep_(keep) {}

  bool null() { return leaf(nullptr); }
  bool boolean(bool value) { return leaf(value); }
  bool number_integer(std::int64_t value) { return leaf(value); }
  bool number_unsigned(std::uint64_t value) { return leaf(value); }
  bool number_float(double value, const std::string& /*text*/) { return leaf(value); }
  bool string(std::string& value) { return leaf(std::move(value)); }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool start_object(std::size_t /*size*/) { return open(Json::value_t::object); }
  bool start_array(std::size_t /*size*/) { return open(Json::value_t::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    if (skipped_depth_ > 0) return true;
    path_.push_back(std::move(name));
    skip_next_ = !keep_(path_);
    return true;
  }
  bool parse_error(std::size_t /*place*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

  bool too_deep() const { return too_deep_; }
  Json take() { return std::move(root_); }

 private:
  // True when the coming value is to be left out.
  bool skipping() const { return skipped_depth_ > 0 || skip_next_; }

  // Puts a value where it belongs and returns its place.
  Json* place(Json value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    Json& member = parent[path_.back()];
    member = std::move(value);
    return &member;
  }
  // After a value: its key, if it had one, no longer leads anywhere.
  void finished() {
    skip_next_ = false;
    if (!open_.empty() && open_.back()->is_object()) path_.pop_back();
  }
  bool leaf(Json value) {
    if (skipped_depth_ > 0) return true;
    if (!skip_next_) place(std::move(value));
    finished();
    return true;
  }
  bool open(Json::value_t type) {
    if (++depth_ > nesting_max) {
      too_deep_ = true;
      return false;
    }
    if (skipping())
      ++skipped_depth_;
    else
      open_.push_back(place(Json(type)));
    return true;
  }
  bool close() {
    --depth_;
    if (skipped_depth_ > 0) {
      if (--skipped_depth_ == 0) finished();
      return true;
    }
    open_.pop_back();
    finished();
    return true;
  }

  JsonFilter keep_;
  Json root_;
  std::vector<Json*> open_;        // the containers around the present place, outermost first
  std::vector<std::string> path_;  // one key for every open object whose member is being read
  int depth_ = 0;
  int skipped_depth_ = 0;   // how many containers of a refused member are open
  bool skip_next_ = false;  // the key just read was refused
  bool too_deep_ = false;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  // nlohmann's own parser is iterative, but destroying and copying deep values is not: refuse depth before building it.
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      continue;
    }
    if (c == '"')
      in_string = true;
    else if (c == '{' || c == '[') {
      if (++depth > nesting_max) return fail(ErrorKind::invalid_input, "JSON nested deeper than 64 levels; flatten it");
    } else if (c == '}' || c == ']')
      --depth;
  }
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return invalid(text);
  return value;
}

Result<Json> parse_json_filtered(std::string_view text, JsonFilter keep) {
  FilteringBuilder builder(keep);
  if (!Json::sax_parse(text, &builder)) {
    if (builder.too_deep()) return fail(ErrorKind::invalid_input, "JSON nested deeper than 64 levels; flatten it");
    return invalid(text);
  }
  return builder.take();
}

const Json* find_member(const Json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto it = value.find(key);
  if (it == value.end() || it->is_null()) return nullptr;
  return &*it;
}

std::optional<std::string> string_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::int64_t> integer_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_number_unsigned() && member->get<std::uint64_t>() > std::uint64_t{INT64_MAX}) return std::nullopt;
  if (member->is_number_integer()) return member->get<std::int64_t>();
  if (member->is_number_float()) {
    const double number = member->get<double>();
    if (number < -9.0e15 || number > 9.0e15 || number != static_cast<double>(static_cast<std::int64_t>(number)))
      return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (!member->is_string()) return std::nullopt;
  const std::string& text = member->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> bool_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace holdfast
