// After GHL has it: is it what was asked, is the seat ours alone, and is it still there?
#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/booking_memory.hpp"
#include "core/booking/booking_steps.hpp"
#include "core/booking/identity.hpp"
#include "core/booking/marker.hpp"

namespace holdfast::booking {

using ledger::Advance;
using ledger::Durability;
using ledger::HoldChange;
using ledger::Intent;
using ledger::IntentState;

namespace {

// Whether GHL holds what was asked for. An end that it does not tell is its own business.
bool is_as_asked(const ghl::Appointment& stored, const BookingRequest& request, const Intent& intent,
                 const std::string& location_id) {
  return stored.start == request.start && (!stored.end || *stored.end == request.end) &&
         stored.calendar_id == request.calendar_id && stored.contact_id == intent.contact_id &&
         (stored.location_id.empty() || stored.location_id == location_id);
}

// Whom a booking takes up, as far as that is known before it is looked at.
std::vector<std::string> users_of(const ghl::Calendar& calendar, const std::string& assigned_user) {
  if (calendar.kind() == ghl::CalendarKind::collective) return calendar.team_member_ids;
  if (assigned_user.empty()) return {};
  return {assigned_user};
}

// The contact may have been merged into another, which this wish did not make.
void follow_contact(const ghl::Appointment& stored, Intent& intent, BookingRequest& request) {
  if (stored.contact_id.empty() || stored.contact_id == intent.contact_id) return;
  intent.contact_id = stored.contact_id;
  request.contact_made = false;
}

// An answer older than one that was seen is no news.
bool is_news(const ghl::Appointment& stored, const BookingRequest& request) {
  return !request.updated_at || !stored.updated_at || *stored.updated_at >= *request.updated_at;
}

}  // namespace

// Saga 6: is it what was asked, and is the seat ours alone? Only then is it booked.
net::Task<Result<Intent>> BookingSteps::verify(Intent intent, BookingRequest request, Remembered& memory) {
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  const auto calendar = co_await availability_.calendar(request.calendar_id, deadline);
  if (!calendar) co_return co_await wait(std::move(intent), memory);
  auto sight = co_await readback_.look(intent, request, users_of(*calendar, memory.assigned_user), deadline);
  if (!sight) co_return co_await wait(std::move(intent), memory);
  // A list that does not show ours is behind, so it does not show who else is there either.
  if (!sight->ours) co_return co_await verify_unlisted(std::move(intent), std::move(request), memory);
  if (may_be_behind(*sight, memory)) co_return co_await wait(std::move(intent), memory);
  const ghl::Appointment& ours = *sight->ours;
  memory.failures = 0;
  memory.absent_since.reset();
  if (!ours.occupies()) {
    request.updated_at = ours.updated_at;
    intent.request = encode(request);
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
  }
  if (ours.id != intent.appointment_id) {
    // The create's answer named something that is not ours; the marker tells which one is.
    co_return co_await found(std::move(intent), ours);
  }
  if (!is_as_asked(ours, request, intent, context_.tenant.location_id)) {
    co_return co_await take_over(std::move(intent), std::move(request), ours, memory);
  }
  if (!co_await cancel_copies(intent, ours, *sight)) co_return co_await wait(std::move(intent), memory);
  const auto is_rival_open = co_await ask_ledger_of_rivals(intent, *sight, {request.start, request.end}, *calendar);
  if (!is_rival_open) co_return co_await wait(std::move(intent), memory);
  if (judge_exclusivity(ours, *sight, {request.start, request.end}, *calendar) == Exclusivity::yield) {
    log(LogLevel::warning, "yielding", {{"intent", Loggable::safe(intent.id)}});
    co_return co_await yield_for(std::move(intent),
                                 {RefusalReason::slot_taken, "somebody else has the seat; ours was cancelled"});
  }
  // The rival may have looked before ours was shown, and be about to be told.
  if (*is_rival_open) co_return co_await wait(std::move(intent), memory);
  co_return co_await settle_booked(std::move(intent), std::move(request), ours);
}

// Whether the list of whom ours takes up does not show ours yet. Lists lag so long and no longer.
bool BookingSteps::may_be_behind(const Sight& sight, Remembered& memory) {
  if (sight.member_shows_ours) memory.behind_since.reset();
  if (sight.member_shows_ours) return false;
  if (!memory.behind_since) memory.behind_since = context_.now();
  return context_.now() - *memory.behind_since < Duration(context_.tenant.limits.read_lag_ms);
}

// Holds keep two of ours from one seat where one calendar has one person. Where calendars share people, and where GHL
// chooses among several, both may have been made: which of the others are told as booked already, and whether one that
// counts is not settled yet.
net::Task<Result<bool>> BookingSteps::ask_ledger_of_rivals(Intent intent, Sight& sight, Interval booking,
                                                           ghl::Calendar calendar) {
  bool is_open = false;
  for (const ghl::Appointment* rival : rivals_of(*sight.ours, sight, booking, calendar)) {
    const std::string id(marked_intent(*rival));
    if (id.empty() || id == intent.id) continue;
    const auto known = co_await context_.ledger.find_intent(id);
    if (!known && known.error().kind == ErrorKind::not_found) continue;  // another Holdfast's
    if (!known) co_return fail(known.error());
    if (known->appointment_id == rival->id && known->state == IntentState::booked) sight.told.insert(rival->id);
    is_open |= known->needs_work() && known->state != IntentState::yielding;
  }
  co_return is_open;
}

// No list shows it. By its id it may be moved, cancelled, or not there: absent only when a second read says so.
net::Task<Result<Intent>> BookingSteps::verify_unlisted(Intent intent, BookingRequest request, Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant asked_at = context_.now();
  const auto looked = co_await readback_.presence(intent.appointment_id, context_.in(limits.settle_timeout_ms));
  if (!looked) co_return co_await wait(std::move(intent), memory);
  const ghl::Appointment& stored = looked->appointment;
  if (looked->presence != Presence::absent && is_ours(stored, intent, request)) {
    memory.absent_since.reset();
    if (looked->presence == Presence::cancelled) {
      request.updated_at = stored.updated_at;
      intent.request = encode(request);
      co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
    }
    if (is_as_asked(stored, request, intent, context_.tenant.location_id)) {
      co_return co_await wait(std::move(intent), memory);
    }
    co_return co_await take_over(std::move(intent), std::move(request), stored, memory);
  }
  // Not there, or the id is somebody else's: look for ours by its marker.
  const auto there =
      co_await readback_.find(intent.id, request, intent.contact_id, context_.in(limits.settle_timeout_ms));
  if (there && *there && (*there)->id != intent.appointment_id) co_return co_await found(std::move(intent), **there);
  if (!there || *there) co_return co_await wait(std::move(intent), memory);
  if (!memory.absent_since) memory.absent_since = asked_at;
  if (asked_at - *memory.absent_since >= Duration(limits.read_lag_ms)) {
    if (looked->presence != Presence::absent) intent.appointment_id.clear();  // it is somebody else's
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "deleted in GHL"});
  }
  co_return co_await wait(std::move(intent), memory);
}

