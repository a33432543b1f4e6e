#include "mock_ghl/cli/probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "core/base/log.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "mock_ghl/cli/inspect.hpp"
#include "mock_ghl/cli/listen.hpp"
#include "mock_ghl/probe/local_transport.hpp"
#include "mock_ghl/probe/recorder.hpp"
#include "mock_ghl/probe/verify.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl::cli {

namespace net = holdfast::net;

namespace {

// The loop and what hangs on it.
struct Machine {
  net::asio::io_context io{1};
  net::RealClock clock{io.get_executor()};
  net::SystemEntropy entropy;
  net::Runtime runtime{.executor = io.get_executor(), .clock = clock, .entropy = entropy};
};

holdfast::Result<std::unique_ptr<net::BeastClient>> connect(Machine& machine, const std::string& url) {
  const auto origin = net::parse_origin(url);
  if (!origin) return holdfast::fail(origin.error());
  return net::BeastClient::create(machine.runtime, *origin, {.user_agent = "mock-ghl"});
}

// What the rows add up to.
struct Sums {
  std::size_t same = 0;
  std::size_t differ = 0;
  std::size_t skipped = 0;
  bool refused = false;  // the token was not let into the location
};

void print_row(const ProbeRow& row, Sums& sums) {
  const char* verdict = "same";
  if (!row.skipped.empty()) {
    verdict = "skipped";
    ++sums.skipped;
  } else if (row.differences.empty()) {
    ++sums.same;
  } else {
    verdict = "DIFFERS";
    ++sums.differ;
  }
  const std::string last = row.skipped.empty() ? std::to_string(row.server_status) : row.skipped;
  std::printf("%-8s %-48s %s\n", verdict, row.name.c_str(), last.c_str());
  for (const std::string& difference : row.differences) std::printf("           %s\n", difference.c_str());
  std::fflush(stdout);
  if (row.name == "the location" && (row.server_status == 401 || row.server_status == 403)) sums.refused = true;
}

net::Task<void> run_cases(net::Runtime runtime, ProbeSide& twin, ProbeSide& server, VerifyOptions options, Sums& sums,
                          std::string& unreachable, net::asio::io_context& io) {
  const auto rows =
      co_await verify(runtime, twin, server, options, [&sums](const ProbeRow& row) { print_row(row, sums); });
  if (!rows) unreachable = rows.error().message;
  io.stop();
}

// The twin's own account: its first token of a location, and a calendar there.
bool choose_account(const Fixture& fixture, std::map<std::string, std::string>& values) {
  for (const TokenGrant& grant : fixture.tokens) {
    if (!grant.of_location()) continue;
    for (const Calendar& calendar : fixture.calendars) {
      if (calendar.location_id != grant.location_id) continue;
      values["token"] = grant.token;
      values["location"] = grant.location_id;
      values["calendar"] = calendar.id;
      return true;
    }
  }
  return false;
}

}  // namespace

int run_record(const RecordOptions& options) {
  const auto address = parse_listen(options.listen);
  if (!address) return complain(listen_wanted);
  std::signal(SIGPIPE, SIG_IGN);
  holdfast::set_log_level(holdfast::LogLevel::error);
  Machine machine;
  auto upstream = connect(machine, options.upstream);
  if (!upstream) return complain("--upstream " + upstream.error().message);
  std::ofstream file(options.out, std::ios::app | std::ios::binary);
  if (!file) return complain(options.out + ": the file cannot be written");
  Recorder recorder(machine.runtime, **upstream, (*upstream)->origin().authority(),
                    [&file, &machine](const std::string& line) {
                      if (!(file << line << std::endl)) machine.io.stop();
                    });
  auto server =
      net::BeastServer::listen(machine.runtime, {.host = address->first, .port = address->second},
                               [&recorder](net::HttpRequest request) { return recorder.handle(std::move(request)); });
  if (!server) {
    std::fprintf(stderr, "mock-ghl: %s\n", server.error().message.c_str());
    return exit_internal;
  }
  std::printf("mock-ghl recording %s on %s\n", options.upstream.c_str(), (*server)->origin().c_str());
  std::fflush(stdout);
  net::asio::signal_set signals(machine.io, SIGINT, SIGTERM);
  net::spawn(machine.runtime.executor, stop_on_signal(signals, machine.io));
  machine.io.run();
  if (!file) {
    std::fprintf(stderr, "mock-ghl: %s takes no more (is the disk full?); the last exchange is not in it\n",
                 options.out.c_str());
    std::_Exit(exit_internal);
  }
  std::fprintf(stderr, "%llu exchanges written to %s\n", static_cast<unsigned long long>(recorder.exchanges()),
               options.out.c_str());
  std::fflush(nullptr);
  file.close();
  std::_Exit(exit_ok);  // exchanges under way refer to the recorder, and the process has nothing else to keep
}

int run_verify(const VerifyCommand& command, Fixture fixture, std::uint64_t seed) {
  const char* token = std::getenv(command.token_env.c_str());
  if (token == nullptr || *token == '\0') {
    return complain("the environment variable " + command.token_env + " must hold the server's token");
  }
  std::signal(SIGPIPE, SIG_IGN);
  Machine machine;
  auto client = connect(machine, command.against);
  if (!client) return complain("--against " + client.error().message);
  auto values = probe_values(machine.runtime.now(), machine.entropy.next());
  auto our_values = values;
  if (!choose_account(fixture, our_values)) {
    return complain("--fixture needs a token of a location that has a calendar, for the twin to be asked as well");
  }
  Twin twin(machine.runtime, std::move(fixture), seed);
  LocalTransport local([&twin](net::HttpRequest request) { return twin.handle(std::move(request)); });
  ProbeSide ours{local, std::move(our_values)};
  ProbeSide theirs{**client, std::move(values)};
  theirs.values["token"] = token;
  theirs.values["location"] = command.location;
  theirs.values["calendar"] = command.calendar;
  Sums sums;
  std::string unreachable;
  net::spawn(machine.runtime.executor,
             run_cases(machine.runtime, ours, theirs, {.writes = command.writes}, sums, unreachable, machine.io));
  machine.io.run();
  if (!unreachable.empty()) {
    std::fprintf(stderr, "mock-ghl: %s cannot be asked: %s\n", command.against.c_str(), unreachable.c_str());
    return exit_internal;
  }
  std::printf("%zu the same, %zu differ, %zu skipped\n", sums.same, sums.differ, sums.skipped);
  if (sums.refused) {
    std::printf("The server lets this token not into the location: check %s and --location\n",
                command.token_env.c_str());
  }
  return sums.differ == 0 ? exit_ok : exit_differs;
}

}  // namespace mock_ghl::cli
