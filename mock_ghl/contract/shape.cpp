#include "mock_ghl/contract/shape.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/base/time.hpp"

namespace mock_ghl::contract {

using holdfast::Json;
using holdfast::Result;
using Kind = Shape::Kind;

namespace {

constexpr std::int64_t javascript_time_max_ms = 8'640'000'000'000'000;

template <class Enum, std::size_t N>
std::optional<Enum> named_value(const std::array<std::pair<std::string_view, Enum>, N>& names, std::string_view name) {
  for (const auto& [known, value] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<std::string_view, Kind>, 6> kinds{{{"any", Kind::any},
                                                                  {"text", Kind::text},
                                                                  {"number", Kind::number},
                                                                  {"integer", Kind::integer},
                                                                  {"boolean", Kind::boolean},
                                                                  {"object", Kind::object}}};
constexpr std::array<std::pair<std::string_view, Format>, 4> formats{
    {{"instant", Format::instant}, {"email", Format::email}, {"zone", Format::zone}, {"epoch_ms", Format::epoch_ms}}};

auto unreadable(const Notation& notation, std::string_view why) {
  return holdfast::fail(holdfast::ErrorKind::invalid_input,
                        "the shape " + notation.dump() + " cannot be read: " + std::string(why));
}

bool is_whole(const Json& value) {
  return value.is_number_integer() || (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
}

std::string joined_choices(const Shape& shape) {
  std::string text;
  for (const Json& choice : shape.choices) {
    text += text.empty() ? "" : ", ";
    text += choice.is_string() ? choice.get<std::string>() : holdfast::dump_json(choice);
  }
  return text;
}

bool is_choice(const Shape& shape, const Json& value) {
  return shape.choices.empty() || std::find(shape.choices.begin(), shape.choices.end(), value) != shape.choices.end();
}

// The validator's complaint about a text of that format; empty when it is fine.
std::string format_complaint(Format format, const std::string& text) {
  switch (format) {
    case Format::none:
      return "";
    case Format::instant:
      return holdfast::parse_iso(text) ? "" : " must be a valid ISO 8601 date string";
    case Format::email:
      return is_email(text) ? "" : " must be an email";
    case Format::zone:
      return holdfast::Zone::find(text) ? "" : " must be a valid IANA time-zone";
    case Format::epoch_ms:
      return parse_epoch_ms(text) ? "" : " must be a number conforming to the specified constraints";
  }
  return "";
}

// The length of a UTF-8 text as JavaScript counts it, in units of UTF-16: one beyond the basic plane is two.
std::size_t javascript_length(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) != 0x80U) units += byte >= 0xF0U ? 2 : 1;
  }
  return units;
}

std::string text_complaint(const Shape& shape, const std::string& text) {
  if (std::string complaint = format_complaint(shape.format, text); !complaint.empty()) return complaint;
  const double length = static_cast<double>(javascript_length(text));
  const auto characters = [](double limit) { return std::to_string(static_cast<std::int64_t>(limit)) + " characters"; };
  if (shape.max && length > *shape.max) return " must be shorter than or equal to " + characters(*shape.max);
  if (shape.min && length < *shape.min) return " must be longer than or equal to " + characters(*shape.min);
  return "";
}

std::string number_complaint(const Shape& shape, double value) {
  const auto written = [](double limit) { return std::to_string(static_cast<std::int64_t>(limit)); };
  if (shape.min && value < *shape.min) return " must not be less than " + written(*shape.min);
  if (shape.max && value > *shape.max) return " must not be greater than " + written(*shape.max);
  return "";
}

// What class-validator says of a scalar; empty when it is right.
std::string scalar_complaint(const Shape& shape, const Json& value) {
  switch (shape.kind) {
    case Kind::text:
      if (!value.is_string()) return shape.format == Format::email ? " must be an email" : " must be a string";
      break;
    case Kind::number:
      if (!value.is_number()) return " must be a number conforming to the specified constraints";
      break;
    case Kind::integer:
      if (!is_whole(value)) return " must be an integer number";
      break;
    case Kind::boolean:
      if (!value.is_boolean()) return " must be a boolean value";
      break;
    default:
      break;
  }
  if (!is_choice(shape, value)) return " must be one of the following values: " + joined_choices(shape);
  if (shape.kind == Kind::text) return text_complaint(shape, value.get_ref<const std::string&>());
  if (shape.kind == Kind::number || shape.kind == Kind::integer) return number_complaint(shape, value.get<double>());
  return "";
}

const Member* find_member_spec(const Shape& shape, std::string_view name) {
  const auto it = std::find_if(shape.members.begin(), shape.members.end(),
                               [&](const Member& member) { return member.name == name; });
  return it == shape.members.end() ? nullptr : &*it;
}

// The complaints about one request. Only so many are kept: a few megabytes of wrong items would else make a refusal of
// a hundred.
class Complaints {
 public:
  void add(std::string text) {
    if (full()) return;
    bytes_ += text.size();
    texts_.push_back(std::move(text));
  }
  bool full() const { return texts_.size() >= count_max || bytes_ >= bytes_max; }
  std::size_t count() const { return texts_.size(); }
  std::vector<std::string> take() { return std::move(texts_); }

