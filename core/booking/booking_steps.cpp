// The steps up to the create: hold, last look, contact, and the durable word that it is about to leave.
#include "core/booking/booking_steps.hpp"

#include <algorithm>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/log.hpp"
#include "core/booking/booking_memory.hpp"
#include "core/booking/identity.hpp"
#include "core/booking/marker.hpp"
#include "core/booking/resource.hpp"

namespace holdfast::booking {

using ledger::Advance;
using ledger::Durability;
using ledger::HoldChange;
using ledger::Intent;
using ledger::IntentState;

namespace {

// By conversation or trusted line, and name.
bool is_of_same_person(const Intent& one, const Intent& other) {
  const auto a = decode_request(one.request);
  const auto b = decode_request(other.request);
  if (!a || !b || fit(a->person.full_name(), b->person.full_name()) != Fit::same) return false;
  return (!a->conversation.empty() && a->conversation == b->conversation) || (!a->line.empty() && a->line == b->line);
}

}  // namespace

BookingSteps::BookingSteps(Context& context, Availability& availability, Driver& driver, std::function<void()> on_work)
    : context_(context),
      availability_(availability),
      driver_(driver),
      contacts_(context),
      readback_(context),
      on_work_(std::move(on_work)) {}

std::unique_ptr<Steps::Memory> BookingSteps::remember() const {
  return std::make_unique<Remembered>();
}

void BookingSteps::distrust(Memory& memory) const {
  static_cast<Remembered&>(memory).may_send = false;
}

void BookingSteps::settled(const Intent& intent) {
  on_work_();
  // Another of the group may have to go now.
  context_.tasks.spawn(drive_group(intent.tenant, intent.group));
}

net::Task<void> BookingSteps::drive_group(std::string tenant, std::string group) {
  const auto members = co_await context_.ledger.find_group(std::move(tenant), std::move(group));
  if (!members) co_return;  // the sweep takes up what was left
  for (const Intent& member : *members) driver_.drive(member);
}

net::Task<Result<Intent>> BookingSteps::interrupt(Intent intent) {
  return refuse(std::move(intent), {RefusalReason::interrupted, "the daemon stopped before anything was sent"});
}

net::Task<Result<Intent>> BookingSteps::step(Intent intent, Memory& memory) {
  HOLDFAST_ASSERT(intent.needs_work());
  auto request = decode_request(intent.request);
  if (!request) {
    log(LogLevel::error, "intent_unreadable", {{"intent", Loggable::safe(intent.id)}});
    co_return fail(request.error());
  }
  auto& remembered = static_cast<Remembered&>(memory);
  if (remembered.state != intent.state) remembered.absent_since.reset();
  remembered.state = intent.state;
  if (!intent.withdrawn) co_return co_await go_on(std::move(intent), std::move(*request), remembered);

  // It has to make way: what was not sent is not sent, what stands is cancelled, what is unknown is found out first.
  const Refusal withdrawn{RefusalReason::withdrawn, "another time was taken instead"};
  switch (intent.state) {
    case IntentState::opened:
    case IntentState::held:
      co_return co_await refuse(std::move(intent), withdrawn);
    case IntentState::created:
    case IntentState::booked:
      co_return co_await yield_for(std::move(intent), withdrawn);
    default:
      co_return co_await go_on(std::move(intent), std::move(*request), remembered);
  }
}

net::Task<Result<Intent>> BookingSteps::go_on(Intent intent, BookingRequest request, Remembered& memory) {
  switch (intent.state) {
    case IntentState::opened:
      co_return co_await hold(std::move(intent), std::move(request), memory);
    case IntentState::held:
      co_return co_await prepare(std::move(intent), std::move(request), memory);
    case IntentState::creating:
      if (memory.may_send) co_return co_await create(std::move(intent), std::move(request), memory);
      // Written by a driver that is gone: its request may have left.
      co_return co_await context_.ledger.advance(
          move_to(intent, IntentState::unknown, context_.now(), Durability::lazy));
    case IntentState::unknown:
      co_return co_await read_back(std::move(intent), std::move(request), memory);
    case IntentState::created:
      co_return co_await verify(std::move(intent), std::move(request), memory);
    case IntentState::yielding:
      co_return co_await yield_seat(std::move(intent), std::move(request), memory);
    case IntentState::booked:
    case IntentState::refused:
      break;
  }
  co_return intent;
}

// Saga 2: reserve the interval here. An earlier time of this very person that overlaps makes way first, and we wait
// until it has: never against our own ghost, and never two of one wish at once.
net::Task<Result<Intent>> BookingSteps::hold(Intent intent, BookingRequest request, Remembered& memory) {
  const auto group = co_await context_.ledger.find_group(intent.tenant, intent.group);
  if (!group) co_return fail(group.error());
  for (const Intent& member : *group) {
    const auto other = decode_request(member.request);
    if (member.id == intent.id || member.state == IntentState::refused || !other) continue;
    if (!Interval{other->start, other->end}.overlaps({request.start, request.end})) continue;
    if (member.wanted > intent.wanted) {
      co_return co_await refuse(std::move(intent), {RefusalReason::withdrawn, "the caller went back to another time"});
    }
    if (member.state == IntentState::booked && !member.withdrawn) {
      // What they have is not given up for what they may not get.
      co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "it overlaps the time they have"});
    }
    const auto withdrawn = co_await context_.ledger.withdraw(member.id, context_.now());
    if (!withdrawn) co_return fail(withdrawn.error());
    driver_.drive(*withdrawn);
    co_return co_await wait(std::move(intent), memory);
  }
  co_return co_await take_hold(std::move(intent), std::move(request), memory);
}

