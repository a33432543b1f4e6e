// The steps of the saga: what is done in each state of an intent. Every step ends with one durable transition.
#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/marker.hpp"
#include "core/booking/outbox.hpp"
#include "core/booking/resource.hpp"
#include "core/booking/saga.hpp"

namespace holdfast::booking {

using ledger::Advance;
using ledger::HoldChange;
using ledger::Intent;
using ledger::IntentState;

namespace {

constexpr std::int64_t backoff_base_ms = 500;
constexpr std::int64_t backoff_cap_ms = 15'000;
constexpr int create_tries_max = 3;

Advance move_to(const Intent& intent, IntentState to, Instant now) {
  Advance change;
  change.intent_id = intent.id;
  change.expected_version = intent.version;
  change.to = to;
  change.now = now;
  return change;
}

Refusal upstream_refusal(const Error& error) {
  const bool operator_must_act = error.kind == ErrorKind::unauthorized || error.kind == ErrorKind::missing_scope ||
                                 error.kind == ErrorKind::refused || error.kind == ErrorKind::invalid_input ||
                                 error.kind == ErrorKind::not_found || error.kind == ErrorKind::configuration;
  return {operator_must_act ? RefusalReason::misconfigured : RefusalReason::calendar_busy, to_string(error)};
}

}  // namespace

// What one driver remembers between steps; nothing in it is needed after a restart.
struct Saga::Step {
  bool may_send = false;      // this driver wrote `creating` itself and has not sent yet
  int creates = 0;            // create requests this driver has sent
  int failures = 0;           // in a row, for the backoff
  std::string start_text;     // the slot as GHL wrote it
  std::string assigned_user;  // where the calendar has exactly one
};

net::Task<Intent> Saga::settle(Intent intent) {
  const auto request = decode_request(intent.request);
  if (!request) {
    log(LogLevel::error, "intent_unreadable", {{"intent", Loggable::safe(intent.id)}});
    co_return intent;
  }
  Step memory;
  while (!ledger::is_settled(intent.state)) {
    auto next = co_await step(intent, *request, memory);
    if (next) {
      intent = std::move(*next);
      continue;
    }
    // The ledger failed, or somebody else moved the intent. Whether our change was stored is unknown: read it, and
    // trust nothing this driver remembers about having sent.
    co_await wait_before_retry(memory);
    memory.may_send = false;
    auto read = co_await context_.ledger.find_intent(intent.id);
    if (read) intent = std::move(*read);
  }
  co_return intent;
}

net::Task<Result<Intent>> Saga::step(Intent intent, BookingRequest request, Step& memory) {
  switch (intent.state) {
    case IntentState::opened:
      co_return co_await hold(std::move(intent), std::move(request));
    case IntentState::held:
      co_return co_await prepare(std::move(intent), std::move(request), memory);
    case IntentState::creating:
      if (memory.may_send) co_return co_await create(std::move(intent), std::move(request), memory);
      // Written by a driver that is gone: its request may have left.
      co_return co_await context_.ledger.advance(move_to(intent, IntentState::unknown, context_.now()));
    case IntentState::unknown:
      co_return co_await read_back(std::move(intent), std::move(request), memory);
    case IntentState::created:
      co_return co_await verify(std::move(intent), std::move(request), memory);
    case IntentState::yielding:
      co_return co_await yield_seat(std::move(intent), memory);
    case IntentState::booked:
    case IntentState::refused:
      break;
  }
  co_return intent;
}

// Saga 2: reserve the interval here.
net::Task<Result<Intent>> Saga::hold(Intent intent, BookingRequest request) {
  const Limits& limits = context_.tenant.limits;
  const auto calendar = co_await availability_.calendar(request.calendar_id, context_.in(limits.create_timeout_ms));
  if (!calendar) co_return co_await refuse(std::move(intent), upstream_refusal(calendar.error()));
  const Resource resource = resource_of(*calendar);
  for (bool last_try : {false, true}) {
    const Instant now = context_.now();
    auto decision =
        co_await context_.ledger.acquire_hold({.intent_id = intent.id,
                                               .expected_version = intent.version,
                                               .resource = resource.key,
                                               .interval = held_interval(*calendar, {request.start, request.end}),
                                               .capacity = resource.capacity,
                                               .now = now,
                                               .expires_at = now + Duration(limits.hold_ttl_ms)});
    if (!decision) co_return fail(decision.error());
    if (decision->granted) co_return std::move(decision->intent);
    if (last_try || !co_await free_stale_holds(std::move(decision->conflicts))) break;
  }
  co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "held for another caller"});
}

