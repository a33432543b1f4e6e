// Vapi's JSON: one server message in and one result out for every tool call.
#include <benchmark/benchmark.h>

#include <string>

#include "core/base/json.hpp"
#include "core/vapi/messages.hpp"

namespace holdfast::vapi {
namespace {

// A tool-calls body of the shape of facts/vapi.md 2.1, with a prompt and a history that make it about `bytes` long: the
// whole prompt and every turn so far travel with each call, twice.
std::string tool_calls_body(std::size_t bytes) {
  const Json function = {{"name", "check_availability"},
                         {"arguments", {{"date", "2026-08-27"}, {"service", "consult"}}}};
  const Json call = {{"id", "call_mo4fzh29P7jhXSaIKn7Pkq1Y"}, {"type", "function"}, {"function", function}};
  const std::string prompt(bytes / 4, 'p');
  Json turns =
      Json::array({{{"role", "system"}, {"message", prompt}, {"time", 1787313580013}, {"secondsFromStart", 0}}});
  Json openai_turns = Json::array({{{"role", "system"}, {"content", prompt}}});
  for (std::size_t i = 0; i < bytes / 400; ++i) {
    turns.push_back({{"role", i % 2 == 0 ? "bot" : "user"},
                     {"message", "Do you have anything on Thursday in the morning?"},
                     {"time", 1787313581555},
                     {"endTime", 1787313584625},
                     {"secondsFromStart", 1.36},
                     {"duration", 2840},
                     {"source", ""}});
    openai_turns.push_back(
        {{"role", i % 2 == 0 ? "assistant" : "user"}, {"content", "Do you have anything on Thursday in the morning?"}});
  }
  const Json tool = {
      {"type", "function"},
      {"async", false},
      {"function",
       {{"name", "check_availability"},
        {"description", "Looks for free times."},
        {"parameters", {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}}}}},
      {"server", {{"url", "https://host.example/vapi"}}},
      {"messages", Json::array()},
      {"toolCall", call}};
  const Json message = {{"timestamp", 1787313600123},
                        {"type", "tool-calls"},
                        {"toolCalls", Json::array({call})},
                        {"toolCallList", Json::array({call})},
                        {"toolWithToolCallList", Json::array({tool})},
                        {"artifact", {{"messages", turns}, {"messagesOpenAIFormatted", openai_turns}}},
                        {"call",
                         {{"id", "019a9046-121e-766d-bd1f-84f3ccc309c1"},
                          {"type", "inboundPhoneCall"},
                          {"status", "ringing"},
                          {"customer", {{"number", "+14155550100"}}},
                          {"createdAt", "2026-08-21T12:00:00.000Z"}}},
                        {"phoneNumber", {{"provider", "twilio"}, {"number", "+13105550111"}, {"name", "Main"}}},
                        {"customer", {{"number", "+14155550100"}}},
                        {"assistant", {{"id", "a"}, {"name", "Booking"}, {"model", {{"messages", prompt}}}}}};
  return dump_json(Json{{"message", message}});
}

void server_message_parse(benchmark::State& state) {
  const std::string body = tool_calls_body(static_cast<std::size_t>(state.range(0)));
  if (!parse_server_message(body)) state.SkipWithError("the body is not read");
  for (auto _ : state) benchmark::DoNotOptimize(parse_server_message(body));
  state.counters["body_bytes"] = static_cast<double>(body.size());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(server_message_parse)->Arg(1'000)->Arg(200'000);

void results_serialise(benchmark::State& state) {
  const std::vector<ToolResult> results{
      {.id = "call_mo4fzh29P7jhXSaIKn7Pkq1Y",
       .name = "check_availability",
       .text = "Thursday, August 27: ten thirty in the morning, eleven, or half past two in the "
               "afternoon. Ask which one suits the caller."}};
  for (auto _ : state) benchmark::DoNotOptimize(serialise_results(results));
}
BENCHMARK(results_serialise);

}  // namespace
}  // namespace holdfast::vapi
