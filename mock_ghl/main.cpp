// mock-ghl: the twin on a port.
#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/contract/drift.hpp"
#include "mock_ghl/model/test_clock.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {
namespace {

namespace net = holdfast::net;

constexpr int exit_ok = 0;
constexpr int exit_drift = 1;
constexpr int exit_usage = 3;
constexpr int exit_internal = 4;

constexpr const char* help_header =
    "mock-ghl is a GoHighLevel that behaves like the real one, quirks included, on your machine.\n"
    "\n"
    "To start:  mock-ghl --listen 127.0.0.1:8600\n"
    "           curl -H 'Authorization: Bearer pit-00000000-0000-4000-8000-000000000001' -H 'Version: 2021-04-15' \\\n"
    "                'http://127.0.0.1:8600/calendars/?locationId=locClinic00000000001'\n"
    "           curl http://127.0.0.1:8600/__mock/state        what happened, as GHL has it\n"
    "Without --fixture it serves a small clinic in New York (mock_ghl/fixtures/clinic.json is the same as a file).\n";

constexpr const char* help_footer =
    "\n"
    "Once ready it prints one line on standard output: mock-ghl listening on http://HOST:PORT\n"
    "Admin under /__mock: GET state, GET journal, PUT chaos, POST reset, POST book, POST cancel, GET clock,\n"
    "POST clock/freeze, POST clock/advance {\"ms\":86400000}, POST clock/run. They ask for no token, so listen on "
    "loopback only.\n"
    "A chaos file:  "
    "{\"rules\":[{\"fault\":\"lost_after_commit\",\"operation\":\"create-appointment\",\"probability\":0.1}]}\n"
    "Faults: latency, rate_limited, server_error, lost_before_commit, lost_after_commit, unreadable_after_commit,\n"
    "late_commit, hang, commit_gap, stale_free_slots, strict_offset. See mock_ghl/README.md.\n"
    "SIGTERM or SIGINT ends it.\n"
    "Exit codes: 0 ended as asked; 1 drift found differences that nothing explains; 3 wrong options, fixture or chaos "
    "file; 4 the port cannot be used.";

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string fixture_path;
  std::string chaos_path;
  std::string frozen_at_text;
  std::uint64_t seed = 1;
  std::string status = "live";
};

int complain(const std::string& message) {
  std::fprintf(stderr, "mock-ghl: %s\n", message.c_str());
  return exit_usage;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::nullopt;
  return text;
}

// "127.0.0.1:8600", "[::1]:0".
std::optional<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return std::pair{host, port};
}

net::Task<net::HttpResponse> serve(Twin& twin, net::HttpRequest request) {
  if (is_admin_request(request)) co_return handle_admin(twin, request);
  co_return co_await twin.handle(std::move(request));
}

net::Task<void> stop_on_signal(net::asio::signal_set& signals, net::asio::io_context& io) {
  co_await signals.async_wait(net::asio::as_tuple(net::asio::use_awaitable));
  io.stop();
}

// The dialects an operation is spoken in.
std::string_view dialects_of(const api::Route& route) {
  return route.v3_only() ? "v3" : route.v3 == nullptr ? "dated" : "both";
}

std::string schemes_of(const contract::Operation& operation) {
  std::string text;
  for (const contract::Security& security : operation.auth) text += (text.empty() ? "" : ",") + security.scheme;
  return text.empty() ? "none" : text;
}

// One line per operation of the booking resources, then how many of them answer.
int print_routes() {
  std::size_t built = 0;
  std::printf("%-8s %-70s %-38s %-7s %-7s %-11s %-9s %-28s %s\n", "METHOD", "PATH", "OPERATION", "DIALECT", "ANSWERS",
              "LIVE (SPEC)", "EVIDENCE", "TOKENS", "SCOPE");
  for (const api::Route& route : api::all_routes()) {
    const contract::Operation& operation = route.spec(false);
    built += route.handler != nullptr;
    const std::string status =
        std::to_string(operation.live_status) + " (" + std::to_string(operation.spec_status) + ")";
    std::printf("%-8s %-70s %-38s %-7s %-7s %-11s %-9s %-28s %s\n", operation.method.c_str(), operation.pattern.c_str(),
                operation.id.c_str(), std::string(dialects_of(route)).c_str(), route.handler != nullptr ? "yes" : "501",
                status.c_str(), std::string(to_string(operation.status_evidence)).c_str(),
                schemes_of(operation).c_str(), std::string(operation.scope()).c_str());
  }
  std::printf("%zu operations, %zu built; the others answer 501 and say so\n", api::all_routes().size(), built);
  return exit_ok;
}

