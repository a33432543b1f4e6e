#include "core/net/beast/client.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <deque>
#include <utility>
#include <vector>

#include "core/base/assert.hpp"
#include "core/net/beast/connection.hpp"
#include "core/net/beast/wire.hpp"

namespace holdfast::net {
namespace {

namespace ssl = boost::asio::ssl;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

std::unexpected<TransportError> not_sent(std::string message) {
  return std::unexpected(TransportError{TransportFailure::not_sent, std::move(message)});
}

// A name look-up that somebody may stop waiting for: getaddrinfo itself cannot be stopped.
struct Lookup {
  Lookup(const asio::any_io_executor& executor, Clock& clock) : resolver(executor), arrived(clock.make_timer()) {}
  tcp::resolver resolver;
  std::unique_ptr<Timer> arrived;
  bool done = false;
  error_code error;
  tcp::resolver::results_type endpoints;
};

Task<void> look_up(std::shared_ptr<Lookup> lookup, std::string host, std::string port) {
  auto [error, endpoints] = co_await lookup->resolver.async_resolve(host, port, use_result);
  lookup->error = error;
  lookup->endpoints = std::move(endpoints);
  lookup->done = true;
  lookup->arrived->wake();
}

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

}  // namespace

std::string Origin::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string Origin::text() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + name + ":" + std::to_string(port);
}

Result<Origin> parse_origin(std::string_view text) {
  const auto wrong = [&](const char* what) {
    return fail(ErrorKind::invalid_input, "\"" + std::string(text) + "\" is not an origin: " + what +
                                              ". Write http://host, https://host or https://host:port");
  };
  Origin origin;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    origin.tls = true;
    origin.port = 443;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong("it must begin with http:// or https://");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find_first_of("/?#") != std::string_view::npos) return wrong("a path does not belong here");
  if (rest.find('@') != std::string_view::npos) return wrong("a user name does not belong here");
  std::string_view port;
  bool has_port = false;
  if (rest.starts_with('[')) {
    const auto bracket = rest.find(']');
    if (bracket == std::string_view::npos) return wrong("the bracket is not closed");
    error_code error;
    asio::ip::make_address_v6(std::string(rest.substr(1, bracket - 1)), error);
    if (error) return wrong("what stands in brackets is not an IPv6 address");
    origin.host = std::string(rest.substr(1, bracket - 1));
    rest.remove_prefix(bracket + 1);
    if (!rest.empty() && rest.front() != ':') return wrong("only a port may follow the bracket");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else {
    const auto colon = rest.find(':');
    origin.host = std::string(rest.substr(0, colon));
    has_port = colon != std::string_view::npos;
    if (has_port) port = rest.substr(colon + 1);
    if (origin.host.empty()) return wrong("the host is missing");
    const bool plain = std::ranges::all_of(origin.host, [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
    });
    if (!plain) return wrong("the host holds a character that a name cannot have");
  }
  std::ranges::transform(origin.host, origin.host.begin(),
                         [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  if (!has_port) return origin;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), origin.port);
  if (error != std::errc() || end != port.data() + port.size() || origin.port == 0) {
    return wrong("the port must be a number from 1 to 65535");
  }
  return origin;
}

struct BeastClient::Impl : std::enable_shared_from_this<Impl> {
  struct Idle {
    std::unique_ptr<Connection> connection;
    SteadyInstant since;
  };
  // The right to one exchange; handed on when it ends, however it ends.
  struct Turn {
    explicit Turn(Impl& impl_in) : impl(&impl_in) { ++impl->under_way; }
    ~Turn() {
      --impl->under_way;
      impl->wake_next();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Impl* impl;
  };

  Impl(Runtime runtime_in, Origin origin_in, BeastClientOptions options_in)
      : runtime(std::move(runtime_in)),
        origin(std::move(origin_in)),
        options(std::move(options_in)),
        reaper(runtime.executor) {}

  Result<void> prepare_tls();
  SteadyInstant to_steady(Instant deadline) const;
  void wake_next();
  std::unique_ptr<Connection> take_idle();
  void keep(std::unique_ptr<Connection> connection);
  void drop_old();
  void arm_reaper();
  static Task<bool> wait_for_turn(std::shared_ptr<Impl> self, Instant deadline);
  static Task<std::expected<std::unique_ptr<Connection>, std::string>> connect(std::shared_ptr<Impl> self,
                                                                               Instant deadline);
  static Task<TransportResult> send(std::shared_ptr<Impl> self, HttpRequest request, Instant deadline);
  TransportResult conclude(Exchanged exchanged, const HttpRequest& request) const;

