// holdfastd: the daemon that Vapi calls and that calls GHL.
#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "core/base/log.hpp"
#include "core/daemon/application.hpp"
#include "core/daemon/config.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"

namespace holdfast::daemon {
namespace {

constexpr int exit_ok = 0;
constexpr int exit_usage = 3;
constexpr int exit_internal = 4;

constexpr const char* help_header =
    "holdfastd books GoHighLevel appointments for Vapi voice assistants, exactly once.\n"
    "\n"
    "To start:  holdfastd --example-config > holdfast.toml     then fill in ids and services\n"
    "           export GHL_TOKEN=... VAPI_SECRET=...           secrets never stand in the file\n"
    "           holdfastd --config holdfast.toml --check       finds every mistake at once\n"
    "           holdfastd --config holdfast.toml\n"
    "In Vapi, set the server URL to https://your.host/vapi/<tenant id> and the credential to the secret.\n";

constexpr const char* help_footer =
    "\n"
    "Once ready it prints one line on standard output: holdfastd listening on http://HOST:PORT\n"
    "Log lines, one JSON object each, go to standard error. GET /healthz and /readyz tell how it is.\n"
    "SIGTERM or SIGINT: accepts no more, finishes what is under way, ends. A second one ends it at once;\n"
    "bookings under way are taken up again at the next start.\n"
    "Exit codes: 0 ended as asked; 3 wrong options or configuration; 4 the ledger or the port cannot be used.";

struct Options {
  std::string config_path;
  std::string listen;
  bool check = false;
  bool example = false;
};

// What the daemon is made of; each member uses those above it.
class Daemon {
 public:
  explicit Daemon(Config config) : config_(std::move(config)) {}

  // Opens everything that can fail. The error's message says what to do.
  Result<void> assemble();
  // Serves until a signal; returns the exit code.
  int run();

 private:
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
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<net::BeastServer> server_;
  bool finished_ = false;  // everything under way has ended
  std::optional<Error> failure_;
};

Result<void> Daemon::assemble() {
  auto origin = net::parse_origin(config_.ghl_origin);
  if (!origin) return fail(std::move(origin).error());
  auto client = net::BeastClient::create(runtime_, *origin, {.ca_file = config_.ghl_ca_file});
  if (!client) return fail(std::move(client).error());
  ghl_ = std::move(*client);
  auto ledger = ledger::SqliteLedger::open(config_.ledger_path, runtime_);
  if (!ledger) return fail(std::move(ledger).error());
  ledger_ = std::move(*ledger);
  application_ = std::make_unique<Application>(runtime_, config_.tenants, *ledger_, *ghl_);
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
  return {};
}

int Daemon::run() {
  net::spawn(io_.get_executor(), live());
  io_.run();
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
  finished_ = served && settled;
  log(finished_ ? LogLevel::info : LogLevel::warning, "stopped", {{"all_finished", finished_}});
}

int start(const Options& options) {
  auto config = load_config(options.config_path);
  if (!config) {
    for (const std::string& problem : config.error()) std::fprintf(stderr, "%s\n", problem.c_str());
    std::fprintf(stderr, "holdfastd: %zu problem%s in the configuration; holdfastd --example-config shows every key.\n",
                 config.error().size(), config.error().size() == 1 ? "" : "s");
    return exit_usage;
  }
  if (!options.listen.empty()) {
    const auto address = parse_listen(options.listen);
    if (!address) {
      std::fprintf(stderr, "holdfastd: --listen must be an address and a port, such as 127.0.0.1:8080.\n");
      return exit_usage;
    }
    config->listen_host = address->first;
    config->listen_port = address->second;
  }
  if (options.check) {
    std::printf("%s is good: %zu tenant%s.\n", options.config_path.c_str(), config->tenants.size(),
                config->tenants.size() == 1 ? "" : "s");
    return exit_ok;
  }
  set_log_level(config->log_level);
  Daemon daemon(std::move(*config));
  if (auto assembled = daemon.assemble(); !assembled) {
    std::fprintf(stderr, "holdfastd: %s\n", assembled.error().message.c_str());
    return exit_internal;
  }
  return daemon.run();
}

int run(int count, char** arguments) {
  Options options;
  CLI::App app(help_header, "holdfastd");
  app.footer(help_footer);
  app.set_version_flag("--version", std::string("holdfastd ") + HOLDFAST_VERSION);
  app.add_option("--config", options.config_path, "The configuration file (TOML); required to run")->type_name("FILE");
  app.add_option("--listen", options.listen, "Listens here instead of [server] listen; port 0 takes any free port")
      ->type_name("HOST:PORT");
  app.add_flag("--check", options.check, "Reads the configuration and the secrets it names, reports, and ends");
  app.add_flag("--example-config", options.example, "Prints a complete configuration with comments, and ends");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (options.example) {
    std::printf("%s", std::string(example_config()).c_str());
    return exit_ok;
  }
  if (options.config_path.empty()) {
    std::fprintf(stderr, "holdfastd: --config FILE is required; holdfastd --help shows how to start.\n");
    return exit_usage;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write, not of the process
  return start(options);
}

}  // namespace
}  // namespace holdfast::daemon

int main(int count, char** arguments) {
  try {
    return holdfast::daemon::run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfastd: an unexpected error: %s. This is a bug.\n", error.what());
    return 4;
  }
}
