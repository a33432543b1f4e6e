// Dispatcher: delivers events to the URLs that subscribed, with everything that goes wrong on that way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/result.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"
#include "mock_ghl/model/outbox.hpp"
#include "mock_ghl/model/test_clock.hpp"
#include "mock_ghl/webhooks/signer.hpp"
#include "mock_ghl/webhooks/subscription.hpp"

namespace mock_ghl::webhooks {

// Makes the client for an origin such as "https://host:8443".
using TransportFactory =
    std::function<holdfast::Result<std::unique_ptr<holdfast::net::HttpTransport>>(const std::string& origin)>;

// What a dispatcher keeps at most. Beyond `live_max` or `body_bytes_max` new deliveries are dropped and counted.
struct Limits {
  std::size_t subscriptions_max = 1'000;
  std::size_t live_max = 10'000;  // deliveries that wait, are under way or will be tried again
  std::size_t log_max = 10'000;   // deliveries that ended; the oldest are forgotten
  std::size_t body_bytes_max = std::size_t{64} * 1024 * 1024;  // of all bodies kept
};

// Where a delivery stands. The first two are alive, the others its end, until it is resent.
enum class DeliveryState {
  waiting,    // for its delay, its turn or its next try
  sending,    // a try is under way
  delivered,  // answered 2xx
  failed,     // given up
  paused,     // not tried, because the circuit breaker had paused the subscription (quirk 68)
  removed,    // the subscription is gone
};

// One try.
struct Attempt {
  holdfast::Instant at = {};  // the world's time
  int status = 0;             // 0: no answer came
  std::string failure = {};   // why not
};

// One body on its way to one URL.
struct Delivery {
  static constexpr std::size_t attempts_max = 50;  // that are kept; `tries` counts all

  std::uint64_t sequence = 0;
  std::string delivery_id = {};  // the deliveryId header, the same over all tries
  std::string webhook_id = {};   // in the body; the same in a duplicate
  std::string subscription_id = {};
  std::string kind = {};
  std::string body = {};
  holdfast::net::HttpHeaders headers = {};
  std::vector<std::string> signature_headers = {};  // the names of those it carries
  bool duplicate = false;
  DeliveryState state = DeliveryState::waiting;
  int tries = 0;
  std::vector<Attempt> attempts = {};              // the last ones
  std::optional<holdfast::Instant> next_try = {};  // the world's time
  bool alive() const { return state == DeliveryState::waiting || state == DeliveryState::sending; }
};

// A subscription and how it fares.
struct SubscriptionStatus {
  std::string id = {};
  SubscriptionOptions options = {};
  std::uint64_t attempts = 0;   // in the present window of the circuit breaker
  std::uint64_t succeeded = 0;  // of them
  std::optional<holdfast::Instant> paused_at = {};
};

// Where the draws of a world stand: its webhook ids, and what befalls each subscription.
struct Draws {
  holdfast::SplitMix64 ids{0};
  std::map<std::uint64_t, holdfast::SplitMix64> by_subscription = {};  // by its number
};

// Not thread-safe; one loop. Tasks under way keep what they need alive. First attempts wait on the machine's time;
// retries become due by the world's, so that advancing its clock makes them due. With the same seed, the same events
// make the same deliveries with the same bodies, ids and retry distances.
class Dispatcher {
 public:
  Dispatcher(holdfast::net::Runtime runtime, std::uint64_t seed, Limits limits = {});
  // Deliveries under way end without being noted.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // How to reach receivers. Without it nobody can subscribe.
  void set_transport(TransportFactory factory);
  // Another world: forgets all deliveries and begins the windows anew. Ids and draws begin anew too, or go on from
  // where those of a kept world stood. Subscriptions stay.
  void begin_world(std::shared_ptr<const TestClock> clock, const std::optional<Draws>& draws = std::nullopt);
  Draws draws() const;
  // The world's clock was moved, frozen or set running: what is due by now is tried.
  void kick();

  // Subscribes a URL and returns the subscription's id. invalid_input or configuration when that cannot be.
  holdfast::Result<std::string> add(const SubscriptionOptions& options);
  // Ends a subscription; its deliveries that have not ended are removed. not_found for an unknown id.
  holdfast::Result<void> remove(std::string_view id);
  // Ends a pause of the circuit breaker and begins a new window. What was paused stays until it is resent.
  holdfast::Result<void> resume(std::string_view id);
  // True when there is any subscription.
  bool listening() const;
  std::vector<SubscriptionStatus> subscriptions() const;

  // Sends events to those who want them, in order.
  void publish(std::vector<Event> events);
  // The same; returns when the first attempts of the deliveries that are to be early have ended, or their time is up.
  holdfast::net::Task<void> publish_early(std::vector<Event> events);
  // Tries an ended delivery again: the same deliveryId and bytes. not_found, or conflict while it is alive, paused or
  // without its subscription.
  holdfast::Result<void> resend(std::string_view delivery_id);
  // The newest `count` deliveries, oldest first. Valid until the dispatcher is used again.
  std::vector<const Delivery*> deliveries(std::size_t count) const;
  // Deliveries that were not made because a limit was reached.
  std::uint64_t dropped() const;
  // Made when first asked for.
  const Signer& signer();

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

// "waiting", "sending", …
std::string_view to_string(DeliveryState state);

}  // namespace mock_ghl::webhooks
