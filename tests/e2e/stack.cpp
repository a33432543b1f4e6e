#include "tests/e2e/stack.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace e2e {

namespace net = holdfast::net;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t answer_limit_ms = 30'000;  // far above the voice deadline: a late answer is a failure of a test

std::unique_ptr<net::BeastClient> client_of(net::testing::World& world, const std::string& origin_text) {
  const auto origin = net::parse_origin(origin_text);
  if (!origin) throw std::runtime_error("not an origin: " + origin_text);
  auto client = net::BeastClient::create(world.runtime, *origin, {});
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

std::string text_of(const Json& object, const char* key) {
  return holdfast::string_member(object, key).value_or("");
}

Appointment read_appointment(const Json& json) {
  return {.id = text_of(json, "id"),
          .calendar_id = text_of(json, "calendarId"),
          .contact_id = text_of(json, "contactId"),
          .start = holdfast::parse_iso(text_of(json, "startTime")),
          .end = holdfast::parse_iso(text_of(json, "endTime")),
          .source = text_of(json, "source"),
          .live = holdfast::bool_member(json, "occupies").value()};
}

}  // namespace

Folder::Folder() {
  std::string pattern = (fs::temp_directory_path() / "holdfast_e2e_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  path_ = pattern;
}

Folder::~Folder() {
  if (testing::Test::HasFailure()) {
    std::printf("kept for a look: %s\n", path_.c_str());
    return;
  }
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
  return path_ / name;
}

std::string Answer::code(std::size_t index) const {
  const Json* slots = holdfast::find_member(result, "slots");
  if (slots == nullptr || !slots->is_array() || index >= slots->size()) return "";
  return text_of((*slots)[index], "code");
}

std::vector<Appointment> GhlRecord::live_of(const std::string& phone) const {
  std::vector<Appointment> found;
  const auto contacts = contacts_by_phone.find(phone);
  if (contacts == contacts_by_phone.end()) return found;
  for (const Appointment& appointment : appointments) {
    for (const std::string& id : contacts->second) {
      if (appointment.live && appointment.contact_id == id) found.push_back(appointment);
    }
  }
  return found;
}

std::vector<std::string> GhlRecord::notes_of(const std::string& phone) const {
  std::vector<std::string> found;
  const auto contacts = contacts_by_phone.find(phone);
  if (contacts == contacts_by_phone.end()) return found;
  for (const std::string& id : contacts->second) {
    if (const auto notes = notes_by_contact.find(id); notes != notes_by_contact.end()) {
      found.insert(found.end(), notes->second.begin(), notes->second.end());
    }
  }
  return found;
}

std::string solo_fixture() {
  return R"({
  "locations": [{"id": "locE2e00000000000001", "name": "Clinic", "timezone": "America/New_York", "country": "US"}],
  "users": [{"id": "usrSolo0000000000001", "locationId": "locE2e00000000000001", "name": "Solo"}],
  "calendars": [{
    "id": "calSolo0000000000001", "locationId": "locE2e00000000000001", "name": "Visit", "calendarType": "personal",
    "teamMembers": [{"userId": "usrSolo0000000000001", "isPrimary": true}],
    "openHours": [{"daysOfTheWeek": [0, 1, 2, 3, 4, 5, 6], "hours": [{"openHour": 0, "closeHour": 23, "closeMinute": 60}]}],
    "slotDuration": 60, "slotInterval": 60}],
  "tokens": [{"token": "pit-00000000-0000-4000-8000-00000000e2e0", "locationId": "locE2e00000000000001"}],
  "settings": {"rateLimit": {"max": 100000}}
})";
}

Json fault_rule(const std::string& fault, const std::string& operation, std::int64_t delay_ms, int limit) {
  return {{"fault", fault}, {"operation", operation}, {"limit", limit}, {"delay", {{"fixed_ms", delay_ms}}}};
}

