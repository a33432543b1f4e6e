#include "core/booking/outbox_jobs.hpp"

#include <utility>

#include "core/base/hash.hpp"
#include "core/base/json.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

// `since_ms` tells later tries how old the job is.
ledger::OutboxJob make_job(const ledger::Intent& intent, const std::string& name, std::string kind, Json payload,
                           Instant due_at) {
  payload["since_ms"] = to_epoch_ms(due_at);
  return {.id = intent.id + "/" + name,
          .intent_id = intent.id,
          .tenant = intent.tenant,
          .kind = std::move(kind),
          .payload = dump_json(payload),
          .due_at = due_at,
          .attempts = 0,
          .last_error = "",
          .dead = false};
}

}  // namespace

std::string reference_of(const std::string& intent_id) {
  return "Ref " + intent_id;
}

ledger::OutboxJob note_job(const ledger::Intent& intent, const BookingRequest& request, std::string_view boot,
                           Instant due_at) {
  const auto zone = Zone::find(request.zone);
  std::string body = "Booked by phone assistant: " + request.service + ", " +
                     spoken_label(request.start, zone ? *zone : Zone::utc()) + " (" + request.zone + ") for " +
                     request.person.full_name() + ".";
  if (!request.person.phone.empty()) body += " Phone: " + request.person.phone + ".";
  if (!request.person.email.empty()) body += " E-mail: " + request.person.email + ".";
  if (!request.notes.empty()) body += " Caller's note: " + request.notes;
  body += " " + reference_of(intent.id);
  return make_job(intent, "note", "note",
                  Json{{"contact_id", intent.contact_id}, {"body", std::move(body)}, {"boot", boot}}, due_at);
}

ledger::OutboxJob sweep_job(const ledger::Intent& intent, Instant due_at) {
  return make_job(intent, "ghost_sweep", "ghost_sweep", Json::object(), due_at);
}

ledger::OutboxJob notify_job(const ledger::Intent& intent, Notifier notifier, Instant due_at) {
  return make_job(intent, "notify", "notify", Json{{"by", to_string(notifier)}}, due_at);
}

ledger::OutboxJob amend_job(const ledger::Intent& intent, const Person& corrected, Instant due_at) {
  const std::string name = "amend-" + std::to_string(fnv1a(corrected.phone + "|" + corrected.email));
  return make_job(intent, name, "amend", Json{{"phone", corrected.phone}, {"email", corrected.email}}, due_at);
}

std::vector<ledger::OutboxJob> alert_jobs(const Context& context, const ledger::Review& review) {
  const Instant now = context.now();
  const std::string opened_at = format_iso_utc(context.wall_now());
  std::vector<ledger::OutboxJob> jobs;
  for (const ReviewAlert alert : context.tenant.review_alerts) {
    ledger::Intent owner;
    owner.id = review.intent_id;
    owner.tenant = review.tenant;
    Json payload{{"review", review.id}};
    if (alert == ReviewAlert::ghl_task) {
      payload["text"] = review.text;
    } else {
      payload["reason"] = review.kind;
      payload["opened_at"] = opened_at;
    }
    jobs.push_back(
        make_job(owner, "", alert == ReviewAlert::ghl_task ? "alert" : "alert_webhook", std::move(payload), now));
    // Not the intent's: one may have several reviews.
    jobs.back().id = review.id + "/" + jobs.back().kind;
  }
  return jobs;
}

bool is_alert(std::string_view kind) {
  return kind == "alert" || kind == "alert_webhook";
}

}  // namespace holdfast::booking
