#include "core/booking/saga.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"

namespace holdfast::booking {

using ledger::Intent;
using ledger::IntentState;

// The driver's shared part: whoever waits holds it, so that a waiter outlives the driver and the other way round.
struct Saga::Drive {
  bool done = false;
  Intent last;
  std::vector<net::Timer*> waiters;
};

namespace {

// A waiter's place in the queue; leaves it also when the waiting frame is destroyed.
class Waiting {
 public:
  Waiting(std::vector<net::Timer*>& queue, net::Clock& clock) : queue_(queue), timer_(clock.make_timer()) {
    queue_.push_back(timer_.get());
  }
  ~Waiting() { std::erase(queue_, timer_.get()); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  net::Timer& timer() { return *timer_; }

 private:
  std::vector<net::Timer*>& queue_;
  std::unique_ptr<net::Timer> timer_;
};

Standing standing_of(Intent intent) {
  Standing standing;
  if (intent.state == IntentState::booked) {
    standing.kind = Standing::Kind::booked;
  } else if (intent.state == IntentState::refused) {
    standing.kind = Standing::Kind::refused;
    standing.refusal = decode_refusal(intent.outcome);
  }
  standing.intent = std::move(intent);
  return standing;
}

}  // namespace

Saga::Saga(Context& context, Availability& availability, std::function<void()> on_booked)
    : context_(context),
      availability_(availability),
      contacts_(context),
      readback_(context),
      on_booked_(std::move(on_booked)) {}

net::Task<Standing> Saga::book(BookingRequest request, std::string alias, Instant deadline) {
  auto intent = co_await open(std::move(request), std::move(alias), deadline);
  if (!intent) {
    Standing failed;
    failed.kind = Standing::Kind::failed;
    failed.error = intent.error();
    co_return failed;
  }
  if (ledger::is_settled(intent->state)) co_return standing_of(std::move(*intent));
  const std::shared_ptr<Drive> drive = drive_of(*intent);
  Waiting waiting(drive->waiters, context_.runtime.clock);
  while (!drive->done) {
    if (co_await waiting.timer().wait_until(deadline)) break;
  }
  if (drive->done) co_return standing_of(drive->last);
  Standing pending;
  pending.intent = std::move(*intent);
  co_return pending;
}

// Finds or makes the intent of this wish. A settled one is replaced by a new generation only where the caller may try
// again: after a refusal that was not about them, or a new call after any refusal, or when a person cancelled what was
// booked.
net::Task<Result<Intent>> Saga::open(BookingRequest request, std::string alias, Instant deadline) {
  const std::string encoded = encode(request);
  const std::string key = request.intent_key();
  std::string try_alias = alias;
  for (int tries = 1;; ++tries) {
    ledger::OpenIntent opening{.id = net::random_id(context_.runtime.entropy),
                               .tenant = context_.tenant.id,
                               .key = key,
                               .aliases = {},
                               .request = encoded,
                               .now = context_.now()};
    if (!alias.empty()) opening.aliases.push_back(try_alias);
    auto opened = co_await context_.ledger.open_intent(std::move(opening));
    if (!opened) co_return fail(opened.error());
    Intent& intent = opened->intent;
    if (opened->created || tries > 8) co_return std::move(intent);
    if (intent.state == IntentState::refused && decode_refusal(intent.outcome).retryable()) {
      // The same tool call came again after nothing was sent, or nothing arrived: it deserves a real try.
      try_alias = alias + "#" + std::to_string(intent.generation + 1) + "." + std::to_string(tries);
      continue;
    }
    if (intent.state != IntentState::booked || opened->by_alias) co_return std::move(intent);
    const auto cancelled = co_await was_cancelled(intent, deadline);
    if (!cancelled || !*cancelled) co_return std::move(intent);
    try_alias = alias + "#" + std::to_string(intent.generation + 1) + "." + std::to_string(tries);
  }
}

// A repeated wish that is booked: still true? A person may have cancelled it in GHL meanwhile. When GHL cannot be asked
// in time the ledger's word stands.
net::Task<Result<bool>> Saga::was_cancelled(Intent intent, Instant deadline) {
  const auto live = co_await readback_.is_live(intent.appointment_id, deadline);
  if (!live || *live) co_return false;
  const auto refused = co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
  if (!refused) co_return fail(refused.error());
  co_return true;
}

std::shared_ptr<Saga::Drive> Saga::drive_of(const Intent& intent) {
  const auto known = drives_.find(intent.id);
  if (known != drives_.end()) return known->second;
  auto drive = std::make_shared<Drive>();
  drives_[intent.id] = drive;
  context_.tasks.spawn(run(intent, drive));
  return drive;
}

net::Task<void> Saga::run(Intent intent, std::shared_ptr<Drive> drive) {
  const std::string id = intent.id;
  drive->last = co_await settle(std::move(intent));
  drive->done = true;
  drives_.erase(id);
  log(LogLevel::info, "intent_settled",
      {{"intent", Loggable::safe(id)}, {"state", Loggable::safe(std::string(to_string(drive->last.state)))}});
  if (drive->last.state == IntentState::booked) on_booked_();
  const std::vector<net::Timer*> waiters = drive->waiters;
  for (net::Timer* waiter : waiters) waiter->wake();
}

net::Task<Result<void>> Saga::take_up(Instant older_than) {
  constexpr std::size_t batch = 1'000;
  auto unsettled = co_await context_.ledger.unsettled_intents(context_.tenant.id, batch);
  if (!unsettled) co_return fail(unsettled.error());
  for (Intent& intent : *unsettled) {
    if (drives_.contains(intent.id) || intent.updated_at > older_than) continue;
    if (intent.state == IntentState::opened || intent.state == IntentState::held) {
      // Nobody waits for it any more and nothing was sent; whoever asks again starts anew.
      co_await refuse(std::move(intent), {RefusalReason::interrupted, "the daemon stopped before anything was sent"});
      continue;
    }
    drive_of(intent);
  }
  co_return Result<void>{};
}

}  // namespace holdfast::booking
