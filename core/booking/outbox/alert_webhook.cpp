// Tells a person of the business that something waits for them: a signed webhook (docs/reviews.md). It names ids only,
// so that no personal data leaves for a server that is not GHL.
#include "core/base/log.hpp"
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/request.hpp"
#include "core/booking/webhook.hpp"

namespace holdfast::booking {
namespace {

// A receiver that hangs must not keep the work behind this from being done: it is waited for so long, and then left
// alone for a while, however many alerts there are.
constexpr std::int64_t answer_timeout_ms = 5'000;
constexpr std::int64_t left_alone_ms = 60'000;

class AlertWebhook final : public OutboxHandler {
 public:
  using OutboxHandler::OutboxHandler;

  net::Task<Result<void>> work(Job job) override {
    if (!context_.review_webhook) {
      co_return fail(ErrorKind::configuration,
                     "[tenant.review_alert] names no webhook any more; name one and start again");
    }
    if (is_gone_) co_return fail(ErrorKind::refused, "the webhook's receiver said that it wants no more (410)");
    if (context_.now() < left_alone_until_) {
      co_return fail(ErrorKind::transient, "the webhook's receiver did not answer a moment ago");
    }
    const auto intent = co_await context_.ledger.find_intent(job.job.intent_id);
    if (!intent) co_return fail(intent.error());
    const WebhookReceiver& receiver = *context_.review_webhook;
    auto request = webhook_request(receiver, job.job.id, context_.wall_now(), body_of(job.payload, *intent));
    const auto answer = co_await receiver.transport->send(std::move(request), context_.in(answer_timeout_ms));
    is_gone_ = answer && answer->status == 410;
    if (!answer) left_alone_until_ = context_.in(left_alone_ms);
    co_return webhook_outcome(answer);
  }

 private:
  std::string body_of(const Json& payload, const ledger::Intent& intent) const {
    const auto request = decode_request(intent.request);
    Json data{{"review_id", string_member(payload, "review").value_or("")},
              {"reason", string_member(payload, "reason").value_or("")},
              {"tenant", context_.tenant.id},
              {"location_id", context_.tenant.location_id},
              {"intent_id", intent.id},
              {"state", to_string(intent.state)},
              {"calendar_id", request ? request->calendar_id : ""},
              {"appointment_id", intent.appointment_id},
              {"contact_id", intent.contact_id}};
    return dump_json(Json{{"type", "review.opened"},
                          {"timestamp", string_member(payload, "opened_at").value_or("")},
                          {"data", std::move(data)}});
  }

  Instant left_alone_until_{};
  bool is_gone_ = false;  // until the next start
};

}  // namespace

std::unique_ptr<OutboxHandler> alert_webhook_handler(Context& context) {
  return std::make_unique<AlertWebhook>(context);
}

}  // namespace holdfast::booking
