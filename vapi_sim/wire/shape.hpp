// The wire shapes in which Vapi's tool-calls message is seen in the wild, because its sources disagree
// (facts/vapi.md C1, C2). A backend that reads only one of them loses bookings.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vapi_sim {

// How one tool-calls message is written. The default is the captured body of facts/vapi.md 2.1: all three lists, nested
// entries, `arguments` as an object, with artifact.
struct Shape {
  // Which of the lists of the message carry the calls.
  enum class List { tool_call_list, tool_calls, tool_with_tool_call_list, all };
  // nested: {"id","type","function":{"name","arguments"}}; flat: {"id","name","arguments"}.
  enum class Nesting { nested, flat };
  // object: {"date":"…"}; string: "{\"date\":\"…\"}".
  enum class Arguments { object, string };
  // The name of the member that carries the arguments.
  enum class ArgumentKey { arguments, parameters };

  List list = List::all;
  Nesting nesting = Nesting::nested;
  Arguments arguments = Arguments::object;
  ArgumentKey argument_key = ArgumentKey::arguments;
  bool artifact = true;  // with the prompt and the conversation so far, as Vapi sends them

  bool operator==(const Shape&) const = default;
};

// Every combination, the default first; 64 of them.
std::vector<Shape> all_shapes();
// "all/nested/object/arguments/artifact" or, without history, "…/bare": stable, for reports and --shape.
std::string to_string(const Shape& shape);
// Reads what to_string wrote; parts may be left out or stand in any order ("flat", "string/tool_calls"): the rest is
// the default. nullopt when a part is none of the known words.
std::optional<Shape> parse_shape(std::string_view text);

}  // namespace vapi_sim
