#include "core/vapi/messages.hpp"

#include <map>
#include <utility>

namespace holdfast::vapi {
namespace {

constexpr std::string_view hook_call_id = "hook-function-call";
constexpr std::string_view legacy_call_id = "function-call";

// What the house needs of a body. A list of what is kept, not of what is skipped: artifact, prompt and history can be
// megabytes, and phoneNumber can carry a Twilio auth token (facts/vapi.md 1), which is so never even in memory.
bool keep_member(const std::vector<std::string>& path) {
  const std::string& key = path.back();
  if (path.size() == 1) return key == "message";
  if (path.size() == 2) {
    return key == "type" || key == "toolCallList" || key == "toolCalls" || key == "toolWithToolCallList" ||
           key == "functionCall" || key == "call" || key == "customer" || key == "phoneNumber" || key == "assistant" ||
           key == "chat" || key == "session";
  }
  if (path.size() > 3) return path[1] != "call" || path[2] != "customer" || key == "number";
  const std::string& parent = path[1];
  if (parent == "call") return key == "id" || key == "assistantId" || key == "customer";
  if (parent == "customer" || parent == "phoneNumber") return key == "number";
  if (parent == "assistant" || parent == "session") return key == "id";
  if (parent == "chat") return key == "id" || key == "sessionId";
  // The tool's own definition stands beside its call.
  if (parent == "toolWithToolCallList") return key == "toolCall";
  return true;
}

// How much an entry tells about its arguments; the same call is listed up to three times and the best telling counts.
enum class Telling { absent, unreadable, empty, full };

struct Arguments {
  Telling telling = Telling::absent;
  Json object = Json::object();
  std::string error;
};

Arguments unreadable(std::string error) {
  return {.telling = Telling::unreadable, .object = Json::object(), .error = std::move(error)};
}

// Reads what stands under `arguments` or `parameters`: an object, or its text, or its text's text (facts/vapi.md C1).
Arguments read_arguments(const Json& value) {
  Json held = value;
  for (int unwrapped = 0; held.is_string() && unwrapped < 2; ++unwrapped) {
    const std::string text = held.get<std::string>();
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      held = Json::object();
      break;
    }
    Result<Json> parsed = parse_json(text);
    if (!parsed) {
      return unreadable(
          "The arguments of this tool call are not valid JSON. Call the tool again with its arguments as one JSON "
          "object.");
    }
    held = std::move(*parsed);
  }
  if (held.is_null()) return {.telling = Telling::empty, .object = Json::object(), .error = {}};
  if (!held.is_object()) {
    return unreadable(
        "The arguments of this tool call must be one JSON object with named members. Call the tool again.");
  }
  return {.telling = held.empty() ? Telling::empty : Telling::full, .object = std::move(held), .error = {}};
}

// Tools fired by a hook get arguments in the shape of a JSON schema: {"properties":{"reason":{"value":"…"}}}.
Json flatten_hook_arguments(Json arguments) {
  const Json* properties = find_member(arguments, "properties");
  if (properties == nullptr || !properties->is_object()) return arguments;
  Json flat = Json::object();
  for (const auto& [name, property] : properties->items()) {
    if (const Json* value = find_member(property, "value")) flat[name] = *value;
  }
  return flat;
}

// A call as one entry of one list tells it.
struct Entry {
  std::string id;
  std::string name;
  Arguments arguments;
  int list = 0;  // the latest of the message's lists that told it
  bool is_ambiguous = false;

