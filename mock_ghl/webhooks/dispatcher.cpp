#include "mock_ghl/webhooks/dispatcher.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/base/random.hpp"
#include "mock_ghl/model/uuid.hpp"

namespace mock_ghl::webhooks {

using holdfast::Duration;
using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::SplitMix64;
using holdfast::net::HttpRequest;
using holdfast::net::Task;

namespace {

// Labels of the streams drawn from the seed.
constexpr std::uint64_t id_stream = 0x7765;
constexpr std::uint64_t key_stream = 0x6b65;
constexpr std::uint64_t subscription_stream = 0x7375;

std::uint64_t stream(std::uint64_t seed, std::uint64_t label) {
  return SplitMix64(seed).fork(label).next();
}

// A place in the line before a URL: when the try is planned, then in the order made.
using Place = std::pair<Instant, std::uint64_t>;

// A delivery and the task that sees to it.
struct Job {
  Delivery delivery = {};
  SplitMix64 random{0};
  bool early = false;
  bool has_task = false;                         // a task sees to it, or will at once
  bool first_done = false;                       // the first try ended, or there will be none
  holdfast::net::Timer* alarm = nullptr;         // what its task waits on
  holdfast::net::Timer* first_waiter = nullptr;  // who waits for the first try

  void wake() {
    if (alarm != nullptr) alarm->wake();
  }
  void finish_first() {
    first_done = true;
    if (first_waiter != nullptr) first_waiter->wake();
  }
};

// A pointer that is set while its scope lives, also when the scope is a coroutine that is destroyed.
class Lend {
 public:
  Lend(std::shared_ptr<Job> job, holdfast::net::Timer* Job::* member, holdfast::net::Timer* timer)
      : job_(std::move(job)), member_(member) {
    (*job_).*member_ = timer;
  }
  ~Lend() { (*job_).*member_ = nullptr; }
  Lend(const Lend&) = delete;
  Lend& operator=(const Lend&) = delete;

 private:
  std::shared_ptr<Job> job_;
  holdfast::net::Timer* Job::* member_;
};

// A subscription with what it needs to deliver.
struct Receiver {
  std::uint64_t number = 0;
  std::string id = {};
  SubscriptionOptions options = {};
  std::string target = {};
  std::unique_ptr<holdfast::net::HttpTransport> transport = {};
  SplitMix64 random{0};
  std::map<Place, std::shared_ptr<Job>> line = {};  // who waits for a turn
  int under_way = 0;
  Instant window_since = {};
  std::uint64_t attempts = 0;
  std::uint64_t succeeded = 0;
  std::optional<Instant> paused_at = {};

  bool wants(const Event& event, bool is_default) const {
    if (concerns_app(event.kind)) return is_default;
    if (!options.echo && event.actor == Actor::api) return false;
    const auto& names = options.events;
    return names.empty() || std::find(names.begin(), names.end(), event.kind) != names.end();
  }
  void wake_next() {
    if (!line.empty()) line.begin()->second->wake();
  }
};

bool succeeded(int status) {
  return status >= 200 && status <= 299;
}

}  // namespace

std::string_view to_string(DeliveryState state) {
  switch (state) {
    case DeliveryState::waiting:
      return "waiting";
    case DeliveryState::sending:
      return "sending";
    case DeliveryState::delivered:
      return "delivered";
    case DeliveryState::failed:
      return "failed";
    case DeliveryState::paused:
      return "paused";
    case DeliveryState::removed:
      break;
  }
  return "removed";
}

// Everything the tasks share. A task whose delivery was ended from outside (state no longer alive) touches nothing.
struct Dispatcher::Core {
  Core(holdfast::net::Runtime given, std::uint64_t given_seed, Limits given_limits)
      : runtime(std::move(given)), seed(given_seed), limits(given_limits), ids(stream(seed, id_stream)) {}