Answer read_answer(int http_status, const std::string& body, const std::string& tool_call_id) {
  Answer answer;
  answer.http_status = http_status;
  answer.body = body;
  const auto parsed = holdfast::parse_json(body);
  if (!parsed) return answer;
  const Json* results = holdfast::find_member(*parsed, "results");
  if (results == nullptr || !results->is_array()) return answer;
  for (const Json& entry : *results) {
    if (text_of(entry, "toolCallId") != tool_call_id) continue;
    answer.is_error = entry.contains("error");
    answer.text = text_of(entry, answer.is_error ? "error" : "result");
    if (auto result = holdfast::parse_json(answer.text)) answer.result = std::move(*result);
    answer.status = text_of(answer.result, "status");
    answer.say = text_of(answer.result, "say");
  }
  return answer;
}

Stack::Stack(StackOptions options) : options_(std::move(options)) {
  if (options_.fake_ghl) {
    start_fake();
  } else {
    start_mock();
  }
  start_daemon();
}

Stack::~Stack() {
  if (!testing::Test::HasFailure()) return;
  if (mock_) std::printf("--- mock-ghl said:\n%s", mock_->errors().c_str());
  if (daemon_) std::printf("--- holdfastd said:\n%s", daemon_->errors().c_str());
}

void Stack::start_mock() {
  const fs::path fixture = folder_.write("fixture.json", options_.fixture.empty() ? solo_fixture() : options_.fixture);
  mock_ = std::make_unique<ChildProcess>(
      ChildSpec{.program = MOCK_GHL_PROGRAM,
                .arguments = {"--listen", "127.0.0.1:" + std::to_string(to_mock_ ? to_mock_->origin().port : 0),
                              "--fixture", fixture.string(), "--seed", "7"},
                .environment = {},
                .error_file = folder_.path() / "mock.err"});
  const auto origin = mock_->wait_until_listening(start_limit_ms);
  if (!origin) throw std::runtime_error("mock-ghl does not listen: " + mock_->output() + mock_->errors());
  mock_origin_ = *origin;
  to_mock_ = client_of(world, mock_origin_);
}

void Stack::start_fake() {
  auto server = net::BeastServer::listen(
      world.runtime, {}, [this](net::HttpRequest) -> net::Task<net::HttpResponse> { co_return ghl_says; });
  if (!server) throw std::runtime_error(server.error().message);
  fake_ = std::move(*server);
  mock_origin_ = fake_->origin();
}

