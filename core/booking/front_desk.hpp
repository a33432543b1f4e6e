// FrontDesk: answers one tenant's tool calls and finishes what they started. The tools' contract is docs/tools.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/booking/tenant.hpp"
#include "core/booking/webhook.hpp"
#include "core/ghl/client.hpp"
#include "core/ledger/ledger.hpp"
#include "core/net/runtime.hpp"
#include "core/vapi/messages.hpp"

namespace holdfast::booking {

// One tenant's front desk. Not thread-safe; one loop.
class FrontDesk {
 public:
  // `ledger` and `client` must outlive the desk and its tasks. `review_webhook` is there when the tenant wants reviews
  // to be told of by webhook.
  FrontDesk(net::Runtime runtime, Tenant tenant, ledger::Ledger& ledger, ghl::Client& client,
            std::optional<WebhookReceiver> review_webhook = {});
  ~FrontDesk();
  FrontDesk(const FrontDesk&) = delete;
  FrontDesk& operator=(const FrontDesk&) = delete;

  // Executes every call of a message side by side and returns one result per call, in order, at the latest at
  // `deadline`. Never fails: what goes wrong is said in words. Work that a reply could not wait for goes on.
  net::Task<std::vector<vapi::ToolResult>> answer(vapi::ServerMessage message, Instant deadline);
  // What each call hears when its deadline came before the desk could begin.
  std::vector<vapi::ToolResult> late_replies(const std::vector<vapi::ToolCall>& calls) const;
  // Takes up every unsettled intent of this tenant from the ledger; call once after a start, before answering.
  net::Task<Result<void>> recover();
  // Starts the background work: outbox, intents left behind, forgetting what expired. Runs until stop().
  void start();
  // Ends the background work soon; sagas under way go on.
  void stop();
  // Waits until no saga and no background work runs, or `deadline`; true when all ended.
  net::Task<bool> drain(Instant deadline);
  // How many sagas are being driven at this moment.
  std::size_t sagas_running() const;
  // The operator changed a job: look now.
  void wake_outbox();

  // Whose desk it is.
  const Tenant& tenant() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::booking
