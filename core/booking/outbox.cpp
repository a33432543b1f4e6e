#include "core/booking/outbox.hpp"

#include <algorithm>

#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/booking/marker.hpp"
#include "core/booking/readback.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

constexpr int attempts_max = 10;
constexpr std::int64_t idle_poll_ms = 5'000;
constexpr std::int64_t backoff_base_ms = 1'000;
constexpr std::int64_t backoff_cap_ms = 60'000;
constexpr std::size_t batch = 16;

std::string reference(std::string_view intent_id) {
  return "Ref " + std::string(intent_id);
}

// Failures that no amount of trying mends: a person has to look.
bool is_hopeless(ErrorKind kind) {
  return kind == ErrorKind::invalid_input || kind == ErrorKind::not_found || kind == ErrorKind::refused ||
         kind == ErrorKind::internal;
}

}  // namespace

ledger::OutboxJob note_job(const ledger::Intent& intent, const BookingRequest& request, std::string contact_id,
                           Instant due_at) {
  const auto zone = Zone::find(request.zone);
  std::string body = "Booked by phone assistant: " + request.service + ", " +
                     spoken_label(request.start, zone ? *zone : Zone::utc()) + " (" + request.zone + ") for " +
                     request.person.full_name() + ".";
  if (!request.notes.empty()) body += " Caller's note: " + request.notes;
  body += " " + reference(intent.id);
  return {.id = intent.id + "/note",
          .intent_id = intent.id,
          .tenant = intent.tenant,
          .kind = "note",
          .payload = dump_json(Json{{"contact_id", std::move(contact_id)}, {"body", std::move(body)}}),
          .due_at = due_at,
          .attempts = 0,
          .last_error = "",
          .dead = false};
}

ledger::OutboxJob ghost_sweep_job(const ledger::Intent& intent, Instant due_at) {
  return {.id = intent.id + "/ghost_sweep",
          .intent_id = intent.id,
          .tenant = intent.tenant,
          .kind = "ghost_sweep",
          .payload = "{}",
          .due_at = due_at,
          .attempts = 0,
          .last_error = "",
          .dead = false};
}

Outbox::Outbox(Context& context) : context_(context), alarm_(context.runtime.clock.make_timer()) {}

void Outbox::wake() {
  alarm_->wake();
}

void Outbox::stop() {
  stopping_ = true;
  alarm_->wake();
}

net::Task<void> Outbox::run() {
  while (!stopping_) {
    const Instant now = context_.now();
    // A try that a crash cut short may have left a request under way: nobody tries again before that has arrived or
    // never will.
    const Limits& limits = context_.tenant.limits;
    const Instant lease_until = now + Duration(limits.settle_timeout_ms + limits.late_arrival_window_ms);
    auto jobs = co_await context_.ledger.claim_jobs(context_.tenant.id, now, lease_until, batch);
    if (jobs) {
      for (ledger::OutboxJob& job : *jobs) {
        co_await do_job(std::move(job));
      }
      if (!jobs->empty()) continue;
    }
    co_await alarm_->wait_until(context_.in(idle_poll_ms));
  }
}

net::Task<void> Outbox::do_job(ledger::OutboxJob job) {
  const std::string id = job.id;
  const int attempts = job.attempts;
  Result<void> done;
  if (job.kind == "note") {
    done = co_await write_note(std::move(job));
  } else if (job.kind == "ghost_sweep") {
    done = co_await sweep_ghost(std::move(job));
  } else {
    done = fail(ErrorKind::internal, "unknown kind of job; it was written by a newer version");
  }
  // A ledger that fails here costs nothing: the lease ends and the job comes again.
  if (done) {
    co_await context_.ledger.finish_job(id);
  } else if (attempts >= attempts_max || is_hopeless(done.error().kind)) {
    log(LogLevel::error, "outbox_job_given_up", {{"job", Loggable::safe(id)}, {"attempts", attempts}});
    co_await context_.ledger.bury_job(id, to_string(done.error()));
  } else {
    const std::int64_t wait_ms = std::min(backoff_cap_ms, backoff_base_ms << std::min(attempts, 10));
    Instant due_at = context_.in(net::jittered_ms(context_.runtime.entropy, wait_ms));
    // What may still arrive must have arrived before it is looked for and written again.
    if (done.error().kind == ErrorKind::unknown_outcome)
      due_at += Duration(context_.tenant.limits.late_arrival_window_ms);
    co_await context_.ledger.retry_job(id, due_at, to_string(done.error()));
  }
}

net::Task<Result<void>> Outbox::write_note(ledger::OutboxJob job) {
  const auto payload = parse_json(job.payload);
  if (!payload) co_return fail(payload.error());
  const std::string contact_id = string_member(*payload, "contact_id").value_or("");
  const std::string body = string_member(*payload, "body").value_or("");
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  if (job.attempts > 1) {
    // An earlier try may have written it although we heard nothing: its reference tells.
    const auto notes = co_await context_.client.list_notes(contact_id, deadline);
    if (!notes) co_return fail(notes.error());
    for (const ghl::Note& note : *notes) {
      if (note.body.find(reference(job.intent_id)) != std::string::npos) co_return Result<void>{};
    }
  }
  const auto written = co_await context_.client.add_note(contact_id, body, deadline);
  if (!written) co_return fail(written.error());
  co_return Result<void>{};
}

net::Task<Result<void>> Outbox::sweep_ghost(ledger::OutboxJob job) {
  const auto intent = co_await context_.ledger.find_intent(job.intent_id);
  if (!intent) co_return fail(intent.error());
  auto request = decode_request(intent->request);
  if (!request) co_return fail(request.error());
  Readback readback(context_);
  const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
  // Only the marker proves that it is this intent's: the caller may have booked the same slot again since.
  auto found = co_await readback.find(intent->id, std::move(*request), "", deadline);
  if (!found) co_return fail(found.error());
  if (!*found || !(*found)->occupies()) co_return Result<void>{};
  co_return co_await context_.client.cancel_appointment((*found)->id, deadline);
}

}  // namespace holdfast::booking
