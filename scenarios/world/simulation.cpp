#include "scenarios/world/simulation.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "scenarios/world/daemon_process.hpp"
#include "scenarios/world/record.hpp"
#include "scenarios/world/slot_probe.hpp"
#include "scenarios/world/twin_front.hpp"
#include "scenarios/world/virtual_network.hpp"

namespace scenarios {

using holdfast::Instant;
using holdfast::milliseconds;
namespace net = holdfast::net;

namespace {

// How often the calm looks whether everything is at rest.
constexpr std::int64_t rest_check_ms = 1'000;
// A late commit that is under way when the calm begins still lands; it must not be missed by looking too early.
constexpr std::int64_t calm_least_ms = 30'000;

// A process that places one call.
struct CallerProcess {
  Node* node = nullptr;
  std::unique_ptr<VirtualLink> link;
  std::optional<vapi_sim::CallRecord> record;
};

class World {
 public:
  World(const RunPlan& plan, SimulationOptions options);
  ~World();
  RunRecord run();

 private:
  void place_callers();
  void place_deeds();
  void do_to_daemon(const Trigger& trigger, std::function<void()> deed);
  std::function<void(std::string_view operation, bool done)> ledger_listener();
  net::Task<void> place(std::size_t index);
  void remark_exchanges(const std::string& name, const vapi_sim::CallRecord& record);
  void weather_storm();
  void calm_down();
  bool calls_ended() const { return ended_ == callers_.size(); }
  std::vector<std::string> unsettled() const;
  RunRecord record();
  void count_lines();

