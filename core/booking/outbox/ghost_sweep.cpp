// A last look for appointments that nobody asked for: a create that arrived after it was given up, and copies that a
// duplicate delivery made.
#include <algorithm>

#include "core/booking/marker.hpp"
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/readback.hpp"

namespace holdfast::booking {
namespace {

class GhostSweep final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    const auto intent = co_await context_.ledger.find_intent(job.job.intent_id);
    if (!intent) co_return fail(intent.error());
    auto request = decode_request(intent->request);
    if (!request) co_return fail(request.error());
    const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
    if (intent->state == ledger::IntentState::booked) {
      co_return co_await cancel_copies(*intent, std::move(*request), deadline);
    }
    if (intent->state != ledger::IntentState::refused) co_return Result<void>{};
    co_return co_await cancel_ghosts(*intent, *request, deadline);
  }

 private:
  // Only the marker proves that it is this intent's: the caller may have booked the same slot again since. The one
  // whose end is known stands again only because a person restored it.
  net::Task<Result<void>> cancel_ghosts(ledger::Intent intent, BookingRequest request, Instant deadline) {
    auto events =
        co_await context_.client.list_calendar_events(request.calendar_id, {request.start, request.end}, deadline);
    if (!events) co_return fail(events.error());
    // Of one whose id never came to be known, the time is not known either.
    if (intent.appointment_id.empty() && !intent.contact_id.empty()) {
      const auto of_contact = co_await context_.client.list_contact_appointments(intent.contact_id, deadline);
      if (!of_contact && of_contact.error().kind != ErrorKind::not_found) co_return fail(of_contact.error());
      if (of_contact) events->insert(events->end(), of_contact->begin(), of_contact->end());
    }
    const auto seen = std::ranges::find(*events, intent.appointment_id, &ghl::Appointment::id);
    const std::string maker = seen == events->end() ? "" : seen->created_by;
    for (const ghl::Appointment& event : *events) {
      if (event.id == intent.appointment_id || !event.occupies() || !has_marker_of(event, intent.id)) continue;
      if (is_of_people(event, intent, maker)) continue;
      const auto cancelled = co_await context_.client.cancel_appointment(event.id, deadline, false);
      if (!cancelled && cancelled.error().kind != ErrorKind::not_found) co_return fail(cancelled.error());
    }
    co_return Result<void>{};
  }

  // Whether people made it, or made it theirs, although it carries our marker. `maker` is what made ours; "" when
  // unknown.
  bool is_of_people(const ghl::Appointment& event, const ledger::Intent& intent, const std::string& maker) const {
    // What they cancelled they may have made anew as a copy: ours all arrived long before.
    const Limits& limits = context_.tenant.limits;
    const bool is_later =
        intent.sent_until && event.added_at &&
        *event.added_at > *intent.sent_until + Duration(limits.create_timeout_ms + limits.late_arrival_window_ms);
    if (is_later && decode_refusal(intent.outcome).reason == RefusalReason::cancelled) return true;
    // What was given to somebody else.
    if (was_edited(event) && !event.contact_id.empty() && event.contact_id != intent.contact_id) return true;
    // What was copied.
    return !maker.empty() && !event.created_by.empty() && event.created_by != maker;
  }

  net::Task<Result<void>> cancel_copies(ledger::Intent intent, BookingRequest request, Instant deadline) {
    // Where the create put it, wherever it has been moved since.
    const Interval asked{request.asked_start, request.asked_start + (request.end - request.start)};
    const auto events = co_await context_.client.list_calendar_events(request.calendar_id, asked, deadline);
    if (!events) co_return fail(events.error());
    ghl::Appointment ours;
    if (const auto seen = std::ranges::find(*events, intent.appointment_id, &ghl::Appointment::id);
        seen != events->end()) {
      ours.added_at = seen->added_at;
      ours.created_by = seen->created_by;
    }
    ours.id = intent.appointment_id;
    ours.calendar_id = request.calendar_id;
    ours.contact_id = intent.contact_id;
    ours.start = asked.begin;
    for (const std::string& copy : copies_of(intent, ours, *events, context_.tenant.limits)) {
      const auto cancelled = co_await context_.client.cancel_appointment(copy, deadline, false);
      if (!cancelled && cancelled.error().kind != ErrorKind::not_found) co_return fail(cancelled.error());
    }
    co_return Result<void>{};
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> ghost_sweep_handler(Context& context) {
  return std::make_unique<GhostSweep>(context);
}

}  // namespace holdfast::booking
