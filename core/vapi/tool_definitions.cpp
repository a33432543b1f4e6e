#include "core/vapi/tool_definitions.hpp"

#include <utility>

#include "core/base/json.hpp"

namespace holdfast::vapi {
namespace {

Json strict_schema(const ToolDefinition& tool) {
  Json members = Json::object();
  Json required = Json::array();
  for (const ToolArgument& argument : tool.arguments) {
    if (!argument.in_schema) continue;
    Json& member = members[std::string(argument.name)];
    member = {{"type", "string"}, {"description", argument.description}};
    if (!argument.choices.empty()) member["enum"] = argument.choices;
    required.push_back(argument.name);
  }
  // Without this, and every property in `required`, strict mode is dropped without a word (facts/vapi.md 3.1).
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(members)},
          {"required", std::move(required)}};
}

Json definition(const ToolDefinition& tool, std::string_view server_url) {
  Json messages = Json::array();
  messages.push_back({{"type", "request-start"}, {"content", tool.fillers.start}, {"blocking", false}});
  messages.push_back(
      {{"type", "request-response-delayed"}, {"timingMilliseconds", 3000}, {"content", tool.fillers.delayed}});
  messages.push_back({{"type", "request-failed"}, {"role", "system"}, {"content", tool.fillers.failed}});
  Json static_parameters = Json::array();
  static_parameters.push_back({{"key", "caller_number"}, {"value", "{{ customer.number }}"}});
  Json server = {{"url", server_url}, {"timeoutSeconds", 20}};
  // Safe only because a repeated call never books twice (facts/vapi.md 1: no retries for what is not idempotent).
  server["backoffPlan"] = {{"type", "exponential"},
                           {"maxRetries", 1},
                           {"baseDelaySeconds", 1},
                           {"excludedStatusCodes", {400, 401, 403, 404, 413, 422}}};
  return {
      {"type", "function"},
      {"async", false},
      {"function",
       {{"name", tool.name}, {"description", tool.description}, {"strict", true}, {"parameters", strict_schema(tool)}}},
      {"parameters", std::move(static_parameters)},
      {"messages", std::move(messages)},
      {"server", std::move(server)}};
}

}  // namespace

std::string tool_definitions_json(std::span<const ToolDefinition> tools, std::string_view server_url) {
  Json list = Json::array();
  for (const ToolDefinition& tool : tools) list.push_back(definition(tool, server_url));
  return dump_json(list);
}

}  // namespace holdfast::vapi