  // Whether one list tells two calls of one id, and not the same call twice.
  bool is_beside(const Entry& other) const {
    return list == other.list && (name != other.name || arguments.telling != other.arguments.telling ||
                                  arguments.object != other.arguments.object);
  }
};

// A call id as text. Integers are no ids by the schema; their decimal text is the only thing that could be answered to.
std::string read_id(const Json& entry) {
  const Json* id = find_member(entry, "id");
  if (id == nullptr) return {};
  if (id->is_string()) return id->get<std::string>();
  if (id->is_number_integer()) return id->dump();
  return {};
}

// Reads a nested or flat entry; members are looked for in `function` first, then beside it (facts/vapi.md C2).
Entry read_entry(const Json& json) {
  Entry entry;
  entry.id = read_id(json);
  const Json* function = find_member(json, "function");
  for (const Json* holder : {function, &json}) {
    if (holder == nullptr || !holder->is_object()) continue;
    if (entry.name.empty()) entry.name = string_member(*holder, "name").value_or("");
    for (const char* key : {"arguments", "parameters"}) {
      const Json* value = find_member(*holder, key);
      if (value == nullptr) continue;
      Arguments arguments = read_arguments(*value);
      if (arguments.telling > entry.arguments.telling) entry.arguments = std::move(arguments);
    }
  }
  if (entry.id == hook_call_id) entry.arguments.object = flatten_hook_arguments(std::move(entry.arguments.object));
  return entry;
}

// The entries of every list, each call once, in the order first seen.
class CallMerger {
 public:
  // The entries added from now on are another list's.
  void begin_list() { ++list_; }

  void add(const Json& json) {
    ++entries_seen_;
    Entry entry = read_entry(json);
    if (entry.id.empty()) return;  // cannot be answered
    entry.list = list_;
    // All calls fired by hooks share one id, so among them the name tells them apart (facts/vapi.md 2.1), and then the
    // arguments.
    const bool is_hook = entry.id == hook_call_id;
    std::string key = entry.id;
    if (is_hook) key += '\n' + entry.name;
    const auto known = places_.find(key);
    if (known == places_.end()) return insert(std::move(key), std::move(entry));
    if (known->second >= tool_calls_max) return;  // only its id and name are needed
    if (!entries_[known->second].is_beside(entry)) return merge(entries_[known->second], std::move(entry));
    if (!is_hook) {
      entries_[known->second].is_ambiguous = true;
      return;
    }
    key += '\n' + dump_json(entry.arguments.object);
    if (!places_.contains(key)) insert(std::move(key), std::move(entry));
  }

  bool has_only_unanswerable() const { return entries_seen_ > 0 && entries_.empty(); }

  std::vector<ToolCall> take() {
    std::vector<ToolCall> calls;
    calls.reserve(entries_.size());
    for (Entry& entry : entries_) {
      ToolCall call{.id = std::move(entry.id),
                    .name = std::move(entry.name),
                    .arguments = std::move(entry.arguments.object),
                    .argument_error = std::move(entry.arguments.error)};
      if (calls.size() >= tool_calls_max) {
        call.argument_error = "Too many tool calls in one message: only the first " + std::to_string(tool_calls_max) +
                              " were carried out, and this one was not. Call it again on its own.";
      } else if (entry.is_ambiguous) {
        call.argument_error =
            "Two tool calls in one message had this id and were not the same, so their answers could not be told "
            "apart. Neither was carried out. Call the tool again, one call at a time.";
      } else if (call.name.empty()) {
        call.argument_error = "This tool call has no tool name. Call the tool again by its name.";
      }
      calls.push_back(std::move(call));
    }
    return calls;
  }

 private:
  void insert(std::string key, Entry entry) {
    places_.emplace(std::move(key), entries_.size());
    if (entries_.size() >= tool_calls_max) entry.arguments = {};
    entries_.push_back(std::move(entry));
  }

  static void merge(Entry& known, Entry entry) {
    known.list = entry.list;
    if (known.name.empty()) known.name = std::move(entry.name);
    if (entry.arguments.telling > known.arguments.telling) known.arguments = std::move(entry.arguments);
  }

