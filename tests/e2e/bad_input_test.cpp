// Bad input, bad neighbours: whatever comes in, the caller hears words, nothing is booked that nobody asked for, and
// the daemon goes on booking for the others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/net/beast/server.hpp"
#include "tests/e2e/ledger_file.hpp"
#include "tests/e2e/stack.hpp"
#include "vapi_sim/wire/reply_lint.hpp"

namespace e2e {
namespace {

using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;
using holdfast::net::testing::Heard;
using holdfast::net::testing::RawPeer;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;

const Caller mallory{.call_id = "call-mallory", .number = "+14155550199", .name = "Mallory Voss"};

// Every test ends with a clean booking of somebody else through the same daemon.
class BadInput : public testing::Test {
 protected:
  ~BadInput() override = default;

  Stack& start(StackOptions options = {}) {
    stack_ = std::make_unique<Stack>(std::move(options));
    return *stack_;
  }
  Stack& stack() { return *stack_; }

  // A tool-calls message whose `toolCallList` is written as it stands.
  static std::string message_with(const std::string& tool_call_list) {
    return R"({"message":{"type":"tool-calls","call":{"id":"call-mallory","customer":{"number":"+14155550199"}},)"
           R"("toolCallList":)" +
           tool_call_list + "}}";
  }
  static std::string tool_call(const std::string& id, const std::string& tool, const std::string& arguments) {
    return R"({"id":")" + id + R"(","type":"function","function":{"name":")" + tool + R"(","arguments":)" + arguments +
           "}}";
  }

  // The reply keeps Vapi's rules, and what a voice would read is readable.
  void expect_words(const HttpResponse& response, const std::vector<std::string>& ids) {
    ASSERT_EQ(response.status, 200) << response.body;
    const vapi_sim::Reply reply = vapi_sim::read_reply(response, ids);
    EXPECT_THAT(reply.lint, IsEmpty()) << response.body;
    for (const vapi_sim::ReplyEntry& entry : reply.entries) {
      ASSERT_TRUE(entry.present) << response.body;
      EXPECT_EQ(entry.text.find_first_of("\r\n\t"), std::string::npos) << entry.text;
      if (entry.is_error) {
        EXPECT_FALSE(entry.text.empty());
        continue;
      }
      const auto result = holdfast::parse_json(entry.text);
      ASSERT_TRUE(result) << entry.text;
      const std::string say = holdfast::string_member(*result, "say").value_or("");
      EXPECT_FALSE(say.empty()) << entry.text;
      EXPECT_TRUE(vapi_sim::is_speakable(say)) << say;
      EXPECT_NE(holdfast::string_member(*result, "status"), "booked") << entry.text;
    }
  }
  // Sends one tool call with these arguments (JSON text) and expects words for it.
  Answer expect_words_for(const std::string& tool, const std::string& arguments) {
    SCOPED_TRACE(tool + " " + arguments.substr(0, 200));
    const HttpResponse response = stack().post(message_with("[" + tool_call("bad-1", tool, arguments) + "]"));
    expect_words(response, {"bad-1"});
    return read_answer(response.status, response.body, "bad-1");
  }

  // Nothing of the one who sent nonsense is in GHL, and somebody else books as ever.
  void expect_still_serving() {
    ASSERT_TRUE(stack().daemon().running()) << stack().daemon().errors();
    EXPECT_THAT(stack().record().live_of(mallory.number), IsEmpty());
    const int number = ++clean_callers_;
    const Caller clean{.call_id = "call-clean-" + std::to_string(number),
                       .number = "+1415555010" + std::to_string(number),
                       .name = "Clean Caller"};
    const Answer offer = stack().check(clean);
    const Answer booked = stack().book(clean, offer.code(0), "tool-1");
    EXPECT_EQ(booked.status, "booked") << offer.body << booked.failure << booked.body;
    EXPECT_EQ(stack().record().live_of(clean.number).size(), 1U);
  }

  static std::string head(const std::string& extra, const std::string& target = "/vapi/clinic") {
    return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + vapi_secret +
           "\r\nContent-Type: application/json\r\n" + extra + "\r\n";
  }

