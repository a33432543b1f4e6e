#include "vapi_sim/wire/shape.hpp"

#include <algorithm>
#include <array>

namespace vapi_sim {
namespace {

constexpr std::array lists = {Shape::List::all, Shape::List::tool_call_list, Shape::List::tool_calls,
                              Shape::List::tool_with_tool_call_list};

std::string_view word(Shape::List list) {
  switch (list) {
    case Shape::List::tool_call_list:
      return "tool_call_list";
    case Shape::List::tool_calls:
      return "tool_calls";
    case Shape::List::tool_with_tool_call_list:
      return "tool_with_tool_call_list";
    case Shape::List::all:
      return "all";
  }
  return "all";
}

// Sets the part of `shape` that `part` names; false when it names none.
bool apply_word(Shape& shape, std::string_view part) {
  for (const Shape::List list : lists) {
    if (part == word(list)) {
      shape.list = list;
      return true;
    }
  }
  if (part == "nested" || part == "flat") {
    shape.nesting = part == "flat" ? Shape::Nesting::flat : Shape::Nesting::nested;
  } else if (part == "object" || part == "string") {
    shape.arguments = part == "string" ? Shape::Arguments::string : Shape::Arguments::object;
  } else if (part == "arguments" || part == "parameters") {
    shape.argument_key = part == "parameters" ? Shape::ArgumentKey::parameters : Shape::ArgumentKey::arguments;
  } else if (part == "artifact" || part == "bare") {
    shape.artifact = part == "artifact";
  } else {
    return false;
  }
  return true;
}

}  // namespace

std::vector<Shape> all_shapes() {
  std::vector<Shape> shapes;
  for (const bool artifact : {true, false})
    for (const auto list : lists)
      for (const auto nesting : {Shape::Nesting::nested, Shape::Nesting::flat})
        for (const auto arguments : {Shape::Arguments::object, Shape::Arguments::string})
          for (const auto key : {Shape::ArgumentKey::arguments, Shape::ArgumentKey::parameters})
            shapes.push_back({list, nesting, arguments, key, artifact});
  return shapes;
}

std::string to_string(const Shape& shape) {
  std::string text(word(shape.list));
  text += shape.nesting == Shape::Nesting::flat ? "/flat" : "/nested";
  text += shape.arguments == Shape::Arguments::string ? "/string" : "/object";
  text += shape.argument_key == Shape::ArgumentKey::parameters ? "/parameters" : "/arguments";
  text += shape.artifact ? "/artifact" : "/bare";
  return text;
}

std::optional<Shape> parse_shape(std::string_view text) {
  Shape shape;
  while (!text.empty()) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    if (!apply_word(shape, text.substr(0, slash))) return std::nullopt;
    text.remove_prefix(std::min(slash + 1, text.size()));
  }
  return shape;
}

}  // namespace vapi_sim