  Instant world_now() const { return clock->now(runtime.now()); }
  Receiver* find(std::string_view id) const;
  const Signer& keys();
  void restart(Receiver& receiver);
  void add_headers(const Receiver& receiver, Delivery& delivery);
  bool make_room(std::size_t bytes);
  std::shared_ptr<Job> make_job(const Receiver& receiver, const Event& event, std::string body,
                                const std::string& webhook_id, SplitMix64& random);
  void end(Job& job, DeliveryState state);
  void forget_all();
  void judge(Receiver& receiver);
  bool holds_back(const Receiver& receiver, const Job& job) const;

  static void start(const std::shared_ptr<Core>& core, const std::shared_ptr<Receiver>& receiver,
                    const std::shared_ptr<Job>& job, Instant planned);
  static std::vector<std::shared_ptr<Job>> deliver(const std::shared_ptr<Core>& core,
                                                   const std::shared_ptr<Receiver>& receiver, const Event& event,
                                                   const std::string& webhook_id);
  static std::vector<std::shared_ptr<Job>> publish(const std::shared_ptr<Core>& core, std::vector<Event> events);
  static Task<void> run(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver, std::shared_ptr<Job> job,
                        Instant planned);
  static Task<void> see_to(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver, std::shared_ptr<Job> job,
                           Instant planned, holdfast::net::Timer& alarm);
  static Task<void> wait_for_turn(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver,
                                  std::shared_ptr<Job> job, Instant planned, holdfast::net::Timer& alarm);
  static Task<int> attempt(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver, std::shared_ptr<Job> job);
  static Task<void> wait_until_due(std::shared_ptr<Core> core, std::shared_ptr<Job> job, holdfast::net::Timer& alarm);