// On everything that the booking takes.
net::Task<Result<Intent>> BookingSteps::take_hold(Intent intent, BookingRequest request, Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  const auto calendar = co_await availability_.calendar(request.calendar_id, context_.in(limits.create_timeout_ms));
  if (!calendar) co_return co_await refuse(std::move(intent), upstream_refusal(calendar.error()));
  memory.assigned_user = calendar->team_member_ids.size() == 1 ? calendar->team_member_ids.front() : "";
  const Instant now = context_.now();
  ledger::AcquireHold wanted{.intent_id = intent.id,
                             .expected_version = intent.version,
                             .claims = {},
                             .now = now,
                             .expires_at = now + Duration(limits.hold_ttl_ms)};
  const Interval interval = held_interval(*calendar, {request.start, request.end});
  for (const Resource& resource : resources_of(*calendar)) {
    wanted.claims.push_back({resource.key, interval, resource.capacity});
  }
  auto decision = co_await context_.ledger.acquire_hold(std::move(wanted));
  if (!decision) co_return fail(decision.error());
  if (decision->granted) co_return std::move(decision->intent);
  co_return co_await refuse_unless_left(std::move(intent), std::move(decision->conflicts), memory);
}

// Held by another caller, then it is taken. But a booking that GHL shows holds its time here only for a moment more,
// and not when it has left it; then the hold is tried again.
net::Task<Result<Intent>> BookingSteps::refuse_unless_left(Intent intent, std::vector<ledger::Hold> conflicts,
                                                           Remembered& memory) {
  for (const ledger::Hold& conflict : conflicts) {
    const auto holder = co_await context_.ledger.find_intent(conflict.intent_id);
    if (!holder) co_return fail(holder.error());
    if (holder->state == IntentState::refused) continue;  // meanwhile
    // One of the same person that is on its way out: not taken, only not free yet.
    if (holder->withdrawn && is_of_same_person(*holder, intent)) co_return co_await wait(std::move(intent), memory);
    // Of two times of one person that are too close, the one that is still pending makes way.
    const bool is_own = holder->group == intent.group && holder->wanted < intent.wanted;
    if (is_own && holder->state != IntentState::booked) {
      const auto withdrawn = co_await context_.ledger.withdraw(holder->id, context_.now());
      if (!withdrawn) co_return fail(withdrawn.error());
      driver_.drive(*withdrawn);
      co_return co_await wait(std::move(intent), memory);
    }
    if (!co_await has_left(*holder)) {
      co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "held for another caller"});
    }
  }
  co_return intent;
}

// Whether a person cancelled or moved a booked one in GHL; then its hold is released.
net::Task<bool> BookingSteps::has_left(Intent holder) {
  if (holder.state != IntentState::booked) co_return false;
  const auto held = decode_request(holder.request);
  const auto now = co_await refresh(std::move(holder), context_.in(context_.tenant.limits.voice_deadline_ms));
  if (!held || !now) co_return false;
  const auto stands = decode_request(now->request);
  const bool is_there = now->state == IntentState::booked && stands && stands->start == held->start &&
                        stands->calendar_id == held->calendar_id;
  co_return !is_there;
}

