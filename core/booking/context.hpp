// Context: what every part of one tenant's front desk shares.
#pragma once

#include <optional>

#include "core/booking/tenant.hpp"
#include "core/booking/webhook.hpp"
#include "core/ghl/client.hpp"
#include "core/ledger/ledger.hpp"
#include "core/net/task_group.hpp"

namespace holdfast::booking {

// References to the seams and the tenant's own settings. Lives in the front desk and outlives its parts.
struct Context {
  net::Runtime runtime;
  Tenant tenant;
  ledger::Ledger& ledger;
  ghl::Client& client;
  net::TaskGroup tasks;  // everything that runs on after the reply to a tool call
  Instant boot_at;       // when this process took up its work; windows of an earlier one begin anew here
  std::optional<WebhookReceiver> review_webhook = {};  // of ReviewAlert::webhook

  // The present instant, and the one `duration_ms` from now.
  Instant now() const { return runtime.now(); }
  Instant in(std::int64_t duration_ms) const { return now() + Duration(duration_ms); }
  // What the clock on the wall says: which day it is, and which slots have passed. Never for waiting.
  Instant wall_now() const { return runtime.clock.wall_now(); }
};

}  // namespace holdfast::booking
