// A last look for an appointment that was given up as not made.
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
    // A person may have restored it meanwhile: then it is a booking.
    if (intent->state != ledger::IntentState::refused) co_return Result<void>{};
    auto request = decode_request(intent->request);
    if (!request) co_return fail(request.error());
    Readback readback(context_);
    const Instant deadline = context_.in(context_.tenant.limits.settle_timeout_ms);
    // Only the marker proves that it is this intent's: the caller may have booked the same slot again since.
    request->person = {};
    auto found = co_await readback.find(intent->id, std::move(*request), "", deadline);
    if (!found) co_return fail(found.error());
    if (!*found || !(*found)->occupies()) co_return Result<void>{};
    co_return co_await context_.client.cancel_appointment((*found)->id, deadline, false);
  }
};

}  // namespace

std::unique_ptr<OutboxHandler> ghost_sweep_handler(Context& context) {
  return std::make_unique<GhostSweep>(context);
}

}  // namespace holdfast::booking
