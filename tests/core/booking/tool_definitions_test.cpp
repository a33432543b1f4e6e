// Every tool of the table is what docs/tools.md says, and a definition that Vapi takes.
#include "core/booking/tools/tool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "core/base/json.hpp"

namespace {

using holdfast::Json;

// The first name of each row of a tool's argument table in docs/tools.md.
std::map<std::string, std::set<std::string>> documented_arguments() {
  std::ifstream file(HOLDFAST_SOURCE_DIR "/docs/tools.md");
  std::map<std::string, std::set<std::string>> tools;
  std::string tool;
  bool arguments = false;
  for (std::string line; std::getline(file, line);) {
    std::smatch match;
    if (std::regex_search(line, match, std::regex("^## `([a-z_]+)`"))) tool = match[1];
    if (line.starts_with("| ")) {
      if (line.starts_with("| argument")) {
        arguments = true;
      } else if (line.starts_with("| status") || line.starts_with("| `status")) {
        arguments = false;
      } else if (arguments && std::regex_search(line, match, std::regex("^\\| `([a-z_]+)`"))) {
        tools[tool].insert(match[1]);
      }
    } else if (!line.starts_with("|")) {
      arguments = false;
    }
  }
  return tools;
}

TEST(ToolDefinitions, ArgumentsAreThoseOfTheContract) {
  const auto documented = documented_arguments();
  const Json tools = Json::parse(
      holdfast::vapi::tool_definitions_json(holdfast::booking::tool_definitions(), "https://desk.example/vapi/acme"));
  ASSERT_EQ(tools.size(), documented.size());
  for (const Json& tool : tools) {
    const std::string name = tool.at("function").at("name");
    ASSERT_TRUE(documented.contains(name)) << name;
    std::set<std::string> defined;
    for (const auto& [key, value] : tool.at("function").at("parameters").at("properties").items()) defined.insert(key);
    EXPECT_EQ(defined, documented.at(name)) << name;
  }
}

TEST(ToolDefinitions, KeepVapisRules) {
  for (const Json& tool : Json::parse(holdfast::vapi::tool_definitions_json(holdfast::booking::tool_definitions(),
                                                                            "https://desk.example/vapi/acme"))) {
    EXPECT_EQ(tool.at("type"), "function");
    EXPECT_EQ(tool.at("async"), false);
    const Json& function = tool.at("function");
    EXPECT_TRUE(std::regex_match(function.at("name").get<std::string>(), std::regex("[a-zA-Z0-9_-]{1,64}")));
    EXPECT_LT(function.at("description").get<std::string>().size(), 1000U);
    EXPECT_GT(function.at("description").get<std::string>().size(), 200U);
    EXPECT_EQ(function.at("strict"), true);
    const Json& schema = function.at("parameters");
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(schema.at("required").size(), schema.at("properties").size());
    for (const Json& key : schema.at("required")) EXPECT_TRUE(schema.at("properties").contains(key));
    EXPECT_EQ(tool.at("parameters"), Json::parse(R"([{"key":"caller_number","value":"{{ customer.number }}"}])"));
    EXPECT_EQ(tool.at("server").at("url"), "https://desk.example/vapi/acme");
    std::set<std::string> kinds;
    for (const Json& message : tool.at("messages")) kinds.insert(message.at("type"));
    EXPECT_EQ(kinds, (std::set<std::string>{"request-start", "request-response-delayed", "request-failed"}));
  }
}

}  // namespace