 private:
  std::unique_ptr<Stack> stack_;
  int clean_callers_ = 0;
};

TEST_F(BadInput, BodiesThatAreNoMessage) {
  start();
  const std::string deep(200'000, '[');
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("null"), std::string("[]"), std::string("\"text\""),
        std::string("{\"message\":"), std::string("{\"message\":[]}"), std::string("{\"message\":{}}"),
        std::string("{\"message\":{\"type\":7}}"), std::string("\xff\xfe\x00 no json", 11), deep,
        "{\"message\":" + deep,
        std::string("{\"message\":{\"type\":\"tool-calls\",\"toolCallList\":[{\"name\":\"x\"}]}}")}) {
    const HttpResponse response = stack().post(body);
    EXPECT_EQ(response.status, 400) << body.substr(0, 80);
    EXPECT_THAT(response.body, HasSubstr("error")) << body.substr(0, 80);
  }
  // Messages that want no answer, and tool calls without any call, are fine.
  for (const char* body :
       {R"({"message":{"type":"status-update","status":"ended"}})", R"({"message":{"type":"something-new","x":[1]}})",
        R"({"message":{"type":"tool-calls"}})", R"({"message":{"type":"tool-calls","toolCallList":"none"}})"}) {
    EXPECT_EQ(stack().post(body).status, 200) << body;
  }
  expect_still_serving();
}

TEST_F(BadInput, ToolCallsThatMakeNoSense) {
  start();
  const std::string nested = std::string(60, '[') + std::string(60, ']');
  const std::string too_deep = std::string(5'000, '[') + std::string(5'000, ']');
  // Arguments of every wrong kind, for both tools.
  for (const char* tool : {"check_availability", "book_appointment"}) {
    for (const std::string& arguments :
         {std::string("null"), std::string("7"), std::string("true"), std::string("[]"), std::string("\"\""),
          std::string("\"{broken\""), std::string("\"[1,2]\""), std::string("{}"),
          std::string(R"({"date":7,"time_of_day":{"x":1},"service":[1],"timezone":false})"),
          std::string(R"({"slot_code":["A","B"],"name":{"first":1},"email":3.5,"notes":null})"),
          std::string(R"({"slot_code":1e300,"name":-0.0})"), std::string(R"({"":"","name":""})"),
          std::string(R"({"slot_code":"; DROP TABLE intents; --","name":"Robert'); DROP TABLE offers;--"})"),
          R"({"date":")" + std::string(20'000, 'x') + R"(","slot_code":")" + std::string(20'000, 'y') + R"("})",
          R"({"date":)" + nested.substr(20, 80) + "}"}) {
      expect_words_for(tool, arguments);
    }
  }
  for (const char* tool : {"", "cancel_everything", "book_appointment\\u0000", "CHECK_AVAILABILITY"}) {
    const Answer answer = expect_words_for(tool, "{}");
    EXPECT_TRUE(answer.is_error) << answer.body;
  }
  EXPECT_EQ(stack().post(message_with("[" + tool_call("d", "check_availability", too_deep) + "]")).status, 400);
  // Ids of odd kinds: answered where there is something to answer to.
  const HttpResponse odd =
      stack().post(message_with(R"([{"id":12,"function":{"name":"nothing"}},null,7,"x",{"id":""}])"));
  EXPECT_EQ(odd.status, 200) << odd.body;
  EXPECT_THAT(odd.body, HasSubstr("\"12\""));
  expect_still_serving();
}

TEST_F(BadInput, DatesThatNeverComeAndCodesNobodyOffered) {
  start();
  for (const char* date : {"1999-12-31", "2020-01-01", "yesterday"}) {
    const Answer answer = expect_words_for("check_availability", std::string(R"({"date":")") + date + "\"}");
    EXPECT_EQ(answer.status, "need_info") << date << ": " << answer.text;
  }
  for (const char* date : {"2026-02-30", "9999-99-99", "the 45th", "qwertz", "0000-00-00", "99999999999-01-01"}) {
    const Answer answer = expect_words_for("check_availability", std::string(R"({"date":")") + date + "\"}");
    EXPECT_THAT(answer.status, AnyOf("need_info", "none", "available")) << date << ": " << answer.text;
  }
  EXPECT_THAT(expect_words_for("check_availability", R"({"timezone":"Middle-earth/Shire"})").status, "need_info");
  // Invented codes, and one that was offered to somebody else.
  const Caller other{.call_id = "call-other", .number = "+14155550123", .name = "Olive Other"};
  const std::string foreign = stack().check(other).code(0);
  ASSERT_FALSE(foreign.empty());
  for (const std::string& code : {std::string("ZZZZ"), std::string("AAAA"), std::string("1"), foreign}) {
    const Answer answer =
        expect_words_for("book_appointment", R"({"slot_code":")" + code + R"(","name":"Mallory Voss"})");
    EXPECT_EQ(answer.status, "need_info") << code << ": " << answer.text;
  }
  // A booking without a name asks for it.
  const std::string own = stack().check(mallory).code(0);
  EXPECT_EQ(expect_words_for("book_appointment", R"({"slot_code":")" + own + "\"}").status, "need_info");
  expect_still_serving();
}

TEST_F(BadInput, BytesThatAreNoText) {
  start();
  const std::string own = stack().check(mallory).code(0);
  const std::string nul("a\0b", 3);
  // Raw control characters and bytes that are not UTF-8 are no JSON; the escaped forms are.
  EXPECT_EQ(
      stack().post(message_with("[" + tool_call("n", "check_availability", "{\"date\":\"" + nul + "\"}") + "]")).status,
      400);
  EXPECT_EQ(
      stack().post(message_with("[" + tool_call("n", "check_availability", "{\"date\":\"\xff\xfe\"}") + "]")).status,
      400);
  for (const char* text :
       {"\\u0000", "\\u0000\\u0001\\u001f", "line\\nbreak\\r\\n\\ttab", "\\ud83d\\ude00", "\\u202e\\u2028"}) {
    const std::string quoted = std::string("\"") + text + "\"";
    expect_words_for("check_availability", R"({"date":)" + quoted + R"(,"service":)" + quoted + "}");
    expect_words_for("book_appointment", R"({"slot_code":)" + quoted + R"(,"name":)" + quoted + "}");
  }
  expect_still_serving();
  // A name and notes full of odd characters are booked all the same, once, and read back on one line.
  const Caller odd{.call_id = "call-odd", .number = "+14155550177", .name = "odd"};
  const std::string code = stack().check(odd).code(0);
  const Answer booked = stack().wait_for(stack().send_in_background(
      odd, "book_appointment",
      {{"slot_code", code}, {"name", "Zo\xc3\xab \xe2\x80\xa8 O'Br\xc3\xadon"}, {"notes", std::string("a\nb\0c", 5)}},
      "tool-1"));
  EXPECT_EQ(booked.status, "booked") << booked.body;
  EXPECT_EQ(booked.text.find_first_of("\r\n\t"), std::string::npos);
  EXPECT_EQ(stack().record().live_of(odd.number).size(), 1U);
}

TEST_F(BadInput, FiftyCallsInOneMessage) {
  start();
  std::string list;
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    ids.push_back("many-" + std::to_string(i));
    list += (i == 0 ? "" : ",") + tool_call(ids.back(), "check_availability", "{}");
  }
  const Instant asked_at = stack().world.clock.now();
  expect_words(stack().post(message_with("[" + list + "]")), ids);
  EXPECT_LT((stack().world.clock.now() - asked_at).count(), 10'000);
  expect_still_serving();
}

TEST_F(BadInput, StrangersAndWrongDoors) {
  start();
  const std::string body = stack().message(mallory, "check_availability", Json::object(), "t");
  const auto status_of = [&](HttpRequest request) { return stack().request(std::move(request)).status; };
  const std::string right = std::string("Bearer ") + vapi_secret;
  EXPECT_EQ(status_of({.method = "POST", .target = "/vapi/clinic", .body = body}), 401);
  for (const std::string& secret :
       {std::string("Bearer "), std::string("Bearer wrong"), right + "x", right.substr(0, 9), std::string(vapi_secret),
        std::string("Basic ") + vapi_secret}) {
    EXPECT_EQ(
        status_of({.method = "POST", .target = "/vapi/clinic", .headers = {{"Authorization", secret}}, .body = body}),
        401)
        << secret;
  }
  EXPECT_EQ(
      status_of(
          {.method = "POST", .target = "/vapi/clinic", .headers = {{"X-Vapi-Secret", vapi_secret}}, .body = body}),
      200);
  const holdfast::net::HttpHeaders authorised{{"Authorization", right}};
  EXPECT_EQ(status_of({.method = "POST", .target = "/vapi/other", .headers = authorised, .body = body}), 404);
  EXPECT_EQ(status_of({.method = "POST", .target = "/vapi/", .headers = authorised, .body = body}), 404);
  EXPECT_EQ(status_of({.method = "POST", .target = "/vapi/clinic/x", .headers = authorised, .body = body}), 404);
  EXPECT_EQ(status_of({.method = "POST", .target = "/vapi/%2e%2e%2fclinic", .headers = authorised, .body = body}), 404);
  EXPECT_EQ(status_of({.method = "GET", .target = "/", .headers = {}, .body = ""}), 404);
  for (const char* method : {"GET", "PUT", "DELETE", "PATCH", "BREW"}) {
    EXPECT_EQ(status_of({.method = method, .target = "/vapi/clinic", .headers = authorised, .body = ""}), 405)
        << method;
  }
  expect_still_serving();
}

TEST_F(BadInput, AHundredMegabytes) {
  start();
  RawPeer announced(stack().world.io);
  ASSERT_TRUE(stack().world.run(announced.connect(stack().daemon_port())));
  ASSERT_TRUE(stack().world.run(announced.send(head("Content-Length: 104857600\r\n"))));
  EXPECT_EQ(stack().world.run(announced.read("\r\n\r\n")).status(), 413);
  announced.close();

  RawPeer chunked(stack().world.io);
  ASSERT_TRUE(stack().world.run(chunked.connect(stack().daemon_port())));
  ASSERT_TRUE(stack().world.run(chunked.send(head("Transfer-Encoding: chunked\r\n"))));
  const std::string chunk = "100000\r\n" + std::string(1 << 20, ' ') + "\r\n";
  int taken = 0;
  while (taken < 100 && stack().world.run(chunked.send(chunk))) ++taken;
  EXPECT_LT(taken, 100) << "the daemon read a hundred megabytes";
  // The refusal may be lost with the connection that is cut while we still send; where it is read it is a 413.
  const Heard heard = stack().world.run(chunked.read("\r\n\r\n"));
  if (heard.status() != 0) EXPECT_EQ(heard.status(), 413);
  chunked.close();

  // Just below the limit it is read, and what is in it is answered.
  const std::string padding(3 * 1024 * 1024, 'p');
  const HttpResponse large =
      stack().post(R"({"message":{"type":"tool-calls","artifact":{"transcript":")" + padding +
                   R"("},"toolCallList":[{"id":"big","function":{"name":"check_availability","arguments":{}}}]}})");
  expect_words(large, {"big"});
  expect_still_serving();
}