 private:
  static constexpr std::size_t count_max = 100;
  static constexpr std::size_t bytes_max = 64 * 1024;
  std::vector<std::string> texts_;
  std::size_t bytes_ = 0;
};

void check_value(const Shape& shape, const Json& value, const std::string& name, Complaints& complaints);

void check_members(const Shape& shape, const Json& value, const std::string& prefix, Complaints& complaints) {
  if (shape.members.empty()) return;
  for (const auto& [key, ignored] : value.items()) {
    if (complaints.full()) return;
    if (find_member_spec(shape, key) == nullptr) complaints.add(prefix + "property " + key + " should not exist");
  }
  static const Json absent;
  for (const Member& member : shape.members) {
    const Json* found = holdfast::find_member(value, member.name);
    if (found == nullptr && !member.required) continue;
    if (found == nullptr && member.shape->nullable && value.contains(member.name)) continue;
    const std::size_t before = complaints.count();
    check_value(*member.shape, found == nullptr ? absent : *found, prefix + member.name, complaints);
    if (complaints.count() != before || !member.required) continue;
    const bool empty = found == nullptr || (found->is_string() && found->get_ref<const std::string&>().empty());
    if (empty) complaints.add(prefix + member.name + " should not be empty");
  }
}

void check_list(const Shape& shape, const Json& value, const std::string& name, Complaints& complaints) {
  const Shape& element = *shape.element;
  const bool of_texts = element.kind == Kind::text && element.choices.empty() && element.format == Format::none;
  if (!value.is_array()) {
    return complaints.add(of_texts ? "each value in " + name + " must be a string" : name + " must be an array");
  }
  if (shape.max && static_cast<double>(value.size()) > *shape.max) {
    return complaints.add(name + " must contain no more than " + std::to_string(static_cast<std::int64_t>(*shape.max)) +
                          " elements");
  }
  for (std::size_t i = 0; i < value.size() && !complaints.full(); ++i) {
    if (of_texts) {
      if (!value[i].is_string()) return complaints.add("each value in " + name + " must be a string");
      continue;
    }
    check_value(element, value[i], name + "." + std::to_string(i), complaints);
  }
}

void check_alternatives(const Shape& shape, const Json& value, const std::string& name, Complaints& complaints) {
  std::vector<std::string> first;
  for (const Shape* alternative : shape.alternatives) {
    Complaints found;
    check_value(*alternative, value, name, found);
    if (found.count() == 0) return;
    if (alternative == shape.alternatives.front()) first = found.take();
  }
  for (std::string& text : first) complaints.add(std::move(text));
}

void check_map(const Shape& shape, const Json& value, const std::string& name, Complaints& complaints) {
  for (const auto& [key, member] : value.items()) {
    if (complaints.full()) return;
    check_value(*shape.element, member, name + "." + key, complaints);
  }
}

void check_value(const Shape& shape, const Json& value, const std::string& name, Complaints& complaints) {
  if (value.is_null() && shape.nullable) return;
  switch (shape.kind) {
    case Kind::any:
      return;
    case Kind::any_of:
      return check_alternatives(shape, value, name, complaints);
    case Kind::list:
      return check_list(shape, value, name, complaints);
    case Kind::map:
    case Kind::object:
      if (!value.is_object()) return complaints.add(name + " must be an object");
      return shape.kind == Kind::map ? check_map(shape, value, name, complaints)
                                     : check_members(shape, value, name + ".", complaints);
    default:
      if (std::string complaint = scalar_complaint(shape, value); !complaint.empty()) complaints.add(name + complaint);
  }
}

// A query's text as the value its shape asks for; the text itself when it is none.
Json read_parameter(const Shape& shape, const std::string& text) {
  if (shape.kind == Kind::boolean && (text == "true" || text == "false")) return text == "true";
  if (shape.kind == Kind::number || shape.kind == Kind::integer) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size() && std::isfinite(value)) return value;
  }
  return text;
}