  int list_ = 0;
  std::size_t entries_seen_ = 0;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

Result<std::vector<ToolCall>> read_tool_calls(const Json& message) {
  CallMerger merger;
  for (const char* key : {"toolCallList", "toolCalls"}) {
    const Json* list = find_member(message, key);
    if (list == nullptr || !list->is_array()) continue;
    merger.begin_list();
    for (const Json& entry : *list) merger.add(entry);
  }
  if (const Json* list = find_member(message, "toolWithToolCallList"); list != nullptr && list->is_array()) {
    merger.begin_list();
    for (const Json& tool : *list) {
      if (const Json* entry = find_member(tool, "toolCall")) merger.add(*entry);
    }
  }
  if (merger.has_only_unanswerable()) {
    return fail(ErrorKind::invalid_input, "no tool call in this message has an id, so none can be answered");
  }
  return merger.take();
}

// The text at object.key, or "" when either is missing or of another type.
std::string text_at(const Json* object, std::string_view key) {
  return object == nullptr ? std::string() : string_member(*object, key).value_or("");
}

// The first of the texts that is not empty.
std::string first_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

Conversation read_conversation(const Json& message) {
  const Json* call = find_member(message, "call");
  const Json* chat = find_member(message, "chat");
  const Json* call_customer = call == nullptr ? nullptr : find_member(*call, "customer");
  return {.id = first_of({text_at(call, "id"), text_at(chat, "sessionId"), text_at(chat, "id"),
                          text_at(find_member(message, "session"), "id")}),
          .caller_number =
              first_of({text_at(call_customer, "number"), text_at(find_member(message, "customer"), "number")}),
          .called_number = text_at(find_member(message, "phoneNumber"), "number"),
          .assistant_id = first_of({text_at(call, "assistantId"), text_at(find_member(message, "assistant"), "id")})};
}

}  // namespace

bool is_own_id(std::string_view call_id) {
  return !call_id.empty() && call_id != hook_call_id && call_id != legacy_call_id;
}

Result<ServerMessage> parse_server_message(std::string_view body) {
  const Result<Json> root = parse_json_filtered(body, keep_member);
  if (!root) return fail(root.error());
  const Json* message = find_member(*root, "message");
  if (message == nullptr || !message->is_object())
    return fail(ErrorKind::invalid_input, "the body has no object called message; send Vapi's server messages here");
  ServerMessage parsed;
  parsed.type = string_member(*message, "type").value_or("");
  if (parsed.type.empty()) return fail(ErrorKind::invalid_input, "message.type is missing or no text");
  parsed.conversation = read_conversation(*message);
  if (parsed.type == "tool-calls") {
    Result<std::vector<ToolCall>> calls = read_tool_calls(*message);
    if (!calls) return fail(std::move(calls.error()));
    parsed.calls = std::move(*calls);
  } else if (parsed.type == "function-call") {
    const Json* call = find_member(*message, "functionCall");
    if (call == nullptr || !call->is_object())
      return fail(ErrorKind::invalid_input, "a function-call message needs an object called functionCall");
    Entry entry = read_entry(*call);
    parsed.calls.push_back({.id = std::string(legacy_call_id),
                            .name = std::move(entry.name),
                            .arguments = std::move(entry.arguments.object),
                            .argument_error = std::move(entry.arguments.error)});
  }
  return parsed;
}

std::string serialise_results(const std::vector<ToolResult>& results) {
  Json entries = Json::array();
  for (const ToolResult& result : results) {
    Json entry = {{"name", single_line(result.name)}, {"toolCallId", result.id}};
    entry[result.is_error ? "error" : "result"] = single_line(result.text);
    entries.push_back(std::move(entry));
  }
  Json reply = Json::object();
  reply["results"] = std::move(entries);
  return dump_json(reply);
}

std::string serialise_legacy_result(const ToolResult& result) {
  Json reply = Json::object();
  reply[result.is_error ? "error" : "result"] = single_line(result.text);
  return dump_json(reply);
}

std::string single_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned lead = byte(i);
    if (lead == '\r' && byte(i + 1) == '\n') continue;  // the line feed becomes the space of both
    if (lead < 0x20 || lead == 0x7f) {
      line += ' ';
    } else if (lead == 0xc2 && byte(i + 1) >= 0x80 && byte(i + 1) <= 0x9f) {  // U+0080..U+009F, with NEL
      line += ' ';
      i += 1;
    } else if (lead == 0xe2 && byte(i + 1) == 0x80 && (byte(i + 2) == 0xa8 || byte(i + 2) == 0xa9)) {  // U+2028, U+2029
      line += ' ';
      i += 2;
    } else {
      line += text[i];
    }
  }
  return line;
}

}  // namespace holdfast::vapi
