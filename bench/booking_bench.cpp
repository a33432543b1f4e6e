// One booking, from the tool call to the reply, against the twin under virtual time: everything Holdfast, the twin and
// the JSON between them cost, without sockets, without a disk and without waiting.
#include <benchmark/benchmark.h>

#include "core/booking/front_desk.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "mock_ghl/twin.hpp"
#include "scenarios/world/virtual_network.hpp"

namespace {

using namespace holdfast;

// A clinic with one calendar, its GHL and its front desk, all on one kernel.
class Bench {
 public:
  Bench()
      : twin_(ghl_node_.runtime(), mock_ghl::demo_fixture(), 1),
        host_{ghl_node_, [this](net::HttpRequest request) { return twin_.handle(std::move(request)); }},
        link_(kernel_, trace_, desk_node_, host_, scenarios::LinkFaults{.latency_min_ms = 0, .latency_max_ms = 0},
              SplitMix64(1)),
        ledger_(desk_node_.runtime(), disk_),
        client_(desk_node_.runtime(), link_, options()),
        desk_(desk_node_.runtime(), tenant(), ledger_, client_) {}

  // One caller checks and books the first slot offered; true when told "booked".
  bool converse(int number) {
    std::string caller = "+1415" + std::to_string(2'000'000 + number);
    const Json offer = call(caller, "check", "check_availability", Json{{"date", "next week"}});
    if (offer["status"] != "available") return false;
    const Json reply =
        call(caller, "book", "book_appointment", Json{{"slot_code", offer["slots"][0]["code"]}, {"name", "Ada King"}});
    return reply["status"] == "booked";
  }

  // Only the first half.
  bool check(int number) {
    return call("+1415" + std::to_string(2'000'000 + number), "check", "check_availability",
                Json{{"date", "next week"}})["status"] == "available";
  }

 private:
  static booking::Tenant tenant() {
    booking::Tenant tenant;
    tenant.id = "bench";
    tenant.location_id = "locClinic00000000001";
    tenant.zone = *Zone::find("America/New_York");
    tenant.services = {{"Consultation", "calConsult0000000001"}};
    return tenant;
  }
  static ghl::ClientOptions options() {
    ghl::ClientOptions options;
    options.location_id = "locClinic00000000001";
    options.tokens = std::make_shared<ghl::StaticToken>(Secret("pit-00000000-0000-4000-8000-000000000001"));
    return options;
  }

  net::Task<void> answer(vapi::ServerMessage message) {
    const Instant deadline = kernel_.now() + Duration(desk_.tenant().limits.voice_deadline_ms);
    results_ = co_await desk_.answer(std::move(message), deadline);
  }

  Json call(const std::string& caller, std::string id, std::string tool, Json arguments) {
    vapi::ServerMessage message;
    message.conversation = {"call" + caller, caller, "", ""};
    message.calls.push_back(
        {.id = std::move(id), .name = std::move(tool), .arguments = std::move(arguments), .argument_error = ""});
    results_.clear();
    net::spawn(kernel_.executor(), answer(std::move(message)));
    // The next window of the rate limit: bookings in a row would exhaust one.
    kernel_.run_until(kernel_.now() + seconds(1));
    return Json::parse(results_.at(0).text);
  }

  scenarios::VirtualKernel kernel_{*parse_iso("2026-08-26T12:00:00-04:00")};
  scenarios::Trace trace_{*parse_iso("2026-08-26T12:00:00-04:00")};
  scenarios::Node& ghl_node_ = kernel_.add_node("ghl", 1);
  scenarios::Node& desk_node_ = kernel_.add_node("desk", 2);
  mock_ghl::Twin twin_;
  scenarios::VirtualHost host_;
  scenarios::VirtualLink link_;
  std::shared_ptr<ledger::MemoryDisk> disk_ = std::make_shared<ledger::MemoryDisk>();
  ledger::MemoryLedger ledger_;
  ghl::Client client_;
  booking::FrontDesk desk_;
  std::vector<vapi::ToolResult> results_;
};

void check_availability(benchmark::State& state) {
  Bench bench;
  int number = 0;
  for (auto _ : state) {
    if (!bench.check(++number)) state.SkipWithError("no slot was offered");
  }
}
BENCHMARK(check_availability)->Unit(benchmark::kMicrosecond);

// A fresh clinic every 40 bookings, so that a growing calendar does not change what is measured.
void check_and_book(benchmark::State& state) {
  auto bench = std::make_unique<Bench>();
  int number = 0;
  for (auto _ : state) {
    if (++number % 40 == 0) {
      state.PauseTiming();
      bench = std::make_unique<Bench>();
      state.ResumeTiming();
    }
    if (!bench->converse(number)) state.SkipWithError("the booking was not made");
  }
}
BENCHMARK(check_and_book)->Unit(benchmark::kMicrosecond);

}  // namespace