// What a query says of one parameter.
struct Given {
  std::vector<std::string> values = {};
  bool bracketed = false;  // "name[]"
};

Given given_values(const holdfast::net::Target& target, std::string_view name) {
  Given given;
  for (const auto& [key, value] : target.query) {
    if (holdfast::net::without_brackets(key) != name) continue;
    given.bracketed = given.bracketed || key.size() != name.size();
    given.values.push_back(value);
  }
  return given;
}

void check_parameter(const Member& member, const Given& given, Complaints& complaints) {
  const Shape& shape = *member.shape;
  if (given.values.size() > 1 || given.bracketed) {
    // A list, as Express reads it; a handler asks for the plain name.
    if (shape.kind == Kind::any) return;
    if (shape.kind != Kind::list) return check_value(shape, Json(given.values), member.name, complaints);
  }
  if (given.values.empty() || (member.required && given.values.front().empty())) {
    if (member.required) complaints.add(member.name + " should not be empty");
    return;
  }
  const Shape& of_one = shape.kind == Kind::list ? *shape.element : shape;
  for (const std::string& value : given.values) {
    check_value(of_one, read_parameter(of_one, value), member.name, complaints);
  }
}

class ReplyCheck {
 public:
  ReplyCheck(const std::vector<std::string>& extras, std::vector<std::string>& found)
      : extras_(extras), found_(found) {}

  void check(const Shape& shape, const Json& value, const std::string& path) {
    if (value.is_null() && shape.nullable) return;
    switch (shape.kind) {
      case Kind::any:
        return;
      case Kind::any_of:
        return check_any(shape, value, path);
      case Kind::list:
        if (!value.is_array()) return complain(path, " is not a list");
        for (std::size_t i = 0; i < value.size(); ++i) {
          check(*shape.element, value[i], path + "[" + std::to_string(i) + "]");
        }
        return;
      case Kind::map:
      case Kind::object:
        if (!value.is_object()) return complain(path, " is not an object");
        return shape.kind == Kind::map ? check_map(shape, value, path) : check_object(shape, value, path);
      default:
        if (std::string wrong = scalar_complaint(shape, value); !wrong.empty()) complain(path, wrong);
    }
  }

 private:
  void complain(const std::string& path, const std::string& what) { found_.push_back(path + what); }
  bool is_extra(const std::string& name) const {
    return std::find(extras_.begin(), extras_.end(), name) != extras_.end();
  }
  void check_any(const Shape& shape, const Json& value, const std::string& path) {
    for (const Shape* alternative : shape.alternatives) {
      std::vector<std::string> found;
      ReplyCheck(extras_, found).check(*alternative, value, path);
      if (found.empty()) return;
    }
    complain(path, " fits none of its alternatives");
  }
  void check_map(const Shape& shape, const Json& value, const std::string& path) {
    for (const auto& [key, member] : value.items()) {
      if (!is_extra(key)) check(*shape.element, member, path + "." + key);
    }
  }
  void check_object(const Shape& shape, const Json& value, const std::string& path) {
    if (shape.members.empty()) return;
    for (const Member& member : shape.members) {
      if (member.required && !value.contains(member.name)) complain(path + "." + member.name, " is missing");
    }
    for (const auto& [key, member] : value.items()) {
      const Member* spec = find_member_spec(shape, key);
      if (spec != nullptr) {
        check(*spec->shape, member, path + "." + key);
      } else if (!is_extra(key)) {
        complain(path + "." + key, " is not declared");
      }
    }
  }

  const std::vector<std::string>& extras_;
  std::vector<std::string>& found_;
};

}  // namespace

Result<void> Shapes::declare(const Notation& named) {
  for (const auto& [name, ignored] : named.items()) {
    owned_.emplace_back();
    named_.emplace(name, &owned_.back());
  }
  for (const auto& [name, notation] : named.items()) {
    if (auto read = read_into(notation, *named_.at(name)); !read) return read;
  }
  return {};
}