  holdfast::net::Runtime runtime;
  std::uint64_t seed;
  Limits limits;
  SplitMix64 ids;
  std::shared_ptr<const TestClock> clock = std::make_shared<TestClock>();
  TransportFactory factory = {};
  std::unique_ptr<Signer> signer = {};
  std::map<std::uint64_t, std::shared_ptr<Receiver>> receivers = {};
  std::map<std::uint64_t, std::shared_ptr<Job>> jobs = {};  // by sequence
  std::map<std::string, std::uint64_t, std::less<>> by_id = {};
  std::set<std::uint64_t> ended = {};
  std::size_t body_bytes = 0;
  std::uint64_t subscription_count = 0;
  std::uint64_t sequence = 0;
  std::uint64_t dropped = 0;
};

Receiver* Dispatcher::Core::find(std::string_view id) const {
  for (const auto& [number, receiver] : receivers) {
    if (receiver->id == id) return receiver.get();
  }
  return nullptr;
}

const Signer& Dispatcher::Core::keys() {
  if (signer == nullptr) signer = std::make_unique<Signer>(stream(seed, key_stream));
  return *signer;
}

// Draws and window of a subscription, as at the beginning of a world.
void Dispatcher::Core::restart(Receiver& receiver) {
  receiver.random = SplitMix64(stream(seed, subscription_stream + receiver.number));
  receiver.window_since = world_now();
  receiver.attempts = 0;
  receiver.succeeded = 0;
  receiver.paused_at.reset();
}

void Dispatcher::Core::add_headers(const Receiver& receiver, Delivery& delivery) {
  const Signatures kind = receiver.options.signatures;
  const auto add = [&](const char* name, std::string value) {
    delivery.signature_headers.emplace_back(name);
    delivery.headers.set(name, std::move(value));
  };
  delivery.headers.set("Content-Type", "application/json");
  delivery.headers.set("deliveryId", delivery.delivery_id);
  // A bad signature is a true one of other bytes: well-formed, as a forger's or a re-serialised body's would be.
  const std::string signed_bytes = kind == Signatures::bad ? delivery.body + " " : delivery.body;
  const bool both = kind == Signatures::both || kind == Signatures::bad;
  if (both || kind == Signatures::ed25519) add("X-GHL-Signature", keys().ed25519(signed_bytes));
  if (both || kind == Signatures::rsa) add("X-WH-Signature", keys().rsa(signed_bytes));
  if (kind == Signatures::na) {
    add("X-GHL-Signature", "N/A");
    add("X-WH-Signature", "N/A");
  }
}

// Forgets the oldest ended deliveries until there is room for one more body; false when the living ones fill it all.
bool Dispatcher::Core::make_room(std::size_t bytes) {
  while (!ended.empty() && (ended.size() > limits.log_max || body_bytes + bytes > limits.body_bytes_max)) {
    const auto oldest = jobs.find(*ended.begin());
    body_bytes -= oldest->second->delivery.body.size();
    by_id.erase(oldest->second->delivery.delivery_id);
    jobs.erase(oldest);
    ended.erase(ended.begin());
  }
  return jobs.size() - ended.size() < limits.live_max && body_bytes + bytes <= limits.body_bytes_max;
}

std::shared_ptr<Job> Dispatcher::Core::make_job(const Receiver& receiver, const Event& event, std::string body,
                                                const std::string& webhook_id, SplitMix64& random) {
  auto job = std::make_shared<Job>();
  job->random = random.fork(1);
  const std::string delivery_id = draw_uuid(random);
  if (!make_room(body.size())) {
    ++dropped;
    return nullptr;
  }
  Delivery& delivery = job->delivery;
  delivery.sequence = ++sequence;
  delivery.delivery_id = delivery_id;
  delivery.webhook_id = webhook_id;
  delivery.subscription_id = receiver.id;
  delivery.kind = event.kind;
  delivery.body = std::move(body);
  body_bytes += delivery.body.size();
  jobs.emplace(delivery.sequence, job);
  by_id.emplace(delivery.delivery_id, delivery.sequence);
  return job;
}

// Ends a delivery; its task, if it waits, finds out and ends too.
void Dispatcher::Core::end(Job& job, DeliveryState state) {
  job.delivery.state = state;
  job.delivery.next_try.reset();
  ended.insert(job.delivery.sequence);
  job.finish_first();
  job.wake();
  make_room(0);
}

void Dispatcher::Core::forget_all() {
  for (const auto& [number, job] : jobs) {
    if (!job->delivery.alive()) continue;
    job->delivery.state = DeliveryState::removed;
    job->finish_first();
    job->wake();
  }
  jobs.clear();
  by_id.clear();
  ended.clear();
  body_bytes = 0;
  dropped = 0;
}

// The circuit breaker, at the end of a window.
void Dispatcher::Core::judge(Receiver& receiver) {
  const CircuitBreaker& breaker = receiver.options.breaker;
  const Instant now = world_now();
  if (!breaker.enabled || receiver.paused_at || now - receiver.window_since < Duration{breaker.window_ms}) return;
  const auto attempts = static_cast<double>(receiver.attempts);
  const bool many = attempts > static_cast<double>(breaker.min_webhooks);
  if (many && static_cast<double>(receiver.succeeded) * 100 < breaker.success_percent * attempts) {
    receiver.paused_at = now;
    for (const auto& [number, job] : std::map(jobs)) {
      const Delivery& delivery = job->delivery;
      if (delivery.subscription_id == receiver.id && delivery.state == DeliveryState::waiting) {
        end(*job, DeliveryState::paused);
      }
    }
    return;
  }
  receiver.window_since = now;
  receiver.attempts = 0;
  receiver.succeeded = 0;
}

// True while somebody else's turn comes first.
bool Dispatcher::Core::holds_back(const Receiver& receiver, const Job& job) const {
  if (job.early && !job.first_done) return false;  // its caller's answer waits: nothing may stand before it
  return receiver.under_way >= receiver.options.parallel || receiver.line.begin()->second.get() != &job;
}

void Dispatcher::Core::start(const std::shared_ptr<Core>& core, const std::shared_ptr<Receiver>& receiver,
                             const std::shared_ptr<Job>& job, Instant planned) {
  if (receiver->paused_at) return core->end(*job, DeliveryState::paused);
  job->has_task = true;
  holdfast::net::spawn(core->runtime.executor, run(core, receiver, job, planned));
}

// Makes the deliveries of one event to one subscription: one, or two when it is to come twice.
std::vector<std::shared_ptr<Job>> Dispatcher::Core::deliver(const std::shared_ptr<Core>& core,
                                                            const std::shared_ptr<Receiver>& receiver,
                                                            const Event& event, const std::string& webhook_id) {
  const SubscriptionOptions& options = receiver->options;
  // Everything about this delivery is drawn from a generator of its own: no option shifts the draws of later ones.
  SplitMix64 random = receiver->random.fork(receiver->number);
  const bool held = random.chance(options.reorder.probability);
  const bool twice = random.chance(options.duplicates);
  std::string body = write_body(
      event, {.webhook_id = webhook_id, .app_id = options.app_id, .version_id = options.version_id}, options.shaping);
  std::vector<std::shared_ptr<Job>> made;
  Instant planned = core->runtime.now();
  for (int i = 0; i < (twice ? 2 : 1); ++i) {
    auto job = core->make_job(*receiver, event, body, webhook_id, random);
    if (job == nullptr) break;
    job->delivery.duplicate = i > 0;
    job->early = options.early && i == 0;
    if (!job->early) planned += options.delay.draw(random);
    if (held && i == 0 && !job->early) planned += Duration{options.reorder.hold_ms};
    start(core, receiver, job, planned);
    made.push_back(std::move(job));
  }
  return made;
}

std::vector<std::shared_ptr<Job>> Dispatcher::Core::publish(const std::shared_ptr<Core>& core,
                                                            std::vector<Event> events) {
  std::vector<std::shared_ptr<Job>> made;
  for (const Event& event : events) {
    const std::string webhook_id = draw_uuid(core->ids);
    bool is_default = true;  // the oldest subscription is the app's default URL
    for (const auto& [number, receiver] : core->receivers) {
      core->judge(*receiver);
      if (receiver->wants(event, std::exchange(is_default, false))) {
        for (auto& job : deliver(core, receiver, event, webhook_id)) made.push_back(std::move(job));
      }
    }
  }
  return made;
}

// The life of one delivery. `alarm` lives in this frame; whoever wakes it finds it through the job.
Task<void> Dispatcher::Core::run(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver,
                                 std::shared_ptr<Job> job, Instant planned) {
  const std::unique_ptr<holdfast::net::Timer> alarm = core->runtime.clock.make_timer();
  const Lend lent(job, &Job::alarm, alarm.get());
  co_await see_to(core, receiver, job, planned, *alarm);
  job->has_task = false;
  job->finish_first();
}

Task<void> Dispatcher::Core::see_to(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver,
                                    std::shared_ptr<Job> job, Instant planned, holdfast::net::Timer& alarm) {
  Delivery& delivery = job->delivery;
  int failed_tries = 0;
  while (true) {
    co_await wait_for_turn(core, receiver, job, planned, alarm);
    if (!delivery.alive()) co_return;
    ++receiver->under_way;
    const int status = co_await attempt(core, receiver, job);
    --receiver->under_way;
    receiver->wake_next();
    job->finish_first();
    if (!delivery.alive()) co_return;
    if (succeeded(status)) co_return core->end(*job, DeliveryState::delivered);
    const auto distance = retry_after(receiver->options, status, ++failed_tries, job->random);
    if (!distance) co_return core->end(*job, DeliveryState::failed);
    if (receiver->paused_at) co_return core->end(*job, DeliveryState::paused);
    delivery.state = DeliveryState::waiting;
    delivery.next_try = core->world_now() + *distance;
    co_await wait_until_due(core, job, alarm);
    if (!delivery.alive()) co_return;
    core->judge(*receiver);
    planned = core->runtime.now();
  }
}

// Suspends until the planned instant has come and nobody is before us, or the delivery was ended.
Task<void> Dispatcher::Core::wait_for_turn(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver,
                                           std::shared_ptr<Job> job, Instant planned, holdfast::net::Timer& alarm) {
  const Place place{planned, job->delivery.sequence};
  receiver->line.emplace(place, job);
  while (job->delivery.alive()) {
    if (core->runtime.now() < planned) {
      co_await alarm.wait_until(planned);
    } else if (core->holds_back(*receiver, *job)) {
      co_await alarm.wait_until(Instant::max());
    } else {
      break;
    }
  }
  receiver->line.erase(place);
  receiver->wake_next();
}

// One try; returns the status, 0 when no answer came.
Task<int> Dispatcher::Core::attempt(std::shared_ptr<Core> core, std::shared_ptr<Receiver> receiver,
                                    std::shared_ptr<Job> job) {
  Delivery& delivery = job->delivery;
  if (delivery.headers.fields().empty()) core->add_headers(*receiver, delivery);
  delivery.state = DeliveryState::sending;
  delivery.next_try.reset();
  ++delivery.tries;
  Attempt made{.at = core->world_now()};
  HttpRequest request{.method = "POST", .target = receiver->target, .headers = delivery.headers, .body = delivery.body};
  const Instant deadline = core->runtime.now() + Duration{receiver->options.timeout_ms};
  const auto answer = co_await receiver->transport->send(std::move(request), deadline);
  if (answer && !answer->abandoned) made.status = answer->status;
  if (!answer) made.failure = answer.error().message;
  if (!delivery.alive()) co_return made.status;
  ++receiver->attempts;
  receiver->succeeded += succeeded(made.status);
  const int status = made.status;
  if (delivery.attempts.size() == Delivery::attempts_max) delivery.attempts.erase(delivery.attempts.begin());
  delivery.attempts.push_back(std::move(made));
  core->judge(*receiver);
  co_return status;
}

// Suspends until the world's time reaches the next try, or the delivery was ended. A frozen world is waited for without
// limit: whoever moves its clock wakes us.
Task<void> Dispatcher::Core::wait_until_due(std::shared_ptr<Core> core, std::shared_ptr<Job> job,
                                            holdfast::net::Timer& alarm) {
  while (job->delivery.alive() && core->world_now() < *job->delivery.next_try) {
    const Duration left = *job->delivery.next_try - core->world_now();
    co_await alarm.wait_until(core->clock->frozen() ? Instant::max() : core->runtime.now() + left);
  }
}

Dispatcher::Dispatcher(holdfast::net::Runtime runtime, std::uint64_t seed, Limits limits)
    : core_(std::make_shared<Core>(std::move(runtime), seed, limits)) {}

Dispatcher::~Dispatcher() {
  core_->forget_all();
}

void Dispatcher::set_transport(TransportFactory factory) {
  core_->factory = std::move(factory);
}

void Dispatcher::begin_world(std::shared_ptr<const TestClock> clock, const std::optional<Draws>& draws) {
  core_->forget_all();
  core_->clock = std::move(clock);
  core_->ids = SplitMix64(stream(core_->seed, id_stream));
  for (const auto& [number, receiver] : core_->receivers) core_->restart(*receiver);
  if (!draws) return;
  core_->ids = draws->ids;
  for (const auto& [number, random] : draws->by_subscription) {
    const auto receiver = core_->receivers.find(number);
    if (receiver != core_->receivers.end()) receiver->second->random = random;
  }
}

Draws Dispatcher::draws() const {
  Draws draws{.ids = core_->ids};
  for (const auto& [number, receiver] : core_->receivers) draws.by_subscription.emplace(number, receiver->random);
  return draws;
}

void Dispatcher::kick() {
  for (const auto& [number, receiver] : core_->receivers) core_->judge(*receiver);
  for (const auto& [number, job] : core_->jobs) {
    if (job->delivery.next_try) job->wake();
  }
}

holdfast::Result<std::string> Dispatcher::add(const SubscriptionOptions& options) {
  const auto url = split_url(options.url);
  if (!url) return holdfast::fail(ErrorKind::invalid_input, "url " + url.error().message);
  if (!core_->factory) {
    return holdfast::fail(ErrorKind::configuration, "this twin was given no transport; webhooks cannot leave it");
  }
  if (core_->receivers.size() >= core_->limits.subscriptions_max) {
    return holdfast::fail(ErrorKind::invalid_input, "there are " + std::to_string(core_->limits.subscriptions_max) +
                                                        " subscriptions already; remove one first");
  }
  auto transport = core_->factory(url->origin);
  if (!transport) return holdfast::fail(transport.error());
  auto receiver = std::make_shared<Receiver>();
  receiver->number = ++core_->subscription_count;
  receiver->id = "sub-" + std::to_string(receiver->number);
  receiver->options = options;
  receiver->target = url->target;
  receiver->transport = std::move(*transport);
  core_->restart(*receiver);
  core_->receivers.emplace(receiver->number, receiver);
  return receiver->id;
}

holdfast::Result<void> Dispatcher::remove(std::string_view id) {
  Receiver* receiver = core_->find(id);
  if (receiver == nullptr) return holdfast::fail(ErrorKind::not_found, "there is no subscription of this id");
  for (const auto& [number, job] : std::map(core_->jobs)) {
    if (job->delivery.subscription_id == id && job->delivery.alive()) core_->end(*job, DeliveryState::removed);
  }
  core_->receivers.erase(receiver->number);
  return {};
}

holdfast::Result<void> Dispatcher::resume(std::string_view id) {
  Receiver* receiver = core_->find(id);
  if (receiver == nullptr) return holdfast::fail(ErrorKind::not_found, "there is no subscription of this id");
  receiver->paused_at.reset();
  receiver->window_since = core_->world_now();
  receiver->attempts = 0;
  receiver->succeeded = 0;
  return {};
}

bool Dispatcher::listening() const {
  return !core_->receivers.empty();
}

std::vector<SubscriptionStatus> Dispatcher::subscriptions() const {
  std::vector<SubscriptionStatus> all;
  for (const auto& [number, receiver] : core_->receivers) {
    all.push_back({.id = receiver->id,
                   .options = receiver->options,
                   .attempts = receiver->attempts,
                   .succeeded = receiver->succeeded,
                   .paused_at = receiver->paused_at});
  }
  return all;
}

void Dispatcher::publish(std::vector<Event> events) {
  Core::publish(core_, std::move(events));
}

Task<void> Dispatcher::publish_early(std::vector<Event> events) {
  const std::shared_ptr<Core> core = core_;
  const std::vector<std::shared_ptr<Job>> made = Core::publish(core, std::move(events));
  const std::unique_ptr<holdfast::net::Timer> alarm = core->runtime.clock.make_timer();
  for (const std::shared_ptr<Job>& job : made) {
    if (!job->early) continue;
    // Every try has a deadline, so this ends.
    const Lend lent(job, &Job::first_waiter, alarm.get());
    while (!job->first_done) co_await alarm->wait_until(Instant::max());
  }
}

holdfast::Result<void> Dispatcher::resend(std::string_view delivery_id) {
  const auto known = core_->by_id.find(delivery_id);
  if (known == core_->by_id.end()) {
    return holdfast::fail(ErrorKind::not_found, "there is no delivery of this id, or it was forgotten");
  }
  const std::shared_ptr<Job> job = core_->jobs.at(known->second);
  if (job->delivery.alive() || job->has_task) {
    return holdfast::fail(ErrorKind::conflict, "the delivery is still under way");
  }
  for (const auto& [number, receiver] : core_->receivers) {
    if (receiver->id != job->delivery.subscription_id) continue;
    if (receiver->paused_at) return holdfast::fail(ErrorKind::conflict, "the subscription is paused; resume it first");
    core_->ended.erase(job->delivery.sequence);
    job->delivery.state = DeliveryState::waiting;
    Core::start(core_, receiver, job, core_->runtime.now());
    return {};
  }
  return holdfast::fail(ErrorKind::conflict, "the delivery's subscription was removed");
}

std::vector<const Delivery*> Dispatcher::deliveries(std::size_t count) const {
  std::vector<const Delivery*> newest;
  for (auto it = core_->jobs.rbegin(); it != core_->jobs.rend() && newest.size() < count; ++it) {
    newest.push_back(&it->second->delivery);
  }
  std::reverse(newest.begin(), newest.end());
  return newest;
}

std::uint64_t Dispatcher::dropped() const {
  return core_->dropped;
}

const Signer& Dispatcher::signer() {
  return core_->keys();
}

}  // namespace mock_ghl::webhooks
