#include "mock_ghl/chaos/injector.hpp"

#include <algorithm>

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Instant;

namespace {

// How long a create waits for its rival when the rule does not say.
constexpr Duration race_default{10'000};

// Some faults bend one kind of request only.
bool applies(Fault fault, std::string_view operation) {
  switch (fault) {
    case Fault::commit_gap:  // only creates and updates have a commit to be late with
    case Fault::strict_offset:
    case Fault::stores_other:
      return operation == "create-appointment" || operation == "edit-appointment";
    case Fault::wrong_id_after_commit:
      return operation == "create-appointment";
    case Fault::race:
      return operation == "create-appointment";
    case Fault::stale_free_slots:
    case Fault::dates_wrapper:
      return operation == "get-slots";
    case Fault::stale_reads:
    case Fault::patchy_reads:
      return operation == "get-calendar-events" || operation == "get-appointments-for-contact" ||
             operation == "get-appointment";
    case Fault::open_hours_object:
      return operation == "get-calendars" || operation == "get-calendar" || operation == "create-calendar" ||
             operation == "update-calendar";
    default:
      return true;
  }
}

bool matches_caller(const ChaosRule& rule, const Subject& subject) {
  if (rule.caller != "*" && !glob_matches(rule.caller, subject.token) &&
      !glob_matches(rule.caller, subject.location_id)) {
    return false;
  }
  if (!rule.header) return true;
  const auto value = subject.headers == nullptr ? std::nullopt : subject.headers->find(rule.header->name);
  return glob_matches(rule.header->glob, value.value_or(""));
}

}  // namespace

void Injector::set_plan(ChaosPlan plan, Instant now) {
  plan_ = std::make_shared<const ChaosPlan>(std::move(plan));
  since_ = now;
  states_.clear();
  needs_caller_ = std::ranges::any_of(
      plan_->rules, [](const ChaosRule& rule) { return rule.caller != "*" || rule.header.has_value(); });
  // A generator for each rule, from the plan's and the rule's number only: no rule's draws shift another's.
  ++plans_;
  for (std::size_t i = 0; i < plan_->rules.size(); ++i) {
    holdfast::SplitMix64 parent(seed_ + plans_ * 0x9e3779b97f4a7c15ULL);
    states_.push_back({.random = parent.fork(i + 1)});
  }
}

bool Injector::fires(const ChaosRule& rule, RuleState& state, const Subject& subject, Instant now) const {
  if (!glob_matches(rule.operation, subject.operation)) return false;
  if (state.ended || (needs_caller_ && !matches_caller(rule, subject))) return false;
  const std::int64_t age_ms = (now - since_).count();
  if (rule.window && (age_ms < rule.window->from_ms || age_ms >= rule.window->to_ms)) return false;
  const bool counts = rule.ordinal.n > 0;
  if (counts && !applies(rule.fault, subject.operation)) return false;
  if (counts) ++state.matched;
  if (rule.limit >= 0 && state.fired >= rule.limit) return false;
  if (now < state.held_until) return true;
  if (counts && !rule.ordinal.includes(state.matched)) {
    if (state.owed == 0) return false;
    --state.owed;
  }
  return state.random.chance(rule.probability);
}

bool Injector::enter(const ChaosRule& rule, const Subject& subject, Duration delay, std::uint64_t form,
                     Injection& injection) const {
  if (!applies(rule.fault, subject.operation)) return false;
  switch (rule.fault) {
    case Fault::latency:
      injection.latency += delay;
      return true;
    case Fault::commit_gap:
      injection.commit_gap = delay;
      return true;
    case Fault::stale_free_slots:
    case Fault::stale_reads:
      injection.stale = delay;
      return true;
    case Fault::patchy_reads:
      injection.stale = delay;
      injection.patchy = form;
      return true;
    case Fault::stores_other:
      injection.alteration = Injection::Alteration{rule.alters, delay, form};
      return true;
    case Fault::strict_offset:
      injection.strict_offset = true;
      return true;
    case Fault::slow_body:
      injection.body_over += delay;
      return true;
    case Fault::race:
      injection.race = delay > Duration{0} ? delay : race_default;
      return true;
    case Fault::open_hours_object:
      injection.open_hours_object = true;
      return true;
    case Fault::dates_wrapper:
      injection.dates_wrapper = true;
      return true;
    case Fault::error_shape:
      injection.error_shape = form;
      return true;
    default:
      break;
  }
  // The first one decides; the others did not happen, so they are not noted.
  if (injection.decisive) return false;
  injection.decisive = rule.fault;
  injection.decisive_delay = delay;
  injection.decisive_draw = form;
  injection.rule = std::shared_ptr<const ChaosRule>(plan_, &rule);
  return true;
}

Injection Injector::draw(const Subject& subject, std::uint64_t request_number, Instant now) {
  Injection injection{.request_number = request_number, .plan_number = plans_};
  for (std::size_t i = 0; i < plan_->rules.size(); ++i) {
    const ChaosRule& rule = plan_->rules[i];
    RuleState& state = states_[i];
    if (!fires(rule, state, subject, now)) continue;
    const Duration delay = rule.delay.draw(state.random);
    const std::uint64_t form = state.random.next();
    if (!enter(rule, subject, delay, form, injection)) continue;
    ++state.fired;
    if (rule.hold_ms > 0 && now >= state.held_until) {
      state.held_until = now + Duration{rule.hold_ms};
      state.held_by = request_number;
    }
    injection.fired |= std::uint64_t{1} << static_cast<unsigned>(rule.fault);
    if (needs_fitting_answer(rule)) injection.provisional.push_back({rule.fault, i});
    note(rule.fault, subject.operation, request_number, now);
  }
  return injection;
}

void Injector::note(Fault fault, std::string_view operation, std::uint64_t request_number, Instant now) {
  ++counts_.at(static_cast<std::size_t>(fault));
  if (journal_.size() >= journal_max) return;
  journal_.push_back(
      {.fault = fault, .operation = std::string(operation), .at = now, .request_number = request_number});
}

void Injector::forget(Fault fault, std::uint64_t request_number) {
  // Requests are noted in the order of their numbers.
  const auto [first, last] = std::ranges::equal_range(journal_, request_number, {}, &JournalEntry::request_number);
  const auto entry = std::find_if(first, last, [&](const JournalEntry& each) { return each.fault == fault; });
  const bool was_noted = entry != last;
  if (was_noted) journal_.erase(entry);
  std::uint64_t& count = counts_.at(static_cast<std::size_t>(fault));
  // What is neither noted nor beyond a full journal was cleared away with its count.
  if (count > 0 && (was_noted || journal_.size() >= journal_max)) --count;
}

void Injector::take_back(const Injection& injection, Fault fault) {
  for (const Injection::Provisional& fired : injection.provisional) {
    if (fired.fault != fault) continue;
    forget(fault, injection.request_number);
    if (injection.plan_number != plans_) continue;
    RuleState& state = states_[fired.rule];
    --state.fired;
    if (plan_->rules[fired.rule].ordinal.n > 0) ++state.owed;
    if (state.held_by == injection.request_number) state.held_until = Instant::min();
  }
}

void Injector::note_answer(std::string_view operation, int status) {
  if (status < 200 || status > 299) return;
  for (std::size_t i = 0; i < plan_->rules.size(); ++i) {
    const std::string& until = plan_->rules[i].until;
    if (!until.empty() && glob_matches(until, operation)) states_[i].ended = true;
  }
}

void Injector::clear_journal() {
  journal_.clear();
  counts_.fill(0);
}

}  // namespace mock_ghl