Result<const Shape*> Shapes::read(const Notation& notation) {
  if (notation.is_string() && notation.get_ref<const std::string&>().starts_with('@')) {
    const auto it = named_.find(std::string_view(notation.get_ref<const std::string&>()).substr(1));
    if (it == named_.end()) return unreadable(notation, "no shape has this name");
    return static_cast<const Shape*>(it->second);
  }
  owned_.emplace_back();
  Shape& shape = owned_.back();
  if (auto read = read_into(notation, shape); !read) return holdfast::fail(read.error());
  return static_cast<const Shape*>(&shape);
}

Result<void> Shapes::read_members(const Notation& notation, Shape& shape) {
  shape.kind = Kind::object;
  for (const auto& [key, value] : notation.items()) {
    auto member = read(value);
    if (!member) return holdfast::fail(member.error());
    const bool required = key.ends_with('!');
    shape.members.push_back({required ? key.substr(0, key.size() - 1) : key, required, *member});
  }
  return {};
}

Result<void> Shapes::read_into(const Notation& notation, Shape& shape) {
  if (notation.is_string()) {
    const auto& name = notation.get_ref<const std::string&>();
    if (name.starts_with('@')) {  // a named shape that is another one
      auto other = read(notation);
      if (!other) return holdfast::fail(other.error());
      shape.kind = Kind::any_of;
      shape.alternatives = {*other};
      return {};
    }
    const auto kind = named_value(kinds, name);
    if (!kind) return unreadable(notation, "no kind has this name");
    shape.kind = *kind;
    return {};
  }
  if (!notation.is_object()) return unreadable(notation, "it is neither a text nor an object");
  if (notation.value("nullable", false)) shape.nullable = true;
  if (const auto it = notation.find("min"); it != notation.end()) shape.min = it->get<double>();
  if (const auto it = notation.find("max"); it != notation.end()) shape.max = it->get<double>();
  if (const auto it = notation.find("enum"); it != notation.end()) {
    for (const Notation& choice : *it) shape.choices.emplace_back(Json(choice));
  }
  if (const auto it = notation.find("format"); it != notation.end()) {
    const auto format = named_value(formats, it->get<std::string>());
    if (!format) return unreadable(notation, "no format has this name");
    shape.format = *format;
  }
  if (const auto it = notation.find("members"); it != notation.end()) return read_members(*it, shape);
  if (const auto it = notation.find("any_of"); it != notation.end()) {
    shape.kind = Kind::any_of;
    for (const Notation& alternative : *it) {
      auto read_one = read(alternative);
      if (!read_one) return holdfast::fail(read_one.error());
      shape.alternatives.push_back(*read_one);
    }
    return {};
  }
  for (const auto& [key, kind] : {std::pair{"list", Kind::list}, std::pair{"map", Kind::map}}) {
    const auto it = notation.find(key);
    if (it == notation.end()) continue;
    auto element = read(*it);
    if (!element) return holdfast::fail(element.error());
    shape.kind = kind;
    shape.element = *element;
    return {};
  }
  const auto kind = named_value(kinds, notation.value("type", "text"));
  if (!kind) return unreadable(notation, "no kind has this name");
  shape.kind = *kind;
  return {};
}

std::vector<std::string> check_body(const Shape& shape, const Json& body) {
  Complaints complaints;
  if (shape.kind == Kind::object && body.is_object()) {
    check_members(shape, body, "", complaints);
  } else {
    check_value(shape, body, "body", complaints);
  }
  return complaints.take();
}

std::vector<std::string> check_query(const Shape& shape, const holdfast::net::Target& target) {
  Complaints complaints;
  for (const auto& [key, value] : target.query) {
    if (find_member_spec(shape, holdfast::net::without_brackets(key)) == nullptr) {
      complaints.add("property " + key + " should not exist");
    }
  }
  for (const Member& member : shape.members) {
    check_parameter(member, given_values(target, member.name), complaints);
  }
  return complaints.take();
}

std::vector<std::string> check_reply(const Shape& shape, const Json& reply, const std::vector<std::string>& extras) {
  std::vector<std::string> found;
  ReplyCheck(extras, found).check(shape, reply, "body");
  return found;
}

std::optional<holdfast::Instant> parse_epoch_ms(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < -javascript_time_max_ms || value > javascript_time_max_ms) return std::nullopt;
  return holdfast::from_epoch_ms(value);
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.size() > 254) return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  if (dot == std::string_view::npos || dot == 0 || domain.back() == '.') return false;
  return domain.find('@') == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

}  // namespace mock_ghl::contract