  Runtime runtime;
  Origin origin;
  BeastClientOptions options;
  std::shared_ptr<ssl::context> tls;
  std::vector<Idle> idle;  // the last used at the end
  asio::steady_timer reaper;
  bool reaper_armed = false;
  bool closed = false;
  std::size_t under_way = 0;
  std::deque<Timer*> waiting;  // first come, first served
  std::uint64_t opened = 0;
};

Result<void> BeastClient::Impl::prepare_tls() {
  if (!origin.tls) return {};
  tls = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  static constexpr unsigned char http_1_1[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(tls->native_handle(), http_1_1, sizeof(http_1_1));
  error_code error;
  tls->set_default_verify_paths(error);
  if (error) return fail(ErrorKind::configuration, "the system's trusted certificates cannot be read");
  if (!options.ca_file.empty()) {
    tls->load_verify_file(options.ca_file, error);
    if (error) {
      return fail(ErrorKind::configuration, "the CA file \"" + options.ca_file + "\" cannot be used: " +
                                                error.message() + ". Give a readable file of PEM certificates");
    }
  }
  tls->set_verify_mode(ssl::verify_peer, error);
  HOLDFAST_ASSERT(!error);
  return {};
}

// Deadlines are instants of the runtime's clock; sockets wait on the steady clock, which nobody sets.
SteadyInstant BeastClient::Impl::to_steady(Instant deadline) const {
  constexpr Duration longest = hours(24 * 365);
  const Instant now = runtime.now();
  if (deadline <= now) return std::chrono::steady_clock::now();
  const Duration left = deadline > now + longest ? longest : deadline - now;
  return std::chrono::steady_clock::now() + left;
}

void BeastClient::Impl::wake_next() {
  if (!waiting.empty() && under_way < options.connections_max) waiting.front()->wake();
}

// Waits until an exchange may begin; false when the deadline came first. The caller takes its Turn at once.
Task<bool> BeastClient::Impl::wait_for_turn(std::shared_ptr<Impl> self, Instant deadline) {
  if (self->under_way < self->options.connections_max && self->waiting.empty()) co_return true;
  // Leaves the queue however the wait ends.
  struct Place {
    Place(Impl& impl_in, Timer& timer_in) : impl(impl_in), timer(timer_in) { impl.waiting.push_back(&timer); }
    ~Place() {
      std::erase(impl.waiting, &timer);
      impl.wake_next();
    }
    Impl& impl;
    Timer& timer;
  };
  const auto timer = self->runtime.clock.make_timer();
  const Place place(*self, *timer);
  for (;;) {
    if (self->waiting.front() == timer.get() && self->under_way < self->options.connections_max) co_return true;
    if (co_await timer->wait_until(deadline)) co_return false;
  }
}

std::unique_ptr<Connection> BeastClient::Impl::take_idle() {
  drop_old();
  while (!idle.empty()) {
    // The last used is the least likely to have been closed by the server.
    std::unique_ptr<Connection> connection = std::move(idle.back().connection);
    idle.pop_back();
    if (connection->still_usable()) return connection;
  }
  return nullptr;
}

void BeastClient::Impl::keep(std::unique_ptr<Connection> connection) {
  if (closed || options.idle_max == 0) return;
  if (idle.size() >= options.idle_max) idle.erase(idle.begin());
  idle.push_back({std::move(connection), std::chrono::steady_clock::now()});
  arm_reaper();
}

void BeastClient::Impl::drop_old() {
  const auto oldest_allowed = std::chrono::steady_clock::now() - milliseconds(options.idle_timeout_ms);
  std::erase_if(idle, [&](const Idle& entry) { return entry.since <= oldest_allowed; });
}

void BeastClient::Impl::arm_reaper() {
  if (reaper_armed || idle.empty()) return;
  reaper_armed = true;
  reaper.expires_at(idle.front().since + milliseconds(options.idle_timeout_ms));
  reaper.async_wait([weak = weak_from_this()](error_code) {
    const auto self = weak.lock();
    if (!self) return;
    self->reaper_armed = false;
    self->drop_old();
    self->arm_reaper();
  });
}

Task<std::expected<std::unique_ptr<Connection>, std::string>> BeastClient::Impl::connect(std::shared_ptr<Impl> self,
                                                                                         Instant deadline) {
  using Opened = std::expected<std::unique_ptr<Connection>, std::string>;
  const Instant give_up_at = std::min(deadline, self->runtime.now() + milliseconds(self->options.connect_timeout_ms));
  error_code not_an_address;
  const auto address = asio::ip::make_address(self->origin.host, not_an_address);
  tcp::resolver::results_type endpoints;
  if (!not_an_address) {
    endpoints = tcp::resolver::results_type::create(tcp::endpoint(address, self->origin.port), self->origin.host, "");
  } else {
    auto lookup = std::make_shared<Lookup>(self->runtime.executor, self->runtime.clock);
    net::spawn(self->runtime.executor, look_up(lookup, self->origin.host, std::to_string(self->origin.port)));
    while (!lookup->done) {
      if (co_await lookup->arrived->wait_until(give_up_at)) break;
    }
    if (!lookup->done) co_return Opened(std::unexpect, "the host's name was not resolved in time; check DNS");
    if (lookup->error) {
      co_return Opened(std::unexpect,
                       "the host's name cannot be resolved: " + lookup->error.message() + "; check the name and DNS");
    }
    endpoints = lookup->endpoints;
  }
  ++self->opened;
  co_return co_await Connection::open(self->runtime.executor, self->origin, std::move(endpoints), self->tls,
                                      self->to_steady(give_up_at));
}

TransportResult BeastClient::Impl::conclude(Exchanged exchanged, const HttpRequest& request) const {
  if (exchanged.response) return std::move(*exchanged.response);
  const std::string where = request.method + " to " + origin.text() + ": ";
  const auto failure = exchanged.may_have_left ? TransportFailure::unanswered : TransportFailure::not_sent;
  return std::unexpected(TransportError{failure, where + exchanged.problem});
}

Task<TransportResult> BeastClient::Impl::send(std::shared_ptr<Impl> self, HttpRequest request, Instant deadline) {
  if (std::string problem = wire::problem_of(request); !problem.empty()) {
    co_return not_sent("the request cannot be written: " + problem);
  }
  const std::string where = request.method + " to " + self->origin.text() + ": ";
  if (deadline <= self->runtime.now()) co_return not_sent(where + "the deadline had passed before it was sent");
  const Instant leave_by = std::min(deadline, request.send_not_after.value_or(deadline));
  if (!co_await wait_for_turn(self, leave_by)) {
    co_return not_sent(where +
                       "all connections were in use until it was too late; raise the limit or send less at once");
  }
  const Turn turn(*self);
  const std::string head = wire::request_head(request, self->origin.authority(), self->options.user_agent);
  const std::size_t body_bytes_max = self->options.response_bytes_max;
  bool left_before = false;
  if (std::unique_ptr<Connection> reused = self->take_idle()) {
    Exchanged exchanged =
        co_await reused->exchange(request, head, body_bytes_max, self->to_steady(deadline), self->runtime.clock);
    if (exchanged.reusable) self->keep(std::move(reused));
    // The server had probably closed it just before. Only what cannot have been acted on, or is harmless twice, goes
    // out again: not one byte left, or a read that got not one byte back.
    const bool harmless = !exchanged.may_have_left || is_safe(request.method);
    const bool again = !exchanged.response && !exchanged.timed_out && !exchanged.answer_began && harmless;
    if (!again) co_return self->conclude(std::move(exchanged), request);
    left_before = exchanged.may_have_left;
  }
  auto connection = co_await connect(self, leave_by);
  if (!connection) {
    const auto failure = left_before ? TransportFailure::unanswered : TransportFailure::not_sent;
    co_return std::unexpected(TransportError{failure, where + connection.error()});
  }
  Exchanged exchanged =
      co_await (*connection)->exchange(request, head, body_bytes_max, self->to_steady(deadline), self->runtime.clock);
  exchanged.may_have_left = exchanged.may_have_left || left_before;
  if (exchanged.reusable) self->keep(std::move(*connection));
  co_return self->conclude(std::move(exchanged), request);
}

BeastClient::BeastClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<BeastClient>> BeastClient::create(Runtime runtime, Origin origin, BeastClientOptions options) {
  HOLDFAST_ASSERT(options.connections_max > 0);
  auto impl = std::make_shared<Impl>(std::move(runtime), std::move(origin), std::move(options));
  if (auto prepared = impl->prepare_tls(); !prepared) return fail(std::move(prepared).error());
  return std::unique_ptr<BeastClient>(new BeastClient(std::move(impl)));
}

BeastClient::~BeastClient() {
  impl_->closed = true;
  close_idle();
}

Task<TransportResult> BeastClient::send(HttpRequest request, Instant deadline) {
  return Impl::send(impl_, std::move(request), deadline);
}

void BeastClient::close_idle() {
  impl_->idle.clear();
  impl_->reaper.cancel();
}

std::size_t BeastClient::idle_connections() const {
  return impl_->idle.size();
}

std::uint64_t BeastClient::connections_opened() const {
  return impl_->opened;
}

const Origin& BeastClient::origin() const {
  return impl_->origin;
}

}  // namespace holdfast::net