// GHL holds something else than what was asked. What a person changed stands, and is told as it stands; what GHL itself
// kept wrongly is cancelled, and the caller is not told that it is booked.
net::Task<Result<Intent>> BookingSteps::take_over(Intent intent, BookingRequest request, ghl::Appointment stored,
                                                  Remembered& memory) {
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  const auto owner = co_await owner_of(context_, stored, intent, deadline);
  if (!owner) co_return co_await wait(std::move(intent), memory);
  if (*owner == Owner::other && was_edited(stored)) {
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "given to somebody else in GHL"});
  }
  const bool is_theirs = *owner == Owner::merged || (*owner == Owner::same && was_edited(stored));
  if (is_theirs && stored.start && is_news(stored, request)) {
    request.end = stored.end.value_or(*stored.start + (request.end - request.start));
    request.start = *stored.start;
    if (!stored.calendar_id.empty()) request.calendar_id = stored.calendar_id;
    log(LogLevel::info, "moved_in_ghl", {{"intent", Loggable::safe(intent.id)}});
    co_return co_await settle_booked(std::move(intent), std::move(request), stored);
  }
  log(LogLevel::error, "stored_otherwise", {{"intent", Loggable::safe(intent.id)}});
  co_return co_await yield_for(std::move(intent),
                               {RefusalReason::stored_otherwise, "GHL kept another time, calendar or contact"});
}

