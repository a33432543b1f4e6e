#include "core/booking/driver.hpp"

#include <algorithm>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/log.hpp"

namespace holdfast::booking {

using ledger::Intent;
using ledger::IntentState;

namespace {
constexpr std::int64_t backoff_base_ms = 500;
constexpr std::int64_t backoff_cap_ms = 15'000;
}  // namespace

net::Task<void> back_off(Context& context, int& failures, Instant latest) {
  const std::int64_t wait_ms = std::min(backoff_cap_ms, backoff_base_ms << std::min(failures, 10));
  ++failures;
  const Instant until = context.in(net::jittered_ms(context.runtime.entropy, wait_ms));
  // Not sooner than the shortest pause, so that nobody spins at the deciding moment.
  const Instant soonest = context.in(backoff_base_ms / 2);
  co_await net::sleep_for(context.runtime.clock, std::max(soonest, std::min(until, latest)) - context.now());
}

void Driver::add(std::string kind, Steps& steps) {
  const bool is_new = steps_.emplace(std::move(kind), &steps).second;
  HOLDFAST_ASSERT(is_new);
}

Steps* Driver::steps_of(const Intent& intent) {
  const auto found = steps_.find(intent.kind);
  if (found != steps_.end()) return found->second;
  log(LogLevel::error, "intent_of_unknown_kind", {{"intent", Loggable::safe(intent.id)}});
  return nullptr;
}

void Driver::drive(const Intent& intent) {
  if (intent.needs_work()) drive_of(intent);
}

net::Task<std::optional<Intent>> Driver::drive_until(Intent intent, Instant deadline) {
  if (!intent.needs_work()) co_return intent;
  const Drive drive = drive_of(intent);
  if (!co_await drive.wait_until(deadline)) co_return std::nullopt;
  co_return drive.value();
}

Driver::Drive Driver::drive_of(const Intent& intent) {
  const auto known = drives_.find(intent.id);
  if (known != drives_.end()) return known->second;
  Drive drive(context_.runtime.clock);
  drives_.emplace(intent.id, drive);
  context_.tasks.spawn(run(intent, drive));
  return drive;
}

net::Task<void> Driver::run(Intent intent, Drive drive) {
  const std::string id = intent.id;
  Steps* steps = steps_of(intent);
  Intent last = intent;
  if (steps != nullptr) last = co_await settle(std::move(intent), *steps);
  drives_.erase(id);
  log(LogLevel::info, "intent_settled",
      {{"intent", Loggable::safe(id)}, {"state", Loggable::safe(std::string(to_string(last.state)))}});
  if (steps != nullptr) steps->settled(last);
  drive.set(std::move(last));
}

net::Task<Intent> Driver::settle(Intent intent, Steps& steps) {
  const std::unique_ptr<Steps::Memory> memory = steps.remember();
  while (intent.needs_work()) {
    const std::int64_t version = intent.version;
    auto next = co_await steps.step(intent, *memory);
    if (next && next->version != version) {
      intent = std::move(*next);
      continue;
    }
    // The ledger failed, or somebody else moved the intent: whether our change was stored is unknown. Or a wait ended,
    // during which the intent may have been withdrawn.
    if (!next) {
      co_await back_off(context_, memory->failures);
      steps.distrust(*memory);
    }
    auto read = co_await context_.ledger.find_intent(intent.id);
    if (!read) continue;
    HOLDFAST_ASSERT(read->version >= version);
    if (read->version != version) steps.distrust(*memory);
    intent = std::move(*read);
  }
  co_return intent;
}

net::Task<Result<void>> Driver::take_up(Instant older_than) {
  constexpr std::size_t batch = 1'000;
  auto unsettled = co_await context_.ledger.unsettled_intents(context_.tenant.id, batch);
  if (!unsettled) co_return fail(unsettled.error());
  for (Intent& intent : *unsettled) {
    // A time that is still to come was written by an earlier boot, whose clock was ahead: it says nothing.
    const bool is_fresh = intent.updated_at > older_than && intent.updated_at <= context_.now();
    if (drives_.contains(intent.id) || is_fresh) continue;
    Steps* steps = steps_of(intent);
    if (steps == nullptr) continue;
    if (intent.state == IntentState::opened || intent.state == IntentState::held) {
      // Nobody waits for it any more and nothing was sent; whoever asks again starts anew.
      co_await steps->interrupt(std::move(intent));
      continue;
    }
    drive_of(intent);
  }
  co_return Result<void>{};
}

}  // namespace holdfast::booking