void Stack::write_config() const {
  std::map<std::string, std::int64_t> limits{{"voice_deadline_ms", 1'500}, {"create_timeout_ms", 1'500},
                                             {"settle_timeout_ms", 1'500}, {"late_arrival_window_ms", 3'000},
                                             {"send_bound_ms", 1'500},     {"read_lag_ms", 1'000},
                                             {"hold_ttl_ms", 5'000},       {"offer_ttl_ms", 600'000},
                                             {"offered_slots_max", 4},     {"search_days", 3},
                                             {"attempt_timeout_ms", 1'500}};
  for (const auto& [name, value] : options_.limits) limits[name] = value;
  std::string text = "[server]\nlisten = \"127.0.0.1:" + std::to_string(daemon_port_) + "\"\n" +
                     options_.server_settings + "[ledger]\npath = \"" + ledger_path().string() +
                     "\"\n[ghl]\norigin = \"" + mock_origin_ +
                     "\"\n[log]\nlevel = \"info\"\n[[tenant]]\nid = \"clinic\"\nlocation_id = "
                     "\"locE2e00000000000001\"\ntimezone = \"America/New_York\"\nregion = \"US\"\nghl_token_env = "
                     "\"E2E_GHL_TOKEN\"\nvapi_secret_env = \"E2E_VAPI_SECRET\"\n[[tenant.service]]\nname = "
                     "\"Visit\"\ncalendar_id = \"" +
                     options_.calendar_id + "\"\n[tenant.limits]\n";
  for (const auto& [name, value] : limits) text += name + " = " + std::to_string(value) + "\n";
  folder_.write("holdfast.toml", text);
}

void Stack::start_daemon() {
  write_config();
  std::map<std::string, std::string> environment = options_.daemon_environment;
  environment["E2E_GHL_TOKEN"] = ghl_token;
  environment["E2E_VAPI_SECRET"] = vapi_secret;
  daemon_ =
      std::make_unique<ChildProcess>(ChildSpec{.program = HOLDFASTD_PROGRAM,
                                               .arguments = {"--config", (folder_.path() / "holdfast.toml").string()},
                                               .environment = std::move(environment),
                                               .error_file = folder_.path() / "daemon.err"});
  const auto origin = daemon_->wait_until_listening(start_limit_ms);
  if (!origin) throw std::runtime_error("holdfastd does not listen: " + daemon_->output() + daemon_->errors());
  if (to_daemon_) retired_.push_back(std::move(to_daemon_));
  to_daemon_ = client_of(world, *origin);
  daemon_port_ = to_daemon_->origin().port;
}

void Stack::kill_daemon() {
  daemon_->kill9();
}

std::optional<int> Stack::stop_daemon() {
  daemon_->ask_to_stop();
  // The loop goes on, so that answers under way are heard.
  world.until([&] { return !daemon_->running(); }, start_limit_ms);
  return daemon_->wait_for_exit(0);
}

void Stack::kill_mock() {
  mock_->kill9();
}

void Stack::restart_mock() {
  kill_mock();
  start_mock();
}

std::string Stack::message(const Caller& caller, const std::string& tool, const Json& arguments,
                           const std::string& tool_call_id) const {
  const Json call = {
      {"id", tool_call_id}, {"type", "function"}, {"function", {{"name", tool}, {"arguments", arguments}}}};
  return holdfast::dump_json({{"message",
                               {{"type", "tool-calls"},
                                {"toolCallList", Json::array({call})},
                                {"call", {{"id", caller.call_id}, {"customer", {{"number", caller.number}}}}}}}});
}

net::Task<Answer> Stack::ask(Caller caller, std::string tool, Json arguments, std::string tool_call_id) {
  net::HttpRequest request{
      .method = "POST",
      .target = "/vapi/clinic",
      .headers = {{"Authorization", std::string("Bearer ") + vapi_secret}, {"Content-Type", "application/json"}},
      .body = message(caller, tool, arguments, tool_call_id)};
  const auto response = co_await to_daemon_->send(std::move(request), world.in(answer_limit_ms));
  if (response) co_return read_answer(response->status, response->body, tool_call_id);
  Answer none;
  none.failure = response.error().message;
  co_return none;
}

net::Task<void> Stack::deliver(Caller caller, std::string tool, Json arguments, std::string tool_call_id,
                               std::shared_ptr<Delivery> delivery) {
  delivery->answer = co_await ask(std::move(caller), std::move(tool), std::move(arguments), std::move(tool_call_id));
  delivery->done = true;
}

std::shared_ptr<Delivery> Stack::send_in_background(const Caller& caller, const std::string& tool, Json arguments,
                                                    const std::string& tool_call_id) {
  auto delivery = std::make_shared<Delivery>();
  net::spawn(world.io.get_executor(), deliver(caller, tool, std::move(arguments), tool_call_id, delivery));
  return delivery;
}

Answer Stack::wait_for(const std::shared_ptr<Delivery>& delivery) {
  world.until([&] { return delivery->done; }, answer_limit_ms + 5'000);
  return delivery->answer;
}

Answer Stack::check(const Caller& caller) {
  // A day on which no offered time passes while the test runs.
  const std::string day = holdfast::format_date(
      holdfast::add_days(holdfast::date_in(*holdfast::Zone::find("America/New_York"), world.clock.wall_now()), 2));
  return wait_for(send_in_background(caller, "check_availability", {{"date", day}}, caller.call_id + "-check"));
}

std::shared_ptr<Delivery> Stack::book_in_background(const Caller& caller, const std::string& code,
                                                    const std::string& tool_call_id) {
  return send_in_background(caller, "book_appointment", {{"slot_code", code}, {"name", caller.name}}, tool_call_id);
}

Answer Stack::book(const Caller& caller, const std::string& code, const std::string& tool_call_id) {
  return wait_for(book_in_background(caller, code, tool_call_id));
}

net::HttpResponse Stack::request(net::HttpRequest request) {
  auto response = world.run(to_daemon_->send(std::move(request), world.in(answer_limit_ms - 5'000)));
  if (response) return std::move(*response);
  return {.status = 0, .body = response.error().message};
}

net::HttpResponse Stack::post(const std::string& body) {
  return request({.method = "POST",
                  .target = "/vapi/clinic",
                  .headers = {{"Authorization", std::string("Bearer ") + vapi_secret}},
                  .body = body});
}

net::HttpResponse Stack::ask_mock(const std::string& method, const std::string& target, const std::string& body) {
  auto response = world.run(to_mock_->send(
      {.method = method, .target = target, .headers = {{"Content-Type", "application/json"}}, .body = body},
      world.in(answer_limit_ms - 5'000)));
  if (!response) throw std::runtime_error("mock-ghl: " + response.error().message);
  return std::move(*response);
}

std::string Stack::admin(const std::string& method, const std::string& target, const std::string& body) {
  const net::HttpResponse response = ask_mock(method, target, body);
  if (response.status >= 300) throw std::runtime_error("mock-ghl, " + target + ": " + response.body);
  return response.body;
}

void Stack::chaos(const Json& rules) {
  admin("PUT", "/__mock/chaos", holdfast::dump_json({{"rules", rules}}));
}

GhlRecord Stack::record() {
  const auto state = holdfast::parse_json(admin("GET", "/__mock/state"));
  if (!state) throw std::runtime_error("the mock's state is no JSON: " + state.error().message);
  GhlRecord record;
  for (const Json& appointment : state->at("appointments"))
    record.appointments.push_back(read_appointment(appointment));
  for (const Json& contact : state->at("contacts")) {
    if (holdfast::bool_member(contact, "deleted").value_or(false)) continue;
    record.contacts_by_phone[text_of(contact, "phone")].push_back(text_of(contact, "id"));
  }
  for (const Json& note : state->at("notes")) {
    record.notes_by_contact[text_of(note, "contactId")].push_back(text_of(note, "body"));
  }
  return record;
}

std::vector<GhlRequest> Stack::requests(std::int64_t since) {
  const auto journal =
      holdfast::parse_json(admin("GET", "/__mock/journal/requests?limit=10000&since=" + std::to_string(since)));
  if (!journal) throw std::runtime_error("the mock's journal is no JSON: " + journal.error().message);
  std::vector<GhlRequest> found;
  for (const Json& entry : journal->at("requests")) {
    GhlRequest request{.number = holdfast::integer_member(entry, "number").value(),
                       .operation = text_of(entry, "operation"),
                       .began_at = holdfast::parse_iso(text_of(entry, "at")).value(),
                       .ended_at = std::nullopt};
    if (const auto latency_ms = holdfast::integer_member(entry, "latencyMs")) {
      request.ended_at = request.began_at + holdfast::milliseconds(*latency_ms);
    }
    found.push_back(std::move(request));
  }
  return found;
}

int Stack::faults(const std::string& fault, const std::string& operation) {
  const auto journal = holdfast::parse_json(admin("GET", "/__mock/journal"));
  if (!journal) throw std::runtime_error("the mock's journal is no JSON: " + journal.error().message);
  int count = 0;
  for (const Json& entry : journal->at("entries")) {
    if (text_of(entry, "fault") == fault && text_of(entry, "operation") == operation) ++count;
  }
  return count;
}

bool Stack::wait_for_fault(const std::string& fault, const std::string& operation, std::int64_t limit_ms) {
  const Instant give_up_at = world.in(limit_ms);
  while (world.clock.now() < give_up_at) {
    if (faults(fault, operation) > 0) return true;
    pause(15);
  }
  return false;
}

std::string Stack::book_as_person(Instant start) {
  const net::HttpResponse response = ask_mock("POST", "/__mock/book",
                                              holdfast::dump_json({{"calendarId", options_.calendar_id},
                                                                   {"startTime", holdfast::format_iso_utc(start)},
                                                                   {"contactName", "Pat Walkin"}}));
  if (response.status == 409) return "";
  const auto booked = holdfast::parse_json(response.body);
  if (response.status != 200 || !booked) throw std::runtime_error("mock-ghl, book: " + response.body);
  return text_of(*booked, "id");
}

void Stack::pause(std::int64_t duration_ms) {
  const Instant end = world.in(duration_ms);
  world.until([&] { return world.clock.now() >= end; }, duration_ms + 5'000);
}

}  // namespace e2e