  const RunPlan& plan_;
  RunRecord result_;
  Trace trace_;
  VirtualKernel kernel_;
  Node& ghl_node_;
  mock_ghl::Twin twin_;
  TwinFront front_;
  VirtualHost ghl_host_;
  DaemonProcess daemon_;
  SlotProbe stranger_;
  std::vector<CallerProcess> callers_;
  std::map<std::string, vapi_sim::CallerMemory> memories_;  // by matter
  std::size_t ended_ = 0;
  Instant calm_at_{};
};

World::World(const RunPlan& plan, SimulationOptions options)
    : plan_(plan),
      trace_(plan.start),
      kernel_(plan.start),
      ghl_node_(kernel_.add_node("ghl", plan.seed ^ 0x6811)),
      twin_(ghl_node_.runtime(), plan.fixture, plan.seed ^ 0x7717),
      front_(ghl_node_.runtime(), twin_, result_.probes),
      ghl_host_{ghl_node_, [this](net::HttpRequest request) { return front_.handle(std::move(request)); }},
      daemon_({kernel_, trace_, result_.probes, plan, ghl_host_, options.seams, ledger_listener()}),
      stranger_(kernel_, trace_, daemon_.host(), plan, twin_) {
  result_.history.began_at = plan.start;
  trace_.set_sink(std::move(options.sink));
}

World::~World() {
  // The processes die before what their coroutines refer to.
  for (auto& caller : callers_) {
    if (caller.node->alive()) kernel_.crash(*caller.node);
  }
  kernel_.crash(ghl_node_);
}

void World::place_callers() {
  callers_.resize(plan_.callers.size());
  holdfast::SplitMix64 random(plan_.seed ^ 0xca11);
  for (std::size_t index = 0; index < callers_.size(); ++index) {
    auto& caller = callers_[index];
    caller.node = &kernel_.add_node(plan_.callers[index].call.call_id, random.next());
    caller.link = std::make_unique<VirtualLink>(kernel_, trace_, *caller.node, daemon_.host(), plan_.vapi_link,
                                                random.fork(index));
    kernel_.at(plan_.start + milliseconds(plan_.callers[index].start_ms),
               [this, index] { net::spawn(kernel_.executor(), place(index)); });
  }
}

net::Task<void> World::place(std::size_t index) {
  auto& caller = callers_[index];
  const vapi_sim::CallPlan& call = plan_.callers[index].call;
  auto record =
      co_await vapi_sim::place_call(caller.node->runtime(), *caller.link, call, &memories_[vapi_sim::matter_of(call)]);
  trace_.line(kernel_.now(), caller.node->name(), "call-ended", {record.told, record.hung_up ? "hung up" : ""});
  if (trace_.has_sink()) remark_exchanges(caller.node->name(), record);
  caller.record = std::move(record);
  ++ended_;
}

// For the reader of a replay: what was asked and heard, in the run's own time.
void World::remark_exchanges(const std::string& name, const vapi_sim::CallRecord& record) {
  for (const auto& errand : record.plan.errands) {
    trace_.remark(
        kernel_.now(), name, "was-for",
        {errand.person, errand.attendee.full_name(), errand.attendee.phone, errand.attendee.email,
         to_string(record.plan.channel), to_string(record.plan.protocol), record.plan.line, record.plan.redial_of});
  }
  for (const auto& exchange : record.exchanges) {
    const std::string asked = run_time(result_.history, exchange.asked_at);
    const std::string answered = exchange.answered_at ? run_time(result_.history, *exchange.answered_at) : "never";
    trace_.remark(kernel_.now(), name, "asked",
                  {asked, exchange.tool, exchange.tool_call_id, exchange.said.full_name(), exchange.slot_code,
                   exchange.confirm, "->", answered, exchange.status, exchange.question, exchange.say, exchange.label});
  }
}

// Not from inside a handler: as the next thing that happens.
void World::do_to_daemon(const Trigger& trigger, std::function<void()> deed) {
  front_.add(
      Deed{trigger, [this, deed = std::move(deed)](const net::HttpRequest&) { kernel_.at(kernel_.now(), deed); }});
}

// Who waits for operations of the ledger; nobody in most runs, which then pay nothing.
std::function<void(std::string_view, bool)> World::ledger_listener() {
  const auto waits = [](const auto& planned) {
    return std::ranges::any_of(planned, [](const auto& each) { return each.trigger.operation.starts_with("ledger."); });
  };
  if (!waits(plan_.crashes) && !waits(plan_.stalls) && !waits(plan_.wall_steps) && !waits(plan_.persons)) return {};
  return [this](std::string_view operation, bool done) { front_.on_ledger(operation, done); };
}

void World::place_deeds() {
  for (const auto& deed : plan_.persons) front_.add(deed);
  for (const auto& crash : plan_.crashes) {
    do_to_daemon(crash.trigger, [this, down_ms = crash.down_ms] { daemon_.crash_and_restart(down_ms); });
  }
  for (const auto& stall : plan_.stalls) {
    do_to_daemon(stall.trigger, [this, for_ms = stall.for_ms] { daemon_.stall(for_ms); });
  }
  for (const auto& step : plan_.wall_steps) {
    do_to_daemon(step.trigger, [this, step_ms = step.step_ms] { daemon_.step_wall(step_ms); });
  }
}

void World::weather_storm() {
  twin_.set_chaos(plan_.chaos);
  daemon_.boot();
  place_callers();
  place_deeds();
  Instant end = plan_.start + milliseconds(plan_.storm_ms);
  for (const auto& caller : plan_.callers) end = std::max(end, plan_.start + milliseconds(caller.start_ms));
  kernel_.run_until(end);
}

void World::calm_down() {
  calm_at_ = kernel_.now();
  trace_.line(calm_at_, "world", "calm");
  twin_.set_chaos({});
  front_.stop();
  daemon_.calm();
  for (auto& caller : callers_) caller.link->set_faults(plan_.vapi_link.calm());
  const Instant least = calm_at_ + milliseconds(calm_least_ms);
  const Instant end = calm_at_ + milliseconds(plan_.calm_ms);
  while (kernel_.now() < end) {
    kernel_.run_until(std::min(end, kernel_.now() + milliseconds(rest_check_ms)));
    if (kernel_.now() >= least && unsettled().empty()) break;
  }
}

std::vector<std::string> World::unsettled() const {
  std::vector<std::string> pending;
  for (const auto& caller : callers_) {
    if (!caller.record) pending.push_back("call " + caller.node->name() + " has not ended");
  }
  auto daemon = daemon_.unsettled();
  pending.insert(pending.end(), daemon.begin(), daemon.end());
  return pending;
}

void World::count_lines() {
  for (const auto& caller : callers_) {
    const auto& counts = caller.link->counts();
    result_.probes.hit("line: request lost", counts.requests_lost);
    result_.probes.hit("line: answer lost", counts.responses_lost);
    result_.probes.hit("line: reset", counts.resets);
    result_.probes.hit("line: nobody listened", counts.refused);
    result_.probes.hit("line: partition", counts.partitions);
  }
}

RunRecord World::record() {
  History& history = result_.history;
  history.began_at = plan_.start;
  history.calm_at = calm_at_;
  history.ended_at = kernel_.now();
  history.unsettled = unsettled();
  record_twin(plan_, twin_.state(), history);
  daemon_.record(history);
  if (history.unsettled.empty()) stranger_.run(history);
  for (auto& caller : callers_) {
    if (caller.record) history.calls.push_back(std::move(*caller.record));
  }
  count_probes(history, twin_, result_.probes);
  count_lines();
  result_.persons = front_.journal();
  result_.trace_hash = trace_.hash();
  result_.events = kernel_.events();
  result_.simulated_ms = (kernel_.now() - plan_.start).count();
  return std::move(result_);
}

RunRecord World::run() {
  weather_storm();
  calm_down();
  return record();
}

}  // namespace

RunRecord simulate(const RunPlan& plan, SimulationOptions options) {
  World world(plan, std::move(options));
  return world.run();
}

}  // namespace scenarios
