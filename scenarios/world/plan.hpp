// RunPlan: everything that will be done to the world in one run, as data. A scenario of the catalogue and a seed of the
// storm are both such a plan; the world only plays it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/booking/tenant.hpp"
#include "core/daemon/office.hpp"
#include "core/ghl/client.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "scenarios/world/virtual_network.hpp"
#include "vapi_sim/call.hpp"

namespace scenarios {

// When something is done: `delay_ms` after the run began, or after the nth request of a GHL operation reached the twin
// (or was answered by it).
struct Trigger {
  std::string operation;  // GHL's operation id, "create-appointment"; empty: the beginning of the run
  int nth = 1;
  bool on_answer = false;
  std::int64_t delay_ms = 0;
};

// Somebody works in GHL's own screen.
struct PersonDeed {
  enum class Kind { book, cancel };
  // Which slot is booked, or whose appointment is cancelled.
  enum class Choice {
    nth_free,   // the `index`-th free start from `from` on (book), the `index`-th living API appointment (cancel)
    requested,  // the start that the triggering create request names
  };
  Kind kind = Kind::book;
  Trigger trigger;
  std::string calendar_id;
  Choice choice = Choice::nth_free;
  int index = 0;
  holdfast::Instant from{};
  std::string name = "Walk-in Guest";
};

// The daemon dies and comes back. Virtual world only.
struct CrashPlan {
  Trigger trigger;
  std::int64_t down_ms = 1'000;
};

// What the daemon's simulated disk does. Virtual world only.
struct DiskPlan {
  std::int64_t latency_min_ms = 0;
  std::int64_t latency_max_ms = 2;
  double fail_before_commit = 0;  // of one operation
  double fail_after_commit = 0;
};

// One call and when it comes in.
struct CallerPlan {
  std::int64_t start_ms = 0;
  vapi_sim::CallPlan call;
};

// The whole run. Pure data; copyable.
struct RunPlan {
  std::string name;  // "seed 17" or a scenario's id
  std::uint64_t seed = 1;
  holdfast::Instant start{};  // virtual world only: the socket world lives now
  mock_ghl::Fixture fixture;
  std::vector<holdfast::booking::Service> services;  // empty: one for every calendar, called like it
  holdfast::booking::Limits limits;
  holdfast::ghl::RetryPolicy retry;
  std::vector<CallerPlan> callers;
  std::vector<PersonDeed> persons;
  std::vector<CrashPlan> crashes;
  mock_ghl::ChaosPlan chaos;
  LinkFaults ghl_link;   // daemon to GHL
  LinkFaults vapi_link;  // Vapi to daemon
  DiskPlan disk;
  std::int64_t storm_ms = 60'000;  // faults until then; longer when calls come in later
  std::int64_t calm_ms = 600'000;  // then everything must come to rest within this
};

// What callers of this plan can ask for.
std::vector<holdfast::booking::Service> services_of(const RunPlan& plan);
// The tenant and its secrets as the daemon is configured for this plan.
holdfast::daemon::TenantAccount account_of(const RunPlan& plan);
// The server URL's path that the plan's calls must use.
std::string tenant_target();
// The secret they must present.
holdfast::Secret vapi_secret();
// The plan's parameters as one line of JSON: what is printed before a replay.
std::string describe(const RunPlan& plan);

}  // namespace scenarios
