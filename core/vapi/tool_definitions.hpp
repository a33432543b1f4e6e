// What a tool is to Vapi: its definition, and the JSON that Vapi's POST /tool takes (facts/vapi.md 3.1).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::vapi {

// One argument of a tool. Every argument is a string: the schemas are strict, so every property is required and the
// model sends "" for what the caller did not say.
struct ToolArgument {
  std::string_view name;
  std::string_view description;           // what the model is told of it
  std::vector<std::string_view> choices;  // the only values; empty: any text
  bool in_schema = true;                  // false: taken when a model sends it, but not shown to it
};

// What the caller hears while the tool runs.
struct ToolFillers {
  std::string_view start;
  std::string_view delayed;
  std::string_view failed;  // a hint to the model, never spoken
};

// A tool as its assistant sees it.
struct ToolDefinition {
  std::string_view name;
  std::string_view description;  // below 1,000 characters: long ones make models call worse (facts/vapi.md 3.1)
  std::vector<ToolArgument> arguments;
  ToolFillers fillers;
};

// A JSON array of the tools, which call `server_url` (the tenant's https://…/vapi/{tenant}). Each element can be posted
// to /tool as it stands; only the credential, which is made in Vapi's dashboard, has to be added as
// server.credentialId. The caller's number is a static parameter, which the model neither sees nor sets.
std::string tool_definitions_json(std::span<const ToolDefinition> tools, std::string_view server_url);

}  // namespace holdfast::vapi