// Saga 3: the last look at the slot and the contact side by side.
net::Task<Result<Intent>> BookingSteps::prepare(Intent intent, BookingRequest request, Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant started_at = context_.now();
  const Instant deadline = context_.in(limits.create_timeout_ms);
  auto [looks, seat] = co_await net::both(
      context_.runtime,
      net::both(context_.runtime, availability_.recheck(request.calendar_id, {request.start, request.end}, deadline),
                contacts_.find(request.person, deadline)),
      has_seat_left(intent, request, deadline));
  auto& [slot, known] = looks;
  if (!slot) co_return co_await refuse(std::move(intent), upstream_refusal(slot.error()));
  if (!*slot) {
    // Their own earlier booking may stand there still, in a list that is behind.
    if (co_await just_left_by_own(intent, request)) co_return co_await wait(std::move(intent), memory);
    if (intent.sent_until) co_return co_await look_for_earlier_try(std::move(intent), std::move(request), memory);
    co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "GHL no longer offers it"});
  }
  if (!known) co_return co_await refuse(std::move(intent), upstream_refusal(known.error()));
  if (!seat) co_return co_await refuse(std::move(intent), upstream_refusal(seat.error()));
  if (!*seat) co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "its seats are taken"});
  memory.start_text = (*slot)->text;
  // A new contact is made only now that the slot is known to be free: a loser leaves nothing behind.
  PreparedContact contact{known->fitting_id, request.contact_made};
  if (contact.id.empty()) contact.id = co_await contact_of_earlier(intent, request, deadline);
  if (contact.id.empty()) {
    const auto made = co_await contacts_.make(request.person, *known, context_.in(limits.create_timeout_ms));
    if (!made) co_return co_await refuse(std::move(intent), upstream_refusal(made.error()));
    contact = *made;
  }
  // The hold may have run out while GHL was slow: take it again before relying on it.
  if (context_.now() - started_at > Duration(limits.hold_ttl_ms / 2)) {
    auto renewed = co_await hold(std::move(intent), request, memory);
    if (!renewed || renewed->state != IntentState::held) co_return renewed;
    intent = std::move(*renewed);
  }
  co_return co_await write_creating(std::move(intent), std::move(request), std::move(contact), memory);
}

// GHL refused an earlier create of this wish, and the slot is gone: perhaps that create has it, and the lists were
// behind. Absent is what two reads a lag apart do not show.
net::Task<Result<Intent>> BookingSteps::look_for_earlier_try(Intent intent, BookingRequest request,
                                                             Remembered& memory) {
  const Limits& limits = context_.tenant.limits;
  const Instant asked_at = context_.now();
  const auto there =
      co_await readback_.find(intent.id, request, intent.contact_id, context_.in(limits.settle_timeout_ms));
  if (there && *there) {
    co_return co_await context_.ledger.advance(move_to(intent, IntentState::unknown, context_.now(), Durability::lazy));
  }
  if (!there) co_return co_await wait(std::move(intent), memory);
  if (!memory.absent_since) memory.absent_since = asked_at;
  if (asked_at - *memory.absent_since < Duration(limits.read_lag_ms)) {
    co_return co_await wait(std::move(intent), memory, *memory.absent_since + Duration(limits.read_lag_ms));
  }
  co_return co_await refuse(std::move(intent), {RefusalReason::slot_taken, "GHL no longer offers it"});
}

// The wishes of the intent's group and conversation.
net::Task<Result<std::vector<Intent>>> BookingSteps::wishes_near(Intent intent, std::string conversation) {
  constexpr std::size_t most = 20;
  auto wishes = co_await context_.ledger.find_group(intent.tenant, intent.group);
  if (!wishes || conversation.empty()) co_return wishes;
  auto said = co_await context_.ledger.find_intents(intent.tenant, conversation_link(conversation), most);
  if (!said) co_return said;
  wishes->insert(wishes->end(), said->begin(), said->end());
  co_return wishes;
}

// The contact that an earlier wish of this person got: a search may not show it yet. Empty where there is none.
net::Task<std::string> BookingSteps::contact_of_earlier(Intent intent, BookingRequest request, Instant deadline) {
  const auto known_wishes = co_await wishes_near(std::move(intent), request.conversation);
  if (!known_wishes) co_return "";
  // A boot that ended just now may have asked for the contact: a search shows it once its lag has passed.
  const Instant shown_at = context_.boot_at + Duration(context_.tenant.limits.read_lag_ms);
  for (const Intent& earlier : *known_wishes) {
    const bool may_have_asked =
        earlier.created_at < context_.boot_at && earlier.state == IntentState::refused && earlier.contact_id.empty();
    if (!may_have_asked || context_.now() >= shown_at) continue;
    co_await net::sleep_for(context_.runtime.clock, shown_at - context_.now());
    deadline = context_.in(context_.tenant.limits.create_timeout_ms);
    const auto found = co_await contacts_.find(request.person, deadline);
    if (found && !found->fitting_id.empty()) co_return found->fitting_id;
    break;
  }
  for (const Intent& earlier : *known_wishes) {
    const auto known = decode_request(earlier.request);
    if (earlier.contact_id.empty() || !known) continue;
    if (fit(known->person.full_name(), request.person.full_name()) != Fit::same) continue;
    const auto contact = co_await context_.client.get_contact(earlier.contact_id, deadline);
    if (contact && !contact->id.empty()) co_return contact->id;
  }
  co_return "";
}