// A duplicate delivery makes a second one with our marker: that goes. One that a person copied is theirs. False when it
// could not be cancelled yet.
net::Task<bool> BookingSteps::cancel_copies(const Intent& intent, const ghl::Appointment& ours, const Sight& sight) {
  const Limits& limits = context_.tenant.limits;
  for (const std::string& copy : copies_of(intent, ours, sight.events, limits)) {
    const auto cancelled =
        co_await context_.client.cancel_appointment(copy, context_.in(limits.settle_timeout_ms), false);
    if (!cancelled && cancelled.error().kind != ErrorKind::not_found) co_return false;
    log(LogLevel::warning, "duplicate_cancelled", {{"intent", Loggable::safe(intent.id)}});
  }
  co_return true;
}

// Durable before anybody is told. GHL shows it from now on; the hold stays only until its free slots have followed.
net::Task<Result<Intent>> BookingSteps::settle_booked(Intent intent, BookingRequest request,
                                                      const ghl::Appointment& stored) {
  const Instant now = context_.now();
  Advance change = move_to(intent, IntentState::booked, now, Durability::durable);
  request.updated_at = stored.updated_at;
  request.was_booked = true;
  follow_contact(stored, intent, request);
  change.contact_id = intent.contact_id;
  change.request = encode(request);
  change.add_links = {slot_link(request.calendar_id, request.start)};
  change.hold = HoldChange::linger;
  change.hold_until = now + Duration(context_.tenant.limits.hold_evidence_ms);
  change.enqueue.push_back(note_job(intent, request, context_.runtime.clock.boot_id(), now));
  // A duplicate delivery may arrive later than this look.
  change.enqueue.push_back(sweep_job(intent, now + Duration(context_.tenant.limits.late_arrival_window_ms)));
  if (context_.tenant.notifier != Notifier::none) {
    change.enqueue.push_back(notify_job(intent, context_.tenant.notifier, now));
  }
  return context_.ledger.advance(std::move(change));
}

// Compensation begins: why is written down with it, so that a restart tells the same.
net::Task<Result<Intent>> BookingSteps::yield_for(Intent intent, Refusal refusal) {
  Advance change = move_to(intent, IntentState::yielding, context_.now(), Durability::lazy);
  change.outcome = encode(refusal);
  return context_.ledger.advance(std::move(change));
}

// The one to cancel: never what only an answer's id named. Empty when neither its id nor its marker shows it.
net::Task<Result<std::string>> BookingSteps::own_appointment(Intent intent, BookingRequest request, Instant deadline) {
  const auto looked = co_await readback_.presence(intent.appointment_id, deadline);
  if (!looked) co_return fail(looked.error());
  if (looked->presence != Presence::absent && is_ours(looked->appointment, intent, request)) {
    // What the office gave to somebody else meanwhile is not ours to cancel.
    const auto owner = co_await owner_of(context_, looked->appointment, intent, deadline);
    if (!owner) co_return fail(owner.error());
    const bool is_given_away = *owner == Owner::other && was_edited(looked->appointment);
    co_return is_given_away ? std::string() : intent.appointment_id;
  }
  const auto there = co_await readback_.find(intent.id, std::move(request), intent.contact_id, deadline);
  if (!there) co_return fail(there.error());
  co_return *there ? (*there)->id : std::string();
}

// Compensation: cancel ours, before anybody is told anything of it.
net::Task<Result<Intent>> BookingSteps::yield_seat(Intent intent, BookingRequest request, Remembered& memory) {
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  const auto own = co_await own_appointment(intent, request, deadline);
  if (!own) co_return co_await wait(std::move(intent), memory);
  if (own->empty()) {
    // Lists may be behind; absent is what two reads a lag apart do not show.
    const Duration lag(context_.tenant.limits.read_lag_ms);
    if (!memory.absent_since) memory.absent_since = context_.now();
    if (context_.now() - *memory.absent_since < lag) {
      co_return co_await wait(std::move(intent), memory, *memory.absent_since + lag);
    }
    const Refusal refusal = decode_refusal(intent.outcome);
    intent.appointment_id.clear();  // it was not ours
    co_return co_await refuse(std::move(intent), refusal);
  }
  const auto cancelled = co_await context_.client.cancel_appointment(*own, deadline, request.customer_told);
  if (!cancelled && cancelled.error().kind != ErrorKind::not_found) co_return co_await wait(std::move(intent), memory);
  const Refusal refusal = decode_refusal(intent.outcome);
  // A duplicate delivery may still make another one.
  co_return co_await refuse(std::move(intent), refusal);
}