// A booking of ours that a person cancelled in GHL still holds its interval here. True when one was freed.
net::Task<bool> Saga::free_stale_holds(std::vector<ledger::Hold> conflicts) {
  bool freed = false;
  for (const ledger::Hold& conflict : conflicts) {
    auto holder = co_await context_.ledger.find_intent(conflict.intent_id);
    if (!holder || holder->state != IntentState::booked) continue;
    const auto ended =
        co_await end_if_cancelled(std::move(*holder), context_.in(context_.tenant.limits.settle_timeout_ms));
    if (ended && ended->state == IntentState::refused) freed = true;
  }
  co_return freed;
}

// Saga 3 and 4: the last look at the slot and the contact side by side, then write down that we are about to create.
net::Task<Result<Intent>> Saga::prepare(Intent intent, BookingRequest request, Step& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant started_at = context_.now();
  const Instant deadline = context_.in(limits.create_timeout_ms);
  auto [slot, contact_id] = co_await net::both(
      context_.runtime, availability_.recheck(request.calendar_id, {request.start, request.end}, deadline),
      contacts_.find(request.person, deadline));
  if (!slot) co_return co_await refuse(std::move(intent), upstream_refusal(slot.error()));
  if (!*slot) co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "GHL no longer offers it"});
  // A new contact is made only now that the slot is known to be free: a loser leaves nothing behind.
  if (contact_id && contact_id->empty()) contact_id = co_await contacts_.make(request.person, deadline);
  if (!contact_id) co_return co_await refuse(std::move(intent), upstream_refusal(contact_id.error()));
  memory.start_text = (*slot)->text;

  // The hold may have run out while GHL was slow: take it again before relying on it.
  if (context_.now() - started_at > Duration(limits.hold_ttl_ms / 2)) {
    auto renewed = co_await hold(std::move(intent), request);
    if (!renewed || renewed->state != IntentState::held) co_return renewed;
    intent = std::move(*renewed);
  }
  Advance change = move_to(intent, IntentState::creating, context_.now());
  change.contact_id = *contact_id;
  change.attempted_at = change.now;
  change.hold = HoldChange::pin;
  auto creating = co_await context_.ledger.advance(std::move(change));
  if (creating) memory.may_send = true;
  // The hold ran out and went to somebody else, or the intent moved: ask for it again; a moved intent answers
  // `conflict`.
  if (!creating && creating.error().kind == ErrorKind::conflict) co_return co_await hold(std::move(intent), request);
  co_return creating;
}

// Saga 5: one create, and what its answer proves.
net::Task<Result<Intent>> Saga::create(Intent intent, BookingRequest request, Step& memory) {
  memory.may_send = false;
  ++memory.creates;
  ghl::AppointmentDraft draft{.calendar_id = request.calendar_id,
                              .contact_id = intent.contact_id,
                              .start_text = memory.start_text,
                              .title = request.service + ": " + request.person.full_name(),
                              .description = description_with_marker(request.notes, intent.id),
                              .assigned_user_id = memory.assigned_user};
  const auto made = co_await context_.client.create_appointment(std::move(draft),
                                                                context_.in(context_.tenant.limits.create_timeout_ms));
  if (made) {
    Advance change = move_to(intent, IntentState::created, context_.now());
    change.appointment_id = made->id;
    co_return co_await context_.ledger.advance(std::move(change));
  }
  const Error& error = made.error();
  switch (error.kind) {
    case ErrorKind::slot_taken:
      co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "GHL refused the create"});
    case ErrorKind::rate_limited:
    case ErrorKind::transient: {
      // Proven not done: another try is a new decision with a new look at the slot, never a blind repeat.
      if (memory.creates >= create_tries_max) co_return co_await refuse(std::move(intent), upstream_refusal(error));
      const std::int64_t wait_ms = error.retry_after ? error.retry_after->count() : backoff_base_ms;
      co_await net::sleep_for(context_.runtime.clock, Duration(net::jittered_ms(context_.runtime.entropy, wait_ms)));
      co_return co_await context_.ledger.advance(move_to(intent, IntentState::held, context_.now()));
    }
    case ErrorKind::unauthorized:
    case ErrorKind::missing_scope:
    case ErrorKind::refused:
    case ErrorKind::not_found:
    case ErrorKind::invalid_input:
      co_return co_await refuse(std::move(intent), upstream_refusal(error));
    default:
      co_return co_await context_.ledger.advance(move_to(intent, IntentState::unknown, context_.now()));
  }
}

