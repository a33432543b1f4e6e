#include "mock_ghl/cli/probe.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>

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

// Values that the cases need on either side. The slots asked for lie a week ahead, where a probe is least in the way.
std::map<std::string, std::string> probe_values(holdfast::Instant now, std::uint64_t unique) {
  const std::string number = std::to_string(unique % 9000 + 1000);
  const holdfast::Instant from = now + holdfast::days{7};
  return {{"from_ms", std::to_string(holdfast::to_epoch_ms(from))},
          {"to_ms", std::to_string(holdfast::to_epoch_ms(from + holdfast::days{7}))},
          {"unique", "probe" + number},
          {"phone", "+1202555" + number},
          {"email", "probe" + number + "@example.com"}};
}

net::Task<void> run_cases(net::Runtime runtime, ProbeSide& twin, ProbeSide& server, VerifyOptions options,
                          std::vector<ProbeRow>& rows, net::asio::io_context& io) {
  rows = co_await verify(runtime, twin, server, options);
  io.stop();
}

int print_rows(const std::vector<ProbeRow>& rows) {
  std::size_t same = 0;
  std::size_t differ = 0;
  std::size_t skipped = 0;
  for (const ProbeRow& row : rows) {
    if (!row.skipped.empty()) {
      ++skipped;
      std::printf("skipped  %-48s %s\n", row.name.c_str(), row.skipped.c_str());
      continue;
    }
    (row.differences.empty() ? same : differ) += 1;
    std::printf("%s  %-48s %d\n", row.differences.empty() ? "same   " : "DIFFERS", row.name.c_str(), row.server_status);
    for (const std::string& difference : row.differences) std::printf("           %s\n", difference.c_str());
  }
  std::printf("%zu the same, %zu differ, %zu skipped\n", same, differ, skipped);
  return differ == 0 ? exit_ok : exit_differs;
}

}  // namespace

int run_record(const RecordOptions& options) {
  const auto address = parse_listen(options.listen);
  if (!address) return complain("--listen must be an address and a port, such as 127.0.0.1:8600");
  std::signal(SIGPIPE, SIG_IGN);
  Machine machine;
  auto upstream = connect(machine, options.upstream);
  if (!upstream) return complain("--upstream " + upstream.error().message);
  std::ofstream file(options.out, std::ios::app | std::ios::binary);
  if (!file) return complain(options.out + ": the file cannot be written");
  Recorder recorder(machine.runtime, **upstream, (*upstream)->origin().authority(),
                    [&file](const std::string& line) { file << line << std::endl; });
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
  std::fprintf(stderr, "%llu exchanges written to %s\n", static_cast<unsigned long long>(recorder.exchanges()),
               options.out.c_str());
  std::fflush(nullptr);
  file.close();
  std::_Exit(exit_ok);  // exchanges under way refer to the recorder, and the process has nothing else to keep
}

int run_verify(const VerifyCommand& command) {
  const char* token = std::getenv(command.token_env.c_str());
  if (token == nullptr || *token == '\0') {
    return complain("the environment variable " + command.token_env + " must hold the server's token");
  }
  std::signal(SIGPIPE, SIG_IGN);
  Machine machine;
  auto client = connect(machine, command.against);
  if (!client) return complain("--against " + client.error().message);
  const Fixture fixture = demo_fixture();
  Twin twin(machine.runtime, fixture, 1);
  LocalTransport local([&twin](net::HttpRequest request) { return twin.handle(std::move(request)); });
  auto values = probe_values(machine.runtime.now(), machine.entropy.next());
  ProbeSide ours{local, values};
  ours.values["token"] = fixture.tokens.front().token;
  ours.values["location"] = fixture.locations.front().id;
  ours.values["calendar"] = fixture.calendars.front().id;
  ProbeSide theirs{**client, std::move(values)};
  theirs.values["token"] = token;
  theirs.values["location"] = command.location;
  theirs.values["calendar"] = command.calendar;
  std::vector<ProbeRow> rows;
  net::spawn(machine.runtime.executor,
             run_cases(machine.runtime, ours, theirs, {.writes = command.writes}, rows, machine.io));
  machine.io.run();
  return print_rows(rows);
}

}  // namespace mock_ghl::cli
