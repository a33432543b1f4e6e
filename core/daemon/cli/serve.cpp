#include "core/daemon/cli/serve.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>

#include "core/base/log.hpp"
#include "core/daemon/application.hpp"
#include "core/daemon/cli/exit_codes.hpp"
#include "core/daemon/control/control_file.hpp"
#include "core/daemon/control/handler.hpp"
#include "core/daemon/control/ledger_administration.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"

namespace holdfast::daemon::cli {
namespace {

// The operator's channel. It answers as long as the ledger is held, also while the rest is ending.
struct Control {
  std::unique_ptr<control::LedgerAdministration> administration;
  std::unique_ptr<control::Handler> handler;
  std::unique_ptr<net::BeastServer> server;
  std::unique_ptr<control::ControlFile> file;  // tells the commands where it is

  Result<void> open(net::Runtime runtime, ledger::Ledger& ledger, const std::string& ledger_path);
};

Result<void> Control::open(net::Runtime runtime, ledger::Ledger& ledger, const std::string& ledger_path) {
  administration = std::make_unique<control::LedgerAdministration>(runtime.clock, ledger);
  handler = std::make_unique<control::Handler>(runtime.clock, *administration);
  const Secret secret(net::random_id(runtime.entropy, 40));
  auto listening = net::BeastServer::listen(
      runtime, {.host = "127.0.0.1", .port = 0, .body_bytes_max = 64 * 1024, .connections_max = 16},
      control::guarded(secret, *handler));
  if (!listening) return fail(std::move(listening).error());
  server = std::move(*listening);
  auto written = control::ControlFile::write(ledger_path, {server->origin(), secret});
  if (!written) return fail(std::move(written).error());
  file = std::move(*written);
  return {};
}

// What the daemon is made of; each member uses those above it.
class Daemon {
 public:
  explicit Daemon(Config config) : config_(std::move(config)) {}

  // Opens everything that can fail. The error's message says what to do.
  Result<void> assemble();
  // Serves until a signal; returns the exit code.
  int run();

 private:
  Result<WebhookTransports> open_webhooks();
  net::Task<void> live();
  net::Task<void> wait_for_signal();
  net::Task<void> shut_down();
  net::Task<void> wait_for_second_signal();

  Config config_;
  net::asio::io_context io_{1};
  net::RealClock clock_{io_.get_executor()};
  net::SystemEntropy entropy_;
  net::Runtime runtime_{io_.get_executor(), clock_, entropy_};
  net::asio::signal_set signals_{io_, SIGINT, SIGTERM};
  std::unique_ptr<net::BeastClient> ghl_;
  std::vector<std::unique_ptr<net::BeastClient>> webhook_clients_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<net::BeastServer> server_;
  Control control_;
  bool finished_ = false;  // everything under way has ended
  std::optional<Error> failure_;
};

Result<WebhookTransports> Daemon::open_webhooks() {
  WebhookTransports transports;
  for (const TenantAccount& account : config_.tenants) {
    if (!account.review_webhook) continue;
    auto origin = net::parse_origin(account.review_webhook->origin);
    if (!origin) return fail(std::move(origin).error());
    auto client = net::BeastClient::create(runtime_, *origin, {.user_agent = "holdfastd"});
    if (!client) return fail(std::move(client).error());
    transports[account.tenant.id] = client->get();
    webhook_clients_.push_back(std::move(*client));
  }
  return transports;
}

Result<void> Daemon::assemble() {
  auto origin = net::parse_origin(config_.ghl_origin);
  if (!origin) return fail(std::move(origin).error());
  auto client = net::BeastClient::create(runtime_, *origin, {.ca_file = config_.ghl_ca_file});
  if (!client) return fail(std::move(client).error());
  ghl_ = std::move(*client);
  auto ledger = ledger::SqliteLedger::open(config_.ledger_path, runtime_);
  if (!ledger) return fail(std::move(ledger).error());
  ledger_ = std::move(*ledger);
  const auto webhooks = open_webhooks();
  if (!webhooks) return fail(webhooks.error());
  application_ = std::make_unique<Application>(
      runtime_, config_.tenants, *ledger_, *ghl_, [ledger = ledger_.get()] { return ledger->check_writable(); },
      *webhooks);
  auto server = net::BeastServer::listen(
      runtime_,
      {.host = config_.listen_host,
       .port = config_.listen_port,
       .body_bytes_max = config_.body_limit_bytes,
       .idle_timeout_ms = config_.idle_timeout_ms,
       .request_timeout_ms = config_.request_timeout_ms},
      [application = application_.get()](net::HttpRequest request) { return application->handle(std::move(request)); });
  if (!server) return fail(std::move(server).error());
  server_ = std::move(*server);
  // Bookings do not need it: without it only the operator's commands have to wait for a restart.
  if (auto opened = control_.open(runtime_, *ledger_, config_.ledger_path); !opened) {
    log(LogLevel::error, "control_unavailable", {{"reason", Loggable::safe(opened.error().message)}});
  }
  return {};
}

int Daemon::run() {
  net::spawn(io_.get_executor(), live());
  io_.run();
  control_.file.reset();
  if (failure_) {
    std::fprintf(stderr, "holdfastd: cannot take up unfinished bookings: %s\n", to_string(*failure_).c_str());
    std::fflush(nullptr);
    std::_Exit(exit_internal);
  }
  // What did not end in time is suspended in frames that refer to the members. Like a crash, leaving at once is safe:
  // everything that matters is in the ledger, and the next start takes it up.
  if (!finished_) {
    std::fflush(nullptr);
    std::_Exit(exit_ok);
  }
  return exit_ok;
}

net::Task<void> Daemon::live() {
  auto started = co_await application_->start();
  if (!started) {
    failure_ = std::move(started).error();
    io_.stop();
    co_return;
  }
  std::printf("holdfastd listening on %s\n", server_->origin().c_str());
  std::fflush(stdout);
  log(LogLevel::info, "listening",
      {{"port", static_cast<std::int64_t>(server_->port())},
       {"tenants", static_cast<std::int64_t>(config_.tenants.size())}});
  co_await wait_for_signal();
  co_await shut_down();
  io_.stop();
}

net::Task<void> Daemon::wait_for_signal() {
  const auto [error, number] = co_await signals_.async_wait(net::asio::as_tuple(net::asio::use_awaitable));
  log(LogLevel::info, "stopping", {{"signal", number}});
}

net::Task<void> Daemon::wait_for_second_signal() {
  const auto [error, number] = co_await signals_.async_wait(net::asio::as_tuple(net::asio::use_awaitable));
  if (!error) io_.stop();
}

net::Task<void> Daemon::shut_down() {
  net::spawn(io_.get_executor(), wait_for_second_signal());
  const Instant deadline = clock_.now() + Duration(config_.drain_timeout_ms);
  const bool served = co_await server_->drain(deadline);
  application_->stop();
  const bool settled = co_await application_->drain(deadline);
  ghl_->close_idle();
  for (const auto& client : webhook_clients_) client->close_idle();
  control_.file.reset();
  const bool operated = !control_.server || co_await control_.server->drain(clock_.now() + seconds(1));
  finished_ = served && settled && operated;
  log(finished_ ? LogLevel::info : LogLevel::warning, "stopped", {{"all_finished", finished_}});
}

}  // namespace

int serve(Config config) {
  Daemon daemon(std::move(config));
  if (auto assembled = daemon.assemble(); !assembled) {
    std::fprintf(stderr, "holdfastd: %s\n", assembled.error().message.c_str());
    return exit_internal;
  }
  return daemon.run();
}

}  // namespace holdfast::daemon::cli
