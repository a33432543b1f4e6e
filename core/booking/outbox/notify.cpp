// Tells the customer, at most once, that it is booked: by GHL's own notification, a text message or an e-mail.
#include <algorithm>

#include "core/base/log.hpp"
#include "core/booking/contacts.hpp"
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/outbox_jobs.hpp"
#include "core/booking/request.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

// A later wish of the group is not refused: whether this one stays is not known.
bool is_superseded(const ledger::Intent& intent, const std::vector<ledger::Intent>& group) {
  return std::ranges::any_of(group, [&](const ledger::Intent& other) {
    return other.state != ledger::IntentState::refused && other.wanted > intent.wanted;
  });
}

class Notify final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    const auto intent = co_await context_.ledger.find_intent(job.job.intent_id);
    if (!intent) co_return fail(intent.error());
    // What has gone meanwhile is not confirmed.
    if (intent->state != ledger::IntentState::booked || intent->withdrawn) co_return Result<void>{};
    const auto group = co_await context_.ledger.find_group(intent->tenant, intent->group);
    if (!group) co_return fail(group.error());
    if (is_superseded(*intent, *group)) {
      co_return fail(ErrorKind::transient, "another time of the same person is being booked; wait for it");
    }
    auto request = decode_request(intent->request);
    if (!request) co_return fail(request.error());
    const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
    if (job.payload.contains("sending")) {
      // An earlier try let it leave and heard nothing. It is never sent twice: a person decides.
      co_return fail(
          ErrorKind::refused,
          "whether the customer was told is unknown; look at their conversation in GHL and tell them if not");
    }
    // Only what stands is confirmed, and as it stands: the office may have cancelled or moved it meanwhile.
    const auto stored = co_await context_.client.get_appointment(intent->appointment_id, deadline);
    if (!stored && stored.error().kind == ErrorKind::not_found) {
      // Deleted, unless it was made so lately that GHL may not show it.
      const bool may_lag = context_.now() - intent->updated_at <= Duration(context_.tenant.limits.read_lag_ms);
      if (may_lag) co_return fail(ErrorKind::transient, "GHL does not show the appointment yet; look again");
      co_return Result<void>{};
    }
    if (!stored) co_return fail(stored.error());
    if (!stored->occupies()) co_return Result<void>{};
    const auto owner = co_await owner_of(context_, *stored, *intent, deadline);
    if (!owner) co_return fail(owner.error());
    if (*owner == Owner::other) co_return Result<void>{};  // the office gave it to somebody else
    ledger::Intent as_it_stands = *intent;
    if (!stored->contact_id.empty()) as_it_stands.contact_id = stored->contact_id;
    if (stored->start) request->start = *stored->start;
    // It is being given up just now, or changed: the next try looks again.
    if (const auto told = co_await note_told(intent->id, true); !told) co_return fail(told.error());
    job.payload["sending"] = true;
    const auto noted = co_await context_.ledger.note_job(job.job.id, dump_json(job.payload));
    if (!noted) co_return fail(noted.error());
    const auto sent = co_await send(as_it_stands, *request, string_member(job.payload, "by").value_or(""), deadline);
    if (sent || sent.error().kind == ErrorKind::unknown_outcome) co_return sent;
    // Proven not sent: it may leave again.
    const auto untold = co_await note_told(intent->id, false);
    job.payload.erase("sending");
    const auto cleared = co_await context_.ledger.note_job(job.job.id, dump_json(job.payload));
    if (!cleared) co_return fail(cleared.error());
    if (!untold) log(LogLevel::warning, "told_stays", {{"intent", Loggable::safe(intent->id)}});
    co_return sent;
  }

 private:
  // A cancellation of it is told to the customer only if the booking was, or may have been.
  net::Task<Result<void>> note_told(std::string intent_id, bool told) {
    auto intent = co_await context_.ledger.find_intent(std::move(intent_id));
    if (!intent) co_return fail(intent.error());
    auto request = decode_request(intent->request);
    if (!request) co_return fail(request.error());
    if (intent->state != ledger::IntentState::booked || intent->withdrawn) {
      co_return fail(ErrorKind::transient, "the booking has changed; look again");
    }
    request->customer_told = told;
    ledger::Advance change;
    change.intent_id = intent->id;
    change.expected_version = intent->version;
    change.to = intent->state;
    change.request = encode(*request);
    change.durability = ledger::Durability::lazy;
    change.now = context_.now();
    const auto noted = co_await context_.ledger.advance(std::move(change));
    if (!noted) co_return fail(noted.error());
    co_return Result<void>{};
  }

  net::Task<Result<void>> send(const ledger::Intent& intent, const BookingRequest& request, std::string by,
                               Instant deadline) {
    if (by == "ghl") {
      ghl::AppointmentUpdate update;
      update.notify = true;
      const auto released =
          co_await context_.client.update_appointment(intent.appointment_id, std::move(update), deadline);
      if (!released) co_return fail(released.error());
      co_return Result<void>{};
    }
    const auto zone = Zone::find(request.zone);
    const std::string text = "You're booked for " + request.service + " on " +
                             spoken_label(request.start, zone ? *zone : Zone::utc()) + ". " + reference_of(intent.id);
    const auto sent =
        co_await context_.client.send_message({.contact_id = intent.contact_id,
                                               .channel = by == "sms" ? ghl::Channel::sms : ghl::Channel::email,
                                               .subject = "Your appointment",
                                               .body = text},
                                              deadline);
    if (!sent) co_return fail(sent.error());
    co_return Result<void>{};
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> notify_handler(Context& context) {
  return std::make_unique<Notify>(context);
}

}  // namespace holdfast::booking
