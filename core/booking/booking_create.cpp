// The create and, when its outcome is not known, the reading back.
#include <algorithm>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/log.hpp"
#include "core/booking/booking_memory.hpp"
#include "core/booking/booking_steps.hpp"
#include "core/booking/identity.hpp"
#include "core/booking/marker.hpp"

namespace holdfast::booking {

using ledger::Advance;
using ledger::Durability;
using ledger::Intent;
using ledger::IntentState;

namespace {

constexpr std::int64_t retry_wait_ms = 500;
constexpr int creates_max = 3;

bool is_definite(const Error& error) {
  return error.not_sent || error.kind == ErrorKind::slot_taken || error.kind == ErrorKind::rate_limited ||
         error.kind == ErrorKind::transient || error.kind == ErrorKind::unauthorized ||
         error.kind == ErrorKind::missing_scope || error.kind == ErrorKind::refused ||
         error.kind == ErrorKind::not_found || error.kind == ErrorKind::invalid_input;
}

}  // namespace

Refusal upstream_refusal(const Error& error) {
  const bool operator_must_act = error.kind == ErrorKind::unauthorized || error.kind == ErrorKind::missing_scope ||
                                 error.kind == ErrorKind::refused || error.kind == ErrorKind::invalid_input ||
                                 error.kind == ErrorKind::not_found || error.kind == ErrorKind::configuration;
  return {operator_must_act ? RefusalReason::misconfigured : RefusalReason::calendar_busy, to_string(error)};
}

// Saga 5: one create, and what its answer proves.
net::Task<Result<Intent>> BookingSteps::create(Intent intent, BookingRequest request, Remembered& memory) {
  HOLDFAST_ASSERT(memory.may_send && intent.sent_until && !intent.contact_id.empty());
  memory.may_send = false;
  ++memory.creates;
  ghl::AppointmentDraft draft{.calendar_id = request.calendar_id,
                              .contact_id = intent.contact_id,
                              .start_text = memory.start_text,
                              .title = request.service + ": " + request.person.full_name(),
                              .description = description_with_marker(request.notes, intent.id),
                              .assigned_user_id = ""};
  // Nobody has verified it yet, so nobody is told.
  draft.notify = false;
  const auto made = co_await context_.client.create_appointment(
      std::move(draft), context_.in(context_.tenant.limits.create_timeout_ms), intent.sent_until);
  if (!made) co_return co_await after_failed_create(std::move(intent), std::move(request), made.error(), memory);
  if (!made->assigned_user_id.empty()) memory.assigned_user = made->assigned_user_id;
  co_return co_await found(std::move(intent), *made);
}

net::Task<Result<Intent>> BookingSteps::found(Intent intent, const ghl::Appointment& appointment) {
  Advance change = move_to(intent, IntentState::created, context_.now(), Durability::lazy);
  change.appointment_id = appointment.id;
  change.add_links = {appointment_link(appointment.id)};
  return context_.ledger.advance(std::move(change));
}

// A refusal may follow the work it refuses (facts/ghl.md quirk 30), and a taken slot may be taken by our own lost try:
// whatever left is looked for once before anybody is told that it was not made.
net::Task<Result<Intent>> BookingSteps::after_failed_create(Intent intent, BookingRequest request, Error error,
                                                            Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  if (!is_definite(error)) {
    co_return co_await context_.ledger.advance(move_to(intent, IntentState::unknown, context_.now(), Durability::lazy));
  }
  if (!error.not_sent) {
    const auto there =
        co_await readback_.find(intent.id, request, intent.contact_id, context_.in(limits.settle_timeout_ms));
    if (!there) {
      co_return co_await context_.ledger.advance(
          move_to(intent, IntentState::unknown, context_.now(), Durability::lazy));
    }
    if (*there) co_return co_await found(std::move(intent), **there);
  }
  if (error.kind == ErrorKind::slot_taken) {
    co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "GHL refused the create"});
  }
  const bool worth_a_try = error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::transient;
  // A wait that the server asks for is never shortened; one that no caller can sit out ends the wish.
  const std::int64_t asked_ms = error.retry_after ? error.retry_after->count() : 0;
  if (!worth_a_try || memory.creates >= creates_max || asked_ms > limits.longest_wait_ms) {
    co_return co_await refuse(std::move(intent), upstream_refusal(error));
  }
  // Another try is a new decision with a new look at the slot, never a blind repeat.
  auto held = co_await context_.ledger.advance(move_to(intent, IntentState::held, context_.now(), Durability::lazy));
  const std::int64_t jitter_ms = net::jittered_ms(context_.runtime.entropy, retry_wait_ms);
  co_await net::sleep_for(context_.runtime.clock, Duration(asked_ms + jitter_ms));
  co_return held;
}

// The unknown outcome: read the calendar until the appointment is there, or until it cannot arrive any more. Time in
// which GHL cannot be read does not count.
net::Task<Result<Intent>> BookingSteps::read_back(Intent intent, BookingRequest request, Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant asked_at = context_.now();
  const auto there =
      co_await readback_.find(intent.id, request, intent.contact_id, context_.in(limits.settle_timeout_ms));
  if (!there) co_return co_await wait(std::move(intent), memory);
  if (*there) {
    memory.failures = 0;
    memory.absent_since.reset();
    co_return co_await found(std::move(intent), **there);
  }
  // Of what an earlier boot wrote, the clock may have been another: the window begins with this boot at the earliest,
  // and with this read at the latest.
  if (!memory.sent_until) {
    const Duration bound(limits.send_bound_ms);
    const Instant written = intent.sent_until.value_or(intent.updated_at);
    memory.sent_until = std::clamp(written, context_.boot_at + bound, asked_at + bound);
  }
  const Instant last_arrival = *memory.sent_until + Duration(limits.create_timeout_ms + limits.late_arrival_window_ms);
  if (asked_at <= last_arrival) co_return co_await wait(std::move(intent), memory, last_arrival + Duration(1));
  const Duration lag(limits.read_lag_ms);
  if (!memory.absent_since) memory.absent_since = asked_at;
  if (asked_at - *memory.absent_since >= lag) {
    co_return co_await refuse(std::move(intent), {RefusalReason::not_created, "the create never arrived"});
  }
  co_return co_await wait(std::move(intent), memory, *memory.absent_since + lag);
}

}  // namespace holdfast::booking
