// The note on the contact.
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/outbox_jobs.hpp"

namespace holdfast::booking {
namespace {

class Note final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    const std::string contact_id = string_member(job.payload, "contact_id").value_or("");
    const std::string body = string_member(job.payload, "body").value_or("");
    const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
    const bool is_of_this_boot = string_member(job.payload, "boot") == context_.runtime.clock.boot_id();
    const bool is_first_try = job.job.attempts == 1 && is_of_this_boot;
    // The try of an earlier boot may still be under way, and the crash forgot that it was made.
    const Duration window(context_.tenant.limits.settle_timeout_ms + context_.tenant.limits.late_arrival_window_ms);
    if (!is_of_this_boot && context_.now() < context_.boot_at + window) {
      co_return fail(ErrorKind::unknown_outcome, "a note of before the restart may still arrive; looking later");
    }
    if (!is_first_try) {
      // An earlier try may have written it although we heard nothing, or a crash forgot it: its reference tells.
      const auto notes = co_await context_.client.list_notes(contact_id, deadline);
      if (!notes) co_return fail(notes.error());
      for (const ghl::Note& note : *notes) {
        if (note.body.find(reference_of(job.job.intent_id)) != std::string::npos) co_return Result<void>{};
      }
    }
    const auto written = co_await context_.client.add_note(contact_id, body, deadline);
    if (!written) co_return fail(written.error());
    co_return Result<void>{};
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> note_handler(Context& context) {
  return std::make_unique<Note>(context);
}

}  // namespace holdfast::booking
