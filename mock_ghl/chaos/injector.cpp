#include "mock_ghl/chaos/injector.hpp"

namespace mock_ghl {

using holdfast::Instant;

void Injector::set_plan(ChaosPlan plan, Instant now) {
  plan_ = std::move(plan);
  since_ = now;
  states_.clear();
  // A generator for each rule, from the plan's and the rule's number only: no rule's draws shift another's.
  ++plans_;
  for (std::size_t i = 0; i < plan_.rules.size(); ++i) {
    holdfast::SplitMix64 parent(seed_ + plans_ * 0x9e3779b97f4a7c15ULL);
    states_.push_back({.random = parent.fork(i + 1)});
  }
}

bool Injector::fires(const ChaosRule& rule, RuleState& state, std::string_view operation, Instant now) const {
  if (!glob_matches(rule.operation, operation)) return false;
  const std::int64_t age_ms = (now - since_).count();
  if (rule.window && (age_ms < rule.window->from_ms || age_ms >= rule.window->to_ms)) return false;
  if (rule.limit >= 0 && state.fired >= rule.limit) return false;
  if (now < state.held_until) return true;
  if (!state.random.chance(rule.probability)) return false;
  if (rule.hold_ms > 0) state.held_until = now + holdfast::Duration{rule.hold_ms};
  return true;
}

Injection Injector::draw(std::string_view operation, std::uint64_t request_number, Instant now) {
  Injection injection;
  for (std::size_t i = 0; i < plan_.rules.size(); ++i) {
    const ChaosRule& rule = plan_.rules[i];
    RuleState& state = states_[i];
    if (!fires(rule, state, operation, now)) continue;
    const holdfast::Duration delay = rule.delay.draw(state.random);
    const std::uint64_t form = state.random.next();
    switch (rule.fault) {
      case Fault::latency:
        injection.latency += delay;
        break;
      case Fault::commit_gap:
        // Only creates and updates have a commit to be late with.
        if (operation != "create-appointment" && operation != "edit-appointment") continue;
        injection.commit_gap = delay;
        break;
      case Fault::stale_free_slots:
        if (operation != "get-slots") continue;
        injection.stale = delay;
        break;
      case Fault::strict_offset:
        if (operation != "create-appointment" && operation != "edit-appointment") continue;
        injection.strict_offset = true;
        break;
      default:
        // The first one decides; the others did not happen, so they are not noted.
        if (injection.decisive) continue;
        injection.decisive = rule.fault;
        injection.decisive_delay = delay;
        injection.decisive_draw = form;
    }
    ++state.fired;
    ++counts_.at(static_cast<std::size_t>(rule.fault));
    if (journal_.size() < journal_max) {
      journal_.push_back(
          {.fault = rule.fault, .operation = std::string(operation), .at = now, .request_number = request_number});
    }
  }
  return injection;
}

}  // namespace mock_ghl