// Where several may share a slot, free slots may lag behind the last seats, and the holds of those that GHL shows are
// over: its events, without those that a hold of ours covers, and the holds together leave a seat or not.
net::Task<Result<bool>> BookingSteps::has_seat_left(Intent intent, BookingRequest request, Instant deadline) {
  const auto calendar = co_await availability_.calendar(request.calendar_id, deadline);
  if (!calendar) co_return fail(calendar.error());
  const std::vector<Resource> resources = resources_of(*calendar);
  const Resource& seats = resources.front();
  if (resources.size() != 1 || seats.capacity < 2) co_return true;
  const Interval booking{request.start, request.end};
  const auto events = co_await context_.client.list_calendar_events(request.calendar_id, booking, deadline);
  if (!events) co_return fail(events.error());
  const auto holds =
      co_await context_.ledger.holds_overlapping(seats.key, held_interval(*calendar, booking), context_.now());
  if (!holds) co_return fail(holds.error());
  const auto is_covered = [&](const ghl::Appointment& event) {
    return std::ranges::any_of(*holds, [&](const auto& hold) { return has_marker_of(event, hold.intent_id); });
  };
  const auto taken = std::ranges::count_if(
      *events, [&](const ghl::Appointment& event) { return event.occupies() && !is_covered(event); });
  const auto held = std::ranges::count_if(*holds, [&](const auto& hold) { return hold.intent_id != intent.id; });
  co_return taken + held < seats.capacity;
}

// Whether an earlier wish of this person was cancelled at this very time so lately that GHL's free slots may not show
// it.
net::Task<bool> BookingSteps::just_left_by_own(const Intent& intent, const BookingRequest& request) {
  const auto near = co_await wishes_near(intent, request.conversation);
  if (!near) co_return false;
  for (const Intent& member : *near) {
    const auto other = decode_request(member.request);
    const bool is_gone = member.state == IntentState::refused && !member.appointment_id.empty();
    if (member.id == intent.id || !is_gone || !other || other->calendar_id != request.calendar_id) continue;
    const bool may_be_listed = context_.now() - member.updated_at < Duration(context_.tenant.limits.hold_evidence_ms);
    if (may_be_listed && Interval{other->start, other->end}.overlaps({request.start, request.end})) co_return true;
  }
  co_return false;
}

// Saga 4: durable before the request leaves, with the time after which it does not leave any more.
net::Task<Result<Intent>> BookingSteps::write_creating(Intent intent, BookingRequest request, PreparedContact contact,
                                                       Remembered& memory) {
  request.contact_made = contact.made;
  Advance change = move_to(intent, IntentState::creating, context_.now(), Durability::durable);
  change.request = encode(request);
  change.contact_id = contact.id;
  change.sent_until = change.now + Duration(context_.tenant.limits.send_bound_ms);
  change.hold = HoldChange::pin;
  auto creating = co_await context_.ledger.advance(std::move(change));
  if (creating) memory.may_send = true;
  // The hold ran out and went to somebody else, or the intent moved: ask for it again; a moved intent answers
  // `conflict`.
  if (!creating && creating.error().kind == ErrorKind::conflict) {
    co_return co_await hold(std::move(intent), std::move(request), memory);
  }
  co_return creating;
}

net::Task<Result<Intent>> BookingSteps::refuse(Intent intent, Refusal refusal) {
  const Instant now = context_.now();
  Advance change = move_to(intent, IntentState::refused, now, Durability::durable);
  change.outcome = encode(refusal);
  change.appointment_id = intent.appointment_id;
  change.request = intent.request;
  change.hold = HoldChange::release;
  // Whatever was sent may still come to be, and may come twice.
  if (intent.sent_until) {
    change.enqueue.push_back(sweep_job(intent, now + Duration(context_.tenant.limits.late_arrival_window_ms)));
  }
  log(LogLevel::info, "intent_refused",
      {{"intent", Loggable::safe(intent.id)}, {"reason", Loggable::safe(std::string(to_string(refusal.reason)))}});
  return context_.ledger.advance(std::move(change));
}

net::Task<Result<Intent>> BookingSteps::wait(Intent intent, Remembered& memory, Instant latest) {
  co_await back_off(context_, memory.failures, latest);
  co_return intent;
}

}  // namespace holdfast::booking