// The unknown outcome: read the calendar until the appointment is there, or until it cannot arrive any more.
net::Task<Result<Intent>> Saga::read_back(Intent intent, BookingRequest request, Step& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant asked_at = context_.now();
  auto found =
      co_await readback_.find(intent.id, std::move(request), intent.contact_id, context_.in(limits.settle_timeout_ms));
  if (found && *found) {
    if (!(*found)->occupies()) {
      co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
    }
    memory.failures = 0;
    Advance change = move_to(intent, IntentState::created, context_.now());
    change.appointment_id = (*found)->id;
    co_return co_await context_.ledger.advance(std::move(change));
  }
  const Instant last_arrival =
      intent.attempted_at.value_or(intent.updated_at) + Duration(limits.late_arrival_window_ms);
  if (found && asked_at > last_arrival) {
    co_return co_await refuse(std::move(intent), {RefusalReason::not_created, "the create never arrived"},
                              /*watch_for_ghost=*/true);
  }
  co_await wait_before_retry(memory);
  co_return intent;
}

// Saga 6: is the seat ours alone? Only then is it booked.
net::Task<Result<Intent>> Saga::verify(Intent intent, BookingRequest request, Step& memory) {
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  const auto calendar = co_await availability_.calendar(request.calendar_id, deadline);
  auto verdict = calendar ? co_await readback_.exclusivity(intent.appointment_id, *calendar,
                                                           {request.start, request.end}, deadline)
                          : Result<Exclusivity>(fail(calendar.error()));
  if (!verdict) {
    co_await wait_before_retry(memory);
    co_return intent;
  }
  memory.failures = 0;
  if (*verdict == Exclusivity::gone) {
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
  }
  const Instant now = context_.now();
  if (*verdict == Exclusivity::yield) {
    log(LogLevel::warning, "yielding", {{"intent", Loggable::safe(intent.id)}});
    co_return co_await context_.ledger.advance(move_to(intent, IntentState::yielding, now));
  }
  Advance change = move_to(intent, IntentState::booked, now);
  change.enqueue.push_back(note_job(intent, request, intent.contact_id, now));
  co_return co_await context_.ledger.advance(std::move(change));
}

// Compensation: cancel ours, before anybody is told that it is booked.
net::Task<Result<Intent>> Saga::yield_seat(Intent intent, Step& memory) {
  const auto cancelled = co_await context_.client.cancel_appointment(
      intent.appointment_id, context_.in(context_.tenant.limits.settle_timeout_ms));
  if (!cancelled && cancelled.error().kind != ErrorKind::not_found) {
    co_await wait_before_retry(memory);
    co_return intent;
  }
  co_return co_await refuse(std::move(intent),
                            {RefusalReason::slot_taken, "somebody else has the seat; ours was cancelled"});
}

net::Task<Result<Intent>> Saga::refuse(Intent intent, Refusal refusal, bool watch_for_ghost) {
  const Instant now = context_.now();
  Advance change = move_to(intent, IntentState::refused, now);
  change.outcome = encode(refusal);
  change.hold = HoldChange::release;
  if (watch_for_ghost) {
    change.enqueue.push_back(ghost_sweep_job(intent, now + Duration(context_.tenant.limits.late_arrival_window_ms)));
  }
  log(LogLevel::info, "intent_refused",
      {{"intent", Loggable::safe(intent.id)}, {"reason", Loggable::safe(std::string(to_string(refusal.reason)))}});
  co_return co_await context_.ledger.advance(std::move(change));
}

net::Task<void> Saga::wait_before_retry(Step& memory) {
  const std::int64_t wait_ms = std::min(backoff_cap_ms, backoff_base_ms << std::min(memory.failures, 10));
  ++memory.failures;
  co_await net::sleep_for(context_.runtime.clock, Duration(net::jittered_ms(context_.runtime.entropy, wait_ms)));
}

}  // namespace holdfast::booking
