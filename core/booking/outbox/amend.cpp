// A corrected number or address goes to the contact that the wish made, unless it is somebody else's.
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/outbox_jobs.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {
namespace {

class Amend final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    const auto intent = co_await context_.ledger.find_intent(job.job.intent_id);
    if (!intent) co_return fail(intent.error());
    const auto request = decode_request(intent->request);
    if (!request) co_return fail(request.error());
    if (intent->state == ledger::IntentState::refused || intent->contact_id.empty()) co_return Result<void>{};
    const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
    ghl::ContactDraft draft;
    std::string left_out;
    if (request->contact_made) {
      for (const char* field : {"phone", "email"}) {
        const std::string value = string_member(job.payload, field).value_or("");
        const bool is_phone = std::string_view(field) == "phone";
        // Corrected again meanwhile: the later job writes it.
        const std::string& wanted = is_phone ? request->person.phone : request->person.email;
        if (value.empty() || value != wanted) continue;
        const auto holder = is_phone ? co_await context_.client.find_contact_by_phone(value, deadline)
                                     : co_await context_.client.find_contact_by_email(value, deadline);
        if (!holder) co_return fail(holder.error());
        const bool is_free = holder->id.empty() || holder->id == intent->contact_id;
        if (!is_free) left_out += " " + value;
        if (is_free) (is_phone ? draft.phone : draft.email) = value;
      }
    } else {
      left_out = " " + string_member(job.payload, "phone").value_or("") + " " +
                 string_member(job.payload, "email").value_or("");
    }
    if (!draft.phone.empty() || !draft.email.empty()) {
      const auto updated = co_await context_.client.update_contact(intent->contact_id, std::move(draft), deadline);
      if (!updated) co_return fail(updated.error());
    }
    if (left_out.find_first_not_of(' ') == std::string::npos) co_return Result<void>{};
    co_return co_await write_note(intent->contact_id, std::move(left_out), deadline);
  }

 private:
  // What may not be written to the contact is at least told to the staff.
  net::Task<Result<void>> write_note(std::string contact_id, std::string values, Instant deadline) {
    const std::string body = "The caller corrected their details:" + values + ". Not changed on the contact.";
    const auto notes = co_await context_.client.list_notes(contact_id, deadline);
    if (!notes) co_return fail(notes.error());
    for (const ghl::Note& note : *notes) {
      if (note.body == body) co_return Result<void>{};
    }
    const auto written = co_await context_.client.add_note(contact_id, body, deadline);
    if (!written) co_return fail(written.error());
    co_return Result<void>{};
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> amend_handler(Context& context) {
  return std::make_unique<Amend>(context);
}

}  // namespace holdfast::booking