net::Task<Result<Intent>> BookingSteps::refresh(Intent intent, Instant deadline) {
  // Somebody else may have written to it meanwhile: then it is looked at as it is now.
  for (;;) {
    const IntentState state = intent.state;
    const std::string id = intent.id;
    auto refreshed = co_await refresh_once(std::move(intent), deadline);
    if (refreshed || refreshed.error().kind != ErrorKind::conflict) co_return refreshed;
    auto known = co_await context_.ledger.find_intent(id);
    if (!known || known->state != state) co_return known;
    intent = std::move(*known);
  }
}

net::Task<Result<Intent>> BookingSteps::refresh_once(Intent intent, Instant deadline) {
  auto request = decode_request(intent.request);
  if (!request) co_return fail(request.error());
  auto looked = co_await readback_.presence(intent.appointment_id, deadline);
  if (!looked) co_return fail(looked.error());
  if (looked->presence == Presence::absent) {
    // A second read a lag later decides, if the caller has so much time.
    const Duration lag(context_.tenant.limits.read_lag_ms);
    if (context_.now() + lag >= deadline) co_return fail(ErrorKind::transient, "GHL does not show it just now");
    co_await net::sleep_for(context_.runtime.clock, lag);
    looked = co_await readback_.presence(intent.appointment_id, deadline);
    if (!looked) co_return fail(looked.error());
  }
  const ghl::Appointment& stored = looked->appointment;
  if (looked->presence != Presence::absent && !is_news(stored, *request)) {
    co_return fail(ErrorKind::transient, "GHL shows an older state of it just now");
  }
  if (looked->presence != Presence::live) {
    if (intent.state == IntentState::refused) co_return intent;
    // Written down, so that a read from before the cancel is no restoring.
    if (stored.updated_at) request->updated_at = stored.updated_at;
    intent.request = encode(*request);
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
  }
  const auto owner = co_await owner_of(context_, stored, intent, deadline);
  if (!owner) co_return fail(owner.error());
  if (*owner == Owner::other) {
    if (intent.state == IntentState::refused) co_return intent;
    if (stored.updated_at) request->updated_at = stored.updated_at;
    intent.request = encode(*request);
    co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "given to somebody else in GHL"});
  }
  const bool is_moved = stored.start && *stored.start != request->start;
  const bool is_restored = intent.state == IntentState::refused;
  const bool is_newer = !request->updated_at || !stored.updated_at || *stored.updated_at > *request->updated_at;
  // Nor is what an answer named wrongly, and was never proven to be ours.
  if (is_restored && (!is_newer || !is_ours(stored, intent, *request))) co_return intent;
  if (!is_moved && !is_restored && *owner == Owner::same) co_return intent;
  if (is_moved) {
    request->end = stored.end.value_or(*stored.start + (request->end - request->start));
    request->start = *stored.start;
  }
  if (!stored.calendar_id.empty()) request->calendar_id = stored.calendar_id;
  // Cancelled before anybody could be told, and restored: told now.
  if (!request->was_booked) co_return co_await settle_booked(std::move(intent), std::move(*request), stored);
  request->updated_at = stored.updated_at;
  follow_contact(stored, intent, *request);
  Advance change = move_to(intent, IntentState::booked, context_.now(), Durability::durable);
  change.request = encode(*request);
  change.contact_id = intent.contact_id;
  change.add_links = {slot_link(request->calendar_id, request->start)};
  if (is_moved) change.hold = HoldChange::release;
  co_return co_await context_.ledger.advance(std::move(change));
}

}  // namespace holdfast::booking