TEST_F(BadInput, PeersThatDripOrGoAway) {
  start({.server_settings = "request_timeout_ms = 1500\n"});
  const std::string body = stack().message(mallory, "check_availability", Json::object(), "t");
  const std::string whole = head("Content-Length: " + std::to_string(body.size()) + "\r\n") + body;
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 20; ++i) {
    auto peer = std::make_unique<RawPeer>(stack().world.io);
    ASSERT_TRUE(stack().world.run(peer->connect(stack().daemon_port())));
    ASSERT_TRUE(stack().world.run(peer->send(whole.substr(0, static_cast<std::size_t>(i) * 20 + 1))));
    peers.push_back(std::move(peer));
  }
  expect_still_serving();  // while they drip
  stack().pause(1'000);
  for (const auto& peer : peers) stack().world.run(peer->send("x"));
  for (const auto& peer : peers) {
    const Heard heard = stack().world.run(peer->read_to_end(10'000));
    EXPECT_TRUE(heard.closed || heard.reset) << "a dripping peer was not cut";
  }
  // Peers that are gone before the answer, in order or not.
  for (int i = 0; i < 10; ++i) {
    RawPeer peer(stack().world.io);
    ASSERT_TRUE(stack().world.run(peer.connect(stack().daemon_port())));
    ASSERT_TRUE(stack().world.run(peer.send(whole)));
    if (i % 2 == 0) {
      peer.cut();
    } else {
      peer.close();
    }
  }
  expect_still_serving();
}

TEST_F(BadInput, GhlIsDown) {
  start();
  const std::string code = stack().check(mallory).code(0);
  stack().kill_mock();
  const Instant asked_at = stack().world.clock.now();
  EXPECT_EQ(expect_words_for("check_availability", "{}").status, "error");
  const Answer answer =
      expect_words_for("book_appointment", R"({"slot_code":")" + code + R"(","name":"Mallory Voss"})");
  EXPECT_THAT(answer.status, AnyOf("error", "pending")) << answer.text;
  EXPECT_LT((stack().world.clock.now() - asked_at).count(), 10'000);
  EXPECT_EQ(stack().request({.method = "GET", .target = "/readyz"}).status, 200);
  EXPECT_TRUE(stack().until(
      [&] {
        stack().pause(50);
        return read_ledger(stack().ledger_path()).states() == "refused";
      },
      30'000));
  EXPECT_EQ(read_ledger(stack().ledger_path()).stray_holds(holdfast::to_epoch_ms(stack().world.clock.now())), 0);
  stack().restart_mock();
  expect_still_serving();
  // The slot was never somebody's: the one who was refused can still have another.
  const Answer again = stack().book(mallory, stack().check(mallory).code(0), "tool-9");
  EXPECT_EQ(again.status, "booked") << again.body;
}

TEST_F(BadInput, GhlDoesNotKnowTheCalendar) {
  start({.calendar_id = "calNowhere0000000009"});
  EXPECT_EQ(expect_words_for("check_availability", "{}").status, "error");
  EXPECT_EQ(expect_words_for("book_appointment", R"({"slot_code":"AAAA","name":"Mallory Voss"})").status, "need_info");
  EXPECT_TRUE(stack().daemon().running());
}

TEST_F(BadInput, GhlAnswersNonsense) {
  start({.fake_ghl = true});
  int number = 0;
  for (const auto& [status, type, body] : std::vector<std::tuple<int, std::string, std::string>>{
           {200, "text/html", "<html><body>Just a moment...</body></html>"},
           {502, "text/html", "<html><h1>502 Bad Gateway</h1></html>"},
           {403, "text/html", "error code: 1010"},
           {401, "application/json", R"({"statusCode":401,"message":"Invalid JWT"})"},
           {301, "text/plain", "moved"},
           {200, "application/json", "[]"},
           {200, "application/json", R"({"calendar":7})"},
           {200, "application/json", R"({"calendar":{"id":7,"slotDuration":"soon","teamMembers":{}}})"},
           {200, "application/json", ""},
           {200, "application/json", std::string(100'000, '[')}}) {
    SCOPED_TRACE(std::to_string(status) + " " + body.substr(0, 60));
    stack().ghl_says = {.status = status, .headers = {{"Content-Type", type}}, .body = body};
    const Answer offer = expect_words_for("check_availability", "{}");
    EXPECT_THAT(offer.status, AnyOf("error", "none")) << offer.text;
    const Answer booked = expect_words_for("book_appointment", R"({"slot_code":"AAAA","name":"Mallory Voss"})");
    EXPECT_EQ(booked.status, "need_info") << booked.text;
    ASSERT_TRUE(stack().daemon().running()) << stack().daemon().errors();
    ++number;
  }
  EXPECT_EQ(number, 10);
  EXPECT_EQ(stack().stop_daemon(), 0);
  EXPECT_EQ(read_ledger(stack().ledger_path()).states(), "");
}

// A configuration that cannot work is refused before anything starts.
struct BadConfig {
  std::string name;
  std::string from;  // this text of a good configuration …
  std::string to;    // … becomes this
  std::string says;
};

class BadConfiguration : public testing::TestWithParam<BadConfig> {};

constexpr const char* good_config = R"([server]
listen = "127.0.0.1:0"
[ledger]
path = "LEDGER"
[ghl]
origin = "http://127.0.0.1:9"
[[tenant]]
id = "clinic"
location_id = "locE2e00000000000001"
timezone = "America/New_York"
ghl_token_env = "E2E_GHL_TOKEN"
vapi_secret_env = "E2E_VAPI_SECRET"
[[tenant.service]]
name = "Visit"
calendar_id = "calSolo0000000000001"
)";

std::unique_ptr<ChildProcess> start_with(const Folder& folder, std::string config) {
  if (const auto at = config.find("LEDGER"); at != std::string::npos) {
    config.replace(at, 6, (folder.path() / "ledger.db").string());
  }
  return std::make_unique<ChildProcess>(
      ChildSpec{.program = HOLDFASTD_PROGRAM,
                .arguments = {"--config", folder.write("holdfast.toml", config).string()},
                .environment = {{"E2E_GHL_TOKEN", ghl_token}, {"E2E_VAPI_SECRET", vapi_secret}},
                .error_file = folder.path() / "daemon.err"});
}

TEST_P(BadConfiguration, IsRefusedWithASentence) {
  const BadConfig& bad = GetParam();
  std::string config = good_config;
  const auto at = config.find(bad.from);
  ASSERT_NE(at, std::string::npos);
  config.replace(at, bad.from.size(), bad.to);
  const Folder folder;
  const auto daemon = start_with(folder, config);
  EXPECT_EQ(daemon->wait_for_exit(start_limit_ms), 3);
  EXPECT_THAT(daemon->errors(), HasSubstr(bad.says));
  EXPECT_THAT(daemon->errors(), testing::Not(HasSubstr("pit-"))) << "a secret on the screen";
  EXPECT_EQ(daemon->output(), "");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "ledger.db"));
}

INSTANTIATE_TEST_SUITE_P(
    Every, BadConfiguration,
    testing::Values(
        BadConfig{
            .name = "UnknownKey", .from = "id = \"clinic\"", .to = "id = \"clinic\"\ncolour = 1", .says = "colour"},
        BadConfig{.name = "UnknownTable", .from = "[ledger]", .to = "[ledgers]\nx = 1\n[ledger]", .says = "ledgers"},
        BadConfig{.name = "WrongType", .from = "\"127.0.0.1:0\"", .to = "8080", .says = "listen"},
        BadConfig{.name = "SecretInTheFile",
                  .from = "ghl_token_env = \"E2E_GHL_TOKEN\"",
                  .to = "ghl_token = \"pit-00000000-0000-4000-8000-000000000009\"",
                  .says = "ghl_token"},
        BadConfig{
            .name = "MissingVariable", .from = "\"E2E_VAPI_SECRET\"", .to = "\"E2E_NOT_SET\"", .says = "E2E_NOT_SET"},
        BadConfig{.name = "NoService",
                  .from = "[[tenant.service]]\nname = \"Visit\"\ncalendar_id = \"calSolo0000000000001\"",
                  .to = "",
                  .says = "service"},
        BadConfig{.name = "UnknownZone", .from = "America/New_York", .to = "America/Gotham", .says = "Gotham"},
        BadConfig{.name = "BadOrigin", .from = "http://127.0.0.1:9", .to = "ftp://x", .says = "origin"},
        BadConfig{.name = "NoToml", .from = "[server]", .to = "[server", .says = "TOML"}),
    [](const auto& info) { return info.param.name; });

TEST(BadPlace, APortInUseAndALedgerThatIsNone) {
  const Folder folder;
  Stack stack;
  std::string config = good_config;
  config.replace(config.find("127.0.0.1:0"), 11, "127.0.0.1:" + std::to_string(stack.daemon_port()));
  const auto second = start_with(folder, config);
  EXPECT_EQ(second->wait_for_exit(start_limit_ms), 4);
  EXPECT_THAT(second->errors(), HasSubstr(std::to_string(stack.daemon_port())));

  folder.write("ledger.db", "this is a shopping list, not a ledger; it is long enough to have a header of its own.\n");
  const auto third = start_with(folder, good_config);
  EXPECT_EQ(third->wait_for_exit(start_limit_ms), 4);
  EXPECT_THAT(third->errors(), HasSubstr("ledger.db"));
}

}  // namespace
}  // namespace e2e
