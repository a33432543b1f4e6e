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
  auto intent = co_await open(std::move(request), std::move(alias));
  if (!intent) {
    Standing failed;
    failed.kind = Standing::Kind::failed;
    failed.error = intent.error();
    co_return failed;
  }
  if (intent->state == IntentState::booked) co_return co_await recorded(std::move(*intent), deadline);
  if (intent->state == IntentState::refused) co_return standing_of(std::move(*intent));
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

// Finds or makes the intent of this wish. A refused one is replaced by a new generation when a new call asks for it.
// The same call again hears what was recorded, because a caller may have been told it already; but what a stop of the
// daemon interrupted nobody was told, so that is tried in earnest, unless another call asked and was answered since.
net::Task<Result<Intent>> Saga::open(BookingRequest request, std::string alias) {
  ledger::OpenIntent opening{.id = net::random_id(context_.runtime.entropy),
                             .tenant = context_.tenant.id,
                             .key = request.intent_key(),
                             .aliases = {},
                             .request = encode(request),
                             .now = context_.now()};
  if (!alias.empty()) opening.aliases.push_back(alias);
  auto opened = co_await context_.ledger.open_intent(opening);
  if (!opened) co_return fail(opened.error());
  for (int tries = 1; tries <= 8; ++tries) {
    Intent& known = opened->intent;
    const bool interrupted = opened->by_alias && known.state == IntentState::refused &&
                             decode_refusal(known.outcome).reason == RefusalReason::interrupted;
    if (!interrupted) break;
    const std::int64_t generation = known.generation;
    opening.aliases = {alias + "#" + std::to_string(generation + 1)};
    opened = co_await context_.ledger.open_intent(opening);
    if (!opened) co_return fail(opened.error());
    if (opened->created && opened->intent.generation > generation + 1) {
      co_return co_await refuse(std::move(opened->intent),
                                {RefusalReason::interrupted, "another call asked and was answered since"});
    }
  }
  co_return std::move(opened->intent);
}

// What is recorded as booked, told to whoever asks again: still true? A person may have cancelled it in GHL meanwhile,
// and then nobody books it anew behind their back. When GHL cannot be asked in time, nobody knows.
net::Task<Standing> Saga::recorded(Intent intent, Instant deadline) {
  Intent asked_about = intent;
  const auto still = co_await end_if_cancelled(std::move(intent), deadline);
  if (still) co_return standing_of(*still);
  Standing pending;
  pending.intent = std::move(asked_about);
  co_return pending;
}

net::Task<Result<Intent>> Saga::end_if_cancelled(Intent intent, Instant deadline) {
  const auto live = co_await readback_.is_live(intent.appointment_id, deadline);
  if (!live) co_return fail(live.error());
  if (*live) co_return intent;
  co_return co_await refuse(std::move(intent), {RefusalReason::cancelled, "cancelled in GHL by a person"});
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
