// Tells a person of the business that something waits for them: a task on the contact in GHL, where there is a contact.
// Without one, the log and `holdfastd review list` tell.
#include "core/base/log.hpp"
#include "core/booking/outbox/handlers.hpp"

namespace holdfast::booking {
namespace {

class Alert final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    const auto intent = co_await context_.ledger.find_intent(job.job.intent_id);
    if (!intent) co_return fail(intent.error());
    if (intent->contact_id.empty()) {
      log(LogLevel::error, "review_waits", {{"intent", Loggable::safe(intent->id)}});
      co_return Result<void>{};
    }
    const auto made = co_await context_.client.create_task({.contact_id = intent->contact_id,
                                                            .title = "Holdfast: please look at this booking",
                                                            .body = string_member(job.payload, "text").value_or(""),
                                                            .due = context_.wall_now()},
                                                           context_.in(context_.tenant.limits.settle_timeout_ms));
    if (!made && made.error().kind == ErrorKind::unknown_outcome) co_return Result<void>{};  // two tasks would be worse
    if (!made) co_return fail(made.error());
    co_return Result<void>{};
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> alert_handler(Context& context) {
  return std::make_unique<Alert>(context);
}

}  // namespace holdfast::booking