nlohmann::ordered_json fields_of(const contract::Shape* shape) {
  nlohmann::ordered_json fields = nlohmann::ordered_json::array();
  if (shape == nullptr) return fields;
  for (const contract::Member& member : shape->members) fields.push_back(member.name + (member.required ? "!" : ""));
  return fields;
}

// The same as JSON, with the fields, for tools.
int print_routes_json() {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const api::Route& route : api::all_routes()) {
    const contract::Operation& operation = route.spec(false);
    nlohmann::ordered_json tokens = nlohmann::ordered_json::object();
    for (const contract::Security& security : operation.auth) tokens[security.scheme] = security.scopes;
    all.push_back({{"operation", operation.id},
                   {"resource", operation.resource},
                   {"method", operation.method},
                   {"path", operation.pattern},
                   {"dialects", dialects_of(route)},
                   {"answers", route.handler != nullptr},
                   {"versions", operation.versions},
                   {"tokens", tokens},
                   {"query", fields_of(operation.query)},
                   {"body", fields_of(operation.body)},
                   {"status", {{"live", operation.live_status}, {"spec", operation.spec_status}}},
                   {"evidence", to_string(operation.status_evidence)},
                   {"errors", operation.errors}});
  }
  std::printf("%s\n", all.dump(1).c_str());
  return exit_ok;
}

// Compares one dialect with the vendor's folder, and writes the import when asked to. Returns the number of differences
// that nothing explains; nullopt after a complaint.
std::optional<std::size_t> drift_of(contract::Dialect dialect, const std::string& folder, const std::string& write_to) {
  const auto vendor = contract::import_folder(folder, dialect);
  if (!vendor) {
    complain(vendor.error().message);
    return std::nullopt;
  }
  const auto found = contract::compare(*vendor, contract::shipped_vendor(dialect));
  for (const contract::Difference& difference : found) {
    std::printf("unexplained  %s (%s)\n  vendor: %s\n  ours:   %s\n", difference.where.c_str(),
                std::string(to_string(dialect)).c_str(),
                difference.vendor.empty() ? "nothing" : difference.vendor.c_str(),
                difference.ours.empty() ? "nothing" : difference.ours.c_str());
  }
  if (!write_to.empty()) {
    if (auto written = contract::write_vendor_files(*vendor, dialect, write_to); !written) {
      complain(written.error().message);
      return std::nullopt;
    }
  }
  return found.size();
}

// What differs between the vendor's OpenAPI files and the twin: corrections with their evidence, and whatever the files
// say that this version has not seen.
int print_drift(const std::string& folder, const std::string& write_to) {
  std::size_t unexplained = 0;
  for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    const auto found = drift_of(dialect, folder, write_to);
    if (!found) return exit_usage;
    unexplained += *found;
  }
  const auto corrections = contract::Contract::shipped().corrections();
  for (const contract::Correction& correction : corrections) {
    std::printf("explained    %-60s %-9s %s: %s\n", correction.where.c_str(),
                std::string(to_string(correction.evidence)).c_str(), correction.source.c_str(), correction.why.c_str());
  }
  std::printf("%zu explained, %zu unexplained\n", corrections.size(), unexplained);
  return unexplained == 0 ? exit_ok : exit_drift;
}

// Reads what the options name. The Result's error is for the user.
holdfast::Result<Fixture> load_fixture(const std::string& path) {
  if (path.empty()) return demo_fixture();
  const auto text = read_file(path);
  if (!text) return holdfast::fail(holdfast::ErrorKind::configuration, "the file cannot be read");
  return parse_fixture(*text);
}

holdfast::Result<ChaosPlan> load_chaos(const std::string& path) {
  if (path.empty()) return ChaosPlan{};
  const auto text = read_file(path);
  if (!text) return holdfast::fail(holdfast::ErrorKind::configuration, "the file cannot be read");
  return parse_chaos(*text);
}

