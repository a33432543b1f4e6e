// RunPlan: everything that will be done to the world in one run, as data. A scenario of the catalogue and a seed of the
// storm are both such a plan; the world only plays it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
// (or was answered by it), or after the daemon's nth operation on its ledger began (or took effect).
struct Trigger {
  // GHL's operation id, "create-appointment"; "ledger.advance" for a method of the Ledger, "ledger.any" for all of them
  // together; empty: the beginning of the run.
  std::string operation;
  int nth = 1;
  bool on_answer = false;
  std::int64_t delay_ms = 0;
};

// Somebody works in GHL's own screen.
struct PersonDeed {
  // `restore` undoes a cancellation, `copy` books the same once more with its description, `edit` writes `title` and
  // `description` over what stands there, `reassign` gives it to the next of the calendar's team, and `merge` merges
  // its contact into the other one of the same location that is called `name`.
  enum class Kind { book, cancel, move, restore, remove, copy, edit, reassign, merge };
  // Which slot is booked.
  enum class Choice {
    nth_free,   // the `index`-th free start from `from` on
    requested,  // the start that the triggering create request names
  };
  // Whose appointment it is about, unless it books: the `index`-th, in order of creation, of those that live (of those
  // that are cancelled: restore).
  enum class Whose { backend, office };
  Kind kind = Kind::book;
  Trigger trigger;
  std::string calendar_id;
  Choice choice = Choice::nth_free;
  int index = 0;
  holdfast::Instant from{};
  std::string name = "Walk-in Guest";
  Whose whose = Whose::backend;
  std::int64_t stood_ms = 0;  // only of those that have stood unchanged for so long
  int to_index = 0;           // move and copy: to the so-many-th free start from `from` on
  std::string title;
  std::string description;
};

// The deed as scenario files and reports call it: "book", "cancel", "move", …; nullopt for another word.
std::string_view to_string(PersonDeed::Kind kind);
std::optional<PersonDeed::Kind> parse_deed(std::string_view name);

// The daemon dies and comes back: over sockets it is a process then.
struct CrashPlan {
  Trigger trigger;
  std::int64_t down_ms = 1'000;
};

// The daemon's machine does not run it for a while: a frozen virtual machine, a stopped process.
struct StallPlan {
  Trigger trigger;
  std::int64_t for_ms = 10'000;
};

// The wall clock of the daemon's machine is set: forward, or back when negative.
struct WallStep {
  Trigger trigger;
  std::int64_t step_ms = 3'600'000;
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
  holdfast::Instant start{};  // over sockets only where `sets_clock`: else that world lives now
  bool sets_clock = false;    // sockets too: the clocks of everybody show `start` when it begins
  mock_ghl::Fixture fixture;
  std::vector<holdfast::booking::Service> services;  // empty: one for every calendar, called like it
  holdfast::booking::Limits limits;
  holdfast::booking::Notifier notifier = holdfast::booking::Notifier::ghl;  // of every tenant
  holdfast::ghl::RetryPolicy retry;
  std::vector<CallerPlan> callers;
  std::vector<PersonDeed> persons;
  std::vector<CrashPlan> crashes;
  std::vector<StallPlan> stalls;
  std::vector<WallStep> wall_steps;
  mock_ghl::ChaosPlan chaos;
  LinkFaults ghl_link;   // daemon to GHL
  LinkFaults vapi_link;  // Vapi to daemon
  DiskPlan disk;
  std::int64_t storm_ms = 60'000;  // faults until then; longer when calls come in later
  std::int64_t calm_ms = 600'000;  // then everything must come to rest within this
};

// What callers of this plan can ask for.
std::vector<holdfast::booking::Service> services_of(const RunPlan& plan);
// The tenants and their secrets as the daemon is configured for this plan: one for every location of the fixture that a
// token is for, in the fixture's order, with the services of its calendars.
std::vector<holdfast::daemon::TenantAccount> accounts_of(const RunPlan& plan);
// Whether the daemon has to be a process of its own over sockets, because something is done to its machine.
bool needs_process(const RunPlan& plan);
// Whether only our own daemon can be played with over sockets: its machine or its clock is not as it is.
bool needs_builtin(const RunPlan& plan);
// The server URL's path that calls to the `tenant`-th of them must use.
std::string tenant_target(std::size_t tenant = 0);
// The secret they must present.
holdfast::Secret vapi_secret(std::size_t tenant = 0);
// The plan's parameters as one line of JSON: what is printed before a replay.
std::string describe(const RunPlan& plan);

}  // namespace scenarios
