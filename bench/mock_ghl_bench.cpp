// The twin without sockets: one request through Twin::handle, and how it grows with what the account holds.
#include <benchmark/benchmark.h>

#include <string>

#include "core/base/json.hpp"
#include "mock_ghl/twin.hpp"
#include "tests/support/run_task.hpp"

namespace mock_ghl {
namespace {

using holdfast::Instant;
using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

constexpr const char* token = "pit-00000000-0000-4000-8000-000000000001";
constexpr const char* location = "locClinic00000000001";
constexpr const char* consult = "calConsult0000000001";
constexpr const char* members[] = {"usrAda00000000000001", "usrBen00000000000002"};

// Monday 2026-08-24, 08:00 in New York.
Instant monday_morning() {
  return *holdfast::parse_iso("2026-08-24T08:00:00-04:00");
}

// The demo clinic without a rate limit, with `appointments` on the consultation calendar over the next 31 days (many on
// one slot where they are more than there are slots) and a contact of each.
Fixture busy_clinic(std::int64_t appointments) {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_max = 1'000'000'000;
  fixture.settings.rate_limit_daily = 2'000'000'000;
  for (std::int64_t i = 0; i < appointments; ++i) {
    const std::string number = std::to_string(100'000 + i);
    fixture.contacts.push_back({.id = "conBusy" + number,
                                .location_id = location,
                                .fields = {.first_name = "Jane", .last_name = "Doe" + number}});
    const Instant start = monday_morning() + holdfast::days{i % 31} + holdfast::minutes{60 + 30 * (i / 31 % 16)};
    fixture.appointments.push_back({.id = "aptBusy" + number,
                                    .calendar_id = consult,
                                    .contact_id = "conBusy" + number,
                                    .user_id = members[i % 2],
                                    .start = start});
  }
  return fixture;
}

// A twin on a loop of its own, asked as a client would.
struct Clinic {
  explicit Clinic(std::int64_t appointments = 0)
      : loop(monday_morning()), twin(loop.runtime(), busy_clinic(appointments), 7) {}

  static HttpRequest request(std::string method, std::string target, std::string body = {}) {
    HttpRequest made{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
    made.headers.add("Authorization", std::string("Bearer ") + token);
    made.headers.add("Version", "2021-04-15");
    if (!made.body.empty()) made.headers.add("Content-Type", "application/json");
    return made;
  }
  HttpResponse send(const HttpRequest& asked) { return loop.run(twin.handle(asked)); }

  holdfast::tests::Loop loop;
  Twin twin;
};

void ask(benchmark::State& state, Clinic& clinic, const HttpRequest& request, int status) {
  for (auto _ : state) {
    const HttpResponse response = clinic.send(request);
    if (response.status != status) return state.SkipWithError(response.body.c_str());
    benchmark::DoNotOptimize(response.body.data());
  }
}

// What every figure below includes: a coroutine on a loop that answers nothing.
holdfast::net::Task<HttpResponse> nothing(HttpRequest) {
  co_return HttpResponse{};
}
void empty_loop(benchmark::State& state) {
  Clinic clinic;
  const HttpRequest request = Clinic::request("GET", std::string("/locations/") + location);
  for (auto _ : state) benchmark::DoNotOptimize(clinic.loop.run(nothing(request)));
}
BENCHMARK(empty_loop);

void get_location(benchmark::State& state) {
  Clinic clinic;
  clinic.twin.record_requests(static_cast<std::size_t>(state.range(0)));
  ask(state, clinic, Clinic::request("GET", std::string("/locations/") + location), 200);
}
BENCHMARK(get_location)->ArgName("journal")->Arg(0)->Arg(10'000);

void get_contact(benchmark::State& state) {
  Clinic clinic(state.range(0));
  ask(state, clinic, Clinic::request("GET", "/contacts/conBusy100000"), 200);
}
BENCHMARK(get_contact)->ArgName("contacts")->Arg(1)->Arg(10'000);

// From the second day on, so that the notice of the calendar cuts nothing off.
void free_slots(benchmark::State& state) {
  Clinic clinic(state.range(1));
  const Instant from = monday_morning() + holdfast::hours{16};
  const Instant to = from + holdfast::days{state.range(0)};
  ask(state, clinic,
      Clinic::request("GET", std::string("/calendars/") + consult +
                                 "/free-slots?startDate=" + std::to_string(holdfast::to_epoch_ms(from)) +
                                 "&endDate=" + std::to_string(holdfast::to_epoch_ms(to))),
      200);
}
BENCHMARK(free_slots)->ArgNames({"days", "appointments"})->ArgsProduct({{1, 31}, {0, 100, 10'000}});

// The slot has seats without end, so that every create finds it free. The number of creates is fixed: each one stays.
void create_appointment(benchmark::State& state) {
  Clinic clinic(state.range(0));
  Calendar calendar = *clinic.twin.state().calendar(consult);
  calendar.appointments_per_slot = 1'000'000'000;
  clinic.twin.state().replace_calendar(std::move(calendar));
  const Json body{{"calendarId", consult},
                  {"locationId", location},
                  {"contactId", "conBusy100000"},
                  {"startTime", "2026-08-25T10:00:00-04:00"}};
  const HttpRequest request = Clinic::request("POST", "/calendars/events/appointments", holdfast::dump_json(body));
  ask(state, clinic, request, 201);
}
BENCHMARK(create_appointment)->ArgName("appointments")->Arg(1)->Arg(100)->Arg(10'000)->Iterations(2'000);

void search_contacts(benchmark::State& state) {
  Clinic clinic(state.range(0));
  const Json body{{"locationId", location}, {"pageLimit", 20}, {"query", "doe100000"}};
  ask(state, clinic, Clinic::request("POST", "/contacts/search", holdfast::dump_json(body)), 200);
}
BENCHMARK(search_contacts)->ArgName("contacts")->Arg(1)->Arg(100)->Arg(10'000);

}  // namespace
}  // namespace mock_ghl