int run_server(const Options& options, const std::pair<std::string, std::uint16_t>& address, Fixture fixture,
               ChaosPlan chaos, std::optional<holdfast::Instant> frozen_at) {
  net::asio::io_context io{1};
  net::RealClock clock(io.get_executor());
  net::SystemEntropy entropy;
  const net::Runtime runtime{.executor = io.get_executor(), .clock = clock, .entropy = entropy};
  net::asio::signal_set signals(io, SIGINT, SIGTERM);
  const std::vector<TokenGrant> tokens = fixture.tokens;
  Twin twin(runtime, std::move(fixture), options.seed);
  if (frozen_at) twin.reset(frozen_at);
  twin.set_chaos(std::move(chaos));
  auto server = net::BeastServer::listen(runtime, {.host = address.first, .port = address.second},
                                         [&twin](net::HttpRequest request) { return serve(twin, std::move(request)); });
  if (!server) {
    std::fprintf(stderr, "mock-ghl: %s\n", server.error().message.c_str());
    return exit_internal;
  }
  for (const TokenGrant& grant : tokens) {
    std::fprintf(stderr, "token for location %s: %s\n", grant.location_id.c_str(), grant.token.c_str());
  }
  std::printf("mock-ghl listening on %s\n", (*server)->origin().c_str());
  std::fflush(stdout);
  net::spawn(runtime.executor, stop_on_signal(signals, io));
  io.run();
  // Requests may hang by design; they refer to the twin, and the process has nothing to keep.
  std::fflush(nullptr);
  std::_Exit(exit_ok);
}

int run(int count, char** arguments) {
  Options options;
  CLI::App app(help_header, "mock-ghl");
  app.footer(help_footer);
  app.set_version_flag("--version", std::string("mock-ghl ") + HOLDFAST_VERSION);
  app.add_option("--listen", options.listen, "Where to listen; port 0 takes any free port")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--fixture", options.fixture_path, "What the account holds (JSON); the demo clinic without it")
      ->type_name("FILE");
  app.add_option("--seed", options.seed, "Ids, trace ids and chaos are drawn from it")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--frozen-at", options.frozen_at_text,
                 "Start with the clock standing still here; POST /__mock/clock/advance moves it")
      ->type_name("ISO8601");
  CLI::App* routes = app.add_subcommand("routes", "Prints every operation of GHL's booking resources and ends");
  bool routes_as_json = false;
  routes->add_flag("--json", routes_as_json, "With fields, versions and errors, for tools");
  CLI::App* drift = app.add_subcommand("drift", "Compares the twin with a folder of GHL's OpenAPI files and ends");
  std::string spec_folder;
  std::string write_to;
  drift->add_option("--spec", spec_folder, "The folder with calendars.json, … and v3/calendars-v3.json, …")
      ->type_name("DIR")
      ->required();
  drift->add_option("--write", write_to, "Also write them as mock_ghl/contract/vendor has them")->type_name("DIR");
  app.add_option("--status", options.status,
                 "Success statuses as seen of the live service, or as GHL's files say (create-appointment: 201 or 200)")
      ->check(CLI::IsMember({"live", "spec"}))
      ->capture_default_str();
  app.add_option("--chaos", options.chaos_path, "Faults to inject from the start (JSON)")->type_name("FILE");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (routes->parsed()) return routes_as_json ? print_routes_json() : print_routes();
  if (drift->parsed()) return print_drift(spec_folder, write_to);
  const auto address = parse_listen(options.listen);
  if (!address) return complain("--listen must be an address and a port, such as 127.0.0.1:8600");
  auto fixture = load_fixture(options.fixture_path);
  if (!fixture) return complain(options.fixture_path + ": " + fixture.error().message);
  if (options.status == "spec") fixture->settings.spec_status = true;
  auto chaos = load_chaos(options.chaos_path);
  if (!chaos) return complain(options.chaos_path + ": " + chaos.error().message);
  std::optional<holdfast::Instant> frozen_at;
  if (!options.frozen_at_text.empty()) {
    const auto parsed = parse_world_time(options.frozen_at_text);
    if (!parsed) return complain("--frozen-at " + parsed.error().message);
    frozen_at = *parsed;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write, not of the process
  return run_server(options, *address, std::move(*fixture), std::move(*chaos), frozen_at);
}

}  // namespace
}  // namespace mock_ghl

int main(int count, char** arguments) {
  try {
    return mock_ghl::run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mock-ghl: an unexpected error: %s. This is a bug.\n", error.what());
    return mock_ghl::exit_internal;
  }
}
