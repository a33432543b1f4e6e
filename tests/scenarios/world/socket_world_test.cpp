#include "scenarios/world/socket_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "core/vapi/messages.hpp"
#include "scenarios/check/checkers.hpp"

namespace scenarios {
namespace {

// `callers` people who all want the first slot of the demo clinic's consultation.
RunPlan rush(int callers) {
  RunPlan plan;
  plan.name = "rush";
  plan.fixture = mock_ghl::demo_fixture();
  plan.limits = {.voice_deadline_ms = 1'500,
                 .create_timeout_ms = 2'500,
                 .settle_timeout_ms = 2'000,
                 .hold_ttl_ms = 10'000,
                 .late_arrival_window_ms = 1'500};
  plan.calm_ms = 10'000;
  for (int i = 0; i < callers; ++i) {
    CallerPlan caller;
    caller.call.call_id = "rush-" + std::to_string(i);
    caller.call.secret = vapi_secret();
    caller.call.line = "+1415555010" + std::to_string(i);
    caller.call.errands[0].attendee = {"Rush", "Caller" + std::to_string(i), "", ""};
    caller.call.errands[0].wish.service = "Follow-up with Ada";
    caller.call.behaviour.think_ms = 50;
    caller.call.behaviour.pending_wait_ms = 300;
    caller.call.behaviour.server_timeout_ms = 4'000;
    caller.call.behaviour.accept_alternative = false;
    plan.callers.push_back(caller);
  }
  return plan;
}

int told(const RunRecord& record, const std::string& what) {
  return static_cast<int>(std::ranges::count(record.history.calls, what, &vapi_sim::CallRecord::told));
}

TEST(SocketWorld, OneOfFourGetsTheSlotAndTheRestHearThatItIsTaken) {
  std::string origin;
  const auto record =
      play_over_sockets(rush(4), {.secret = {}, .announce = [&origin](std::string_view at) { origin = at; }});
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_THAT(origin, testing::StartsWith("http://127.0.0.1:"));
  const auto findings = check_all(record->history);
  for (const auto& violation : findings.violations) ADD_FAILURE() << violation.sentence;
  EXPECT_EQ(told(*record, "booked"), 1);
  EXPECT_EQ(told(*record, "taken"), 3);
  EXPECT_TRUE(record->history.has_ledger);
  EXPECT_EQ(record->history.notes.size(), 1U);
}

TEST(SocketWorld, AnAnswerLostAfterTheCommitIsReadBack) {
  RunPlan plan = rush(1);
  plan.chaos.rules.push_back(
      {.fault = mock_ghl::Fault::lost_after_commit, .operation = "create-appointment", .limit = 1});
  const auto record = play_over_sockets(plan, {.secret = {}, .announce = {}});
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_TRUE(check_all(record->history).violations.empty());
  EXPECT_EQ(told(*record, "booked"), 1);
  EXPECT_TRUE(record->probes.counts().contains("saga: unknown outcome read back, it was there"));
  EXPECT_TRUE(record->probes.counts().contains("chaos: lost_after_commit"));
}

// Somebody else's backend that says "booked" to everybody and books nothing.
TEST(SocketWorld, AForeignBackendThatLiesIsFoundOut) {
  namespace net = holdfast::net;
  net::asio::io_context io{1};
  net::RealClock clock{io.get_executor()};
  net::SystemEntropy entropy;
  auto server = net::BeastServer::listen(
      {io.get_executor(), clock, entropy}, {}, [](net::HttpRequest request) -> net::Task<net::HttpResponse> {
        std::vector<holdfast::vapi::ToolResult> results;
        const auto message = holdfast::vapi::parse_server_message(request.body);
        if (message) {
          for (const auto& call : message->calls) {
            const char* text = call.name == "book_appointment"
                                   ? R"({"status":"booked","say":"You are booked."})"
                                   : R"({"status":"available","say":"Noon is free.","timezone":"America/New_York",)"
                                     R"("slots":[{"code":"AAAA","label":"2031-03-05T12:00:00-05:00"}]})";
            results.push_back({.id = call.id, .name = call.name, .text = text, .is_error = false});
          }
        }
        co_return net::HttpResponse::json(200, holdfast::vapi::serialise_results(results));
      });
  ASSERT_TRUE(server);
  const std::string target = (*server)->origin() + "/any/path";
  std::thread serving([&io] { io.run(); });
  RunPlan plan = rush(1);
  plan.limits.late_arrival_window_ms = 100;
  const auto record = play_over_sockets(plan, {.target = target, .secret = {}, .announce = {}});
  io.stop();
  serving.join();
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_FALSE(record->history.has_ledger);
  ASSERT_EQ(record->history.calls.size(), 1U);
  EXPECT_EQ(record->history.calls[0].told, "booked");
  EXPECT_TRUE(record->history.bookings.empty());
  std::set<std::string> rules;
  for (const auto& violation : check_all(record->history).violations) rules.insert(violation.rule);
  EXPECT_TRUE(rules.contains("S4") && rules.contains("S5"));
}

// The program itself: killed when GHL has booked and nobody has read the answer, and back a moment later.
TEST(SocketWorld, ADaemonThatIsKilledComesBackAndFindsItsBooking) {
  RunPlan plan = rush(1);
  plan.callers[0].call.behaviour.delivery_retries = 3;
  plan.limits.late_arrival_window_ms = plan.limits.create_timeout_ms;
  plan.crashes.push_back({.trigger = {.operation = "create-appointment", .on_answer = true}, .down_ms = 300});
  const auto record = play_over_sockets(plan, {.secret = {}, .announce = {}});
  ASSERT_TRUE(record) << record.error().message;
  ASSERT_EQ(record->history.crashes.size(), 1U);
  EXPECT_TRUE(record->history.crashes[0].back_at.has_value());
  for (const auto& violation : check_all(record->history).violations) ADD_FAILURE() << violation.sentence;
  EXPECT_EQ(record->history.bookings.size(), 1U);
}

// Stopped for longer than Vapi waits, when the create has been answered: it goes on where it stood.
TEST(SocketWorld, ADaemonThatStandsStillGoesOn) {
  RunPlan plan = rush(1);
  plan.callers[0].call.behaviour.server_timeout_ms = 1'000;
  plan.callers[0].call.behaviour.delivery_retries = 3;
  plan.limits.late_arrival_window_ms = plan.limits.create_timeout_ms;
  plan.stalls.push_back({.trigger = {.operation = "create-appointment", .on_answer = true}, .for_ms = 2'000});
  const auto record = play_over_sockets(plan, {.secret = {}, .announce = {}});
  ASSERT_TRUE(record) << record.error().message;
  for (const auto& violation : check_all(record->history).violations) ADD_FAILURE() << violation.sentence;
  EXPECT_EQ(record->history.bookings.size(), 1U);
  EXPECT_GT(record->simulated_ms, 2'000);
}

TEST(SocketWorld, ItsClocksCanBeSet) {
  RunPlan plan = rush(1);
  plan.start = *holdfast::parse_iso("2031-03-04T15:00:00Z");
  plan.sets_clock = true;
  plan.wall_steps.push_back({.trigger = {.operation = "create-appointment"}, .step_ms = 3'600'000});
  const auto record = play_over_sockets(plan, {.secret = {}, .announce = {}});
  ASSERT_TRUE(record) << record.error().message;
  for (const auto& violation : check_all(record->history).violations) ADD_FAILURE() << violation.sentence;
  EXPECT_TRUE(record->history.wall_was_set);
  EXPECT_LT(record->history.began_at - plan.start, holdfast::minutes{1});
  EXPECT_GE(record->history.began_at, plan.start);
  ASSERT_EQ(record->history.bookings.size(), 1U);
  EXPECT_GT(record->history.bookings[0].interval.begin, plan.start);
  EXPECT_LT(record->history.bookings[0].interval.begin, plan.start + holdfast::days{14});
}

TEST(SocketWorld, SaysWhatCannotBeUsed) {
  const SocketOptions bad_listen{.mock_listen = "nowhere", .secret = {}, .announce = {}};
  EXPECT_EQ(play_over_sockets(rush(1), bad_listen).error().kind, holdfast::ErrorKind::invalid_input);
  const SocketOptions bad_target{.target = "ftp://somewhere/", .secret = {}, .announce = {}};
  EXPECT_FALSE(play_over_sockets(rush(1), bad_target));
  const SocketOptions foreign{.target = "http://127.0.0.1:9/x", .secret = {}, .announce = {}};
  RunPlan killing = rush(1);
  killing.crashes.push_back({});
  EXPECT_EQ(play_over_sockets(killing, foreign).error().kind, holdfast::ErrorKind::invalid_input);
  RunPlan dated = rush(1);
  dated.sets_clock = true;
  EXPECT_EQ(play_over_sockets(dated, foreign).error().kind, holdfast::ErrorKind::invalid_input);
}

}  // namespace
}  // namespace scenarios
