// mock-ghl: the twin on a port.
#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/base/file.hpp"
#include "core/base/log.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/cli/inspect.hpp"
#include "mock_ghl/cli/listen.hpp"
#include "mock_ghl/cli/open_files.hpp"
#include "mock_ghl/cli/probe.hpp"
#include "mock_ghl/model/test_clock.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {
namespace {

namespace net = holdfast::net;

using cli::complain;
using cli::exit_internal;
using cli::exit_ok;
using cli::exit_usage;

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
    "Admin under /__mock: GET /__mock lists the admin routes (state, journal, chaos, clock, snapshots, tokens,\n"
    "webhooks, reset …), one a line. They ask for no token, so listen on loopback only.\n"
    "POST /__mock/reset: the world as it was started, --frozen-at included, but calm: --chaos is not set again.\n"
    "OAuth: /oauth/chooselocation is the consent page, POST /oauth/token and the rest as GHL has them.\n"
    "Webhooks are signed with the mock's own keys, which are not secret.\n"
    "A chaos file:  "
    "{\"rules\":[{\"fault\":\"lost_after_commit\",\"operation\":\"create-appointment\",\"probability\":0.1}]}\n"
    "What can go wrong, when and to whom: mock_ghl/README.md, with plans to begin with in mock_ghl/chaos/examples.\n"
    "SIGTERM or SIGINT ends it.\n"
    "Exit codes: 0 ended as asked; 1 drift or verify found differences; 3 wrong options, or a file that they name\n"
    "cannot be used; 4 the port cannot be had, verify's server cannot be reached, record cannot write, or a bug.";

struct Options {
  std::string listen = "127.0.0.1:0";
  std::string fixture_path;
  std::string chaos_path;
  std::string frozen_at_text;
  std::vector<std::string> webhook_urls;
  std::string webhook_ca_file;
  std::uint64_t seed = 1;
  std::string status = "live";
  std::size_t journal = 10'000;
  std::size_t connections_max = 16'384;
};

net::Task<net::HttpResponse> serve_admin(Twin& twin, net::HttpRequest request) {
  co_return handle_admin(twin, request);
}

net::Task<net::HttpResponse> serve(Twin& twin, net::HttpRequest request) {
  if (is_admin_request(request)) return serve_admin(twin, std::move(request));
  return twin.handle(std::move(request));
}

// What the options name. The Result's error is for the user and begins with the path.
template <class T>
holdfast::Result<T> load(const std::string& path, holdfast::Result<T> (*parse)(std::string_view), T absent) {
  if (path.empty()) return absent;
  const auto text = holdfast::read_file(path);
  auto parsed = text ? parse(*text) : holdfast::Result<T>(holdfast::fail(text.error()));
  if (!parsed) return holdfast::fail(parsed.error().kind, path + ": " + parsed.error().message);
  return parsed;
}

holdfast::Result<Fixture> load_fixture(const Options& options) {
  auto fixture = load<Fixture>(options.fixture_path, &parse_fixture, demo_fixture());
  if (fixture && options.status == "spec") fixture->settings.spec_status = true;
  return fixture;
}

// How the twin's webhooks reach their receivers.
webhooks::TransportFactory webhook_transport(const net::Runtime& runtime, const std::string& ca_file) {
  return [runtime,
          ca_file](const std::string& origin) -> holdfast::Result<std::unique_ptr<holdfast::net::HttpTransport>> {
    auto parsed = net::parse_origin(origin);
    if (!parsed) return holdfast::fail(parsed.error());
    auto client = net::BeastClient::create(
        runtime, std::move(*parsed), {.ca_file = ca_file, .response_bytes_max = 1024 * 1024, .user_agent = "mock-ghl"});
    if (!client) return holdfast::fail(client.error());
    return std::move(*client);
  };
}

// Sets up what the webhooks need; what is wrong with it is for the user.
holdfast::Result<void> add_webhooks(Twin& twin, const net::Runtime& runtime, const Options& options) {
  auto transport = webhook_transport(runtime, options.webhook_ca_file);
  // The CA is read when a client is made: a wrong one should not wait for the first webhook to be noticed. Without one
  // of one's own there is nothing to try, and reading the system's takes longer than all the rest of the start.
  if (!options.webhook_ca_file.empty()) {
    if (const auto tried = transport("https://localhost"); !tried) return holdfast::fail(tried.error());
  }
  twin.webhook_dispatcher().set_transport(std::move(transport));
  for (const std::string& url : options.webhook_urls) {
    const auto added = twin.add_webhook({.url = url});
    if (!added) return holdfast::fail(added.error().kind, "--webhook " + url + ": " + added.error().message);
  }
  return {};
}

std::size_t make_room(const Options& options) {
  const std::size_t connections_max = cli::make_room_for_connections(options.connections_max);
  if (connections_max < options.connections_max) {
    std::fprintf(stderr, "mock-ghl: at most %zu connections at once, as the limit of open files allows (ulimit -Hn)\n",
                 connections_max);
  }
  return connections_max;
}

void print_keys(const std::vector<TokenGrant>& tokens, const std::vector<App>& apps) {
  for (const TokenGrant& grant : tokens) {
    const std::string_view of = grant.of_location() ? "location" : "agency";
    std::fprintf(stderr, "token for %.*s %s: %s\n", static_cast<int>(of.size()), of.data(),
                 grant.of_location() ? grant.location_id.c_str() : grant.company_id.c_str(), grant.token.c_str());
  }
  for (const App& app : apps) {
    std::fprintf(stderr, "app %s: client_id %s, client_secret %s\n", app.name.c_str(), app.client_id.c_str(),
                 app.client_secret.c_str());
  }
}

int run_server(const Options& options, const std::pair<std::string, std::uint16_t>& address, Fixture fixture,
               ChaosPlan chaos, std::optional<holdfast::Instant> frozen_at) {
  holdfast::set_log_level(holdfast::LogLevel::error);
  net::asio::io_context io{1};
  net::RealClock clock(io.get_executor());
  net::SystemEntropy entropy;
  const net::Runtime runtime{.executor = io.get_executor(), .clock = clock, .entropy = entropy};
  net::asio::signal_set signals(io, SIGINT, SIGTERM);
  const std::vector<TokenGrant> tokens = fixture.tokens;
  const std::vector<App> apps = fixture.apps;
  Twin twin(runtime, std::move(fixture), options.seed, frozen_at);
  twin.check_replies(MOCK_GHL_CHECK_REPLIES != 0);
  twin.record_requests(options.journal);
  twin.set_chaos(std::move(chaos));
  if (const auto ready = add_webhooks(twin, runtime, options); !ready) return complain(ready.error().message);
  auto server = net::BeastServer::listen(
      runtime, {.host = address.first, .port = address.second, .connections_max = make_room(options)},
      [&twin](net::HttpRequest request) { return serve(twin, std::move(request)); });
  if (!server) {
    std::fprintf(stderr, "mock-ghl: %s\n", server.error().message.c_str());
    return exit_internal;
  }
  print_keys(tokens, apps);
  std::printf("mock-ghl listening on %s\n", (*server)->origin().c_str());
  std::fflush(stdout);
  net::spawn(runtime.executor, cli::stop_on_signal(signals, io));
  io.run();
  // Requests may hang by design; they refer to the twin, and the process has nothing to keep.
  std::fflush(nullptr);
  std::_Exit(exit_ok);
}

int start_server(const Options& options) {
  const auto address = cli::parse_listen(options.listen);
  if (!address) return complain(cli::listen_wanted);
  auto fixture = load_fixture(options);
  if (!fixture) return complain(fixture.error().message);
  auto chaos = load<ChaosPlan>(options.chaos_path, &parse_chaos, {});
  if (!chaos) return complain(chaos.error().message);
  std::optional<holdfast::Instant> frozen_at;
  if (!options.frozen_at_text.empty()) {
    const auto parsed = parse_world_time(options.frozen_at_text);
    if (!parsed) return complain("--frozen-at " + parsed.error().message);
    frozen_at = *parsed;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write, not of the process
  return run_server(options, *address, std::move(*fixture), std::move(*chaos), frozen_at);
}

void add_server_options(CLI::App& app, Options& options) {
  app.add_option("--listen", options.listen, "Where to listen; port 0 takes any free port")
      ->type_name("HOST:PORT")
      ->capture_default_str();
  app.add_option("--fixture", options.fixture_path, "What the account holds (JSON); the demo clinic without it")
      ->type_name("FILE");
  app.add_option("--seed", options.seed, "Ids, trace ids and chaos are drawn from it")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--frozen-at", options.frozen_at_text,
                 "Start with the clock standing still here; POST /__mock/clock/advance moves it. A full rate window "
                 "does not end by itself then: advance, or raise settings.rateLimit.max of the fixture")
      ->type_name("ISO8601");
  app.add_option("--journal", options.journal, "How many requests the journal keeps; 0 records none")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option("--connections-max", options.connections_max,
                 "Connections at once; one more, and the longest idle one is closed")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_option("--status", options.status,
                 "Success statuses as seen of the live service, or as GHL's files say (create-appointment: 201 or 200)")
      ->check(CLI::IsMember({"live", "spec"}))
      ->capture_default_str();
  app.add_option("--chaos", options.chaos_path, "Faults to inject from the start, until a reset (JSON)")
      ->type_name("FILE");
  app.add_option("--webhook", options.webhook_urls, "Send webhooks to this URL; may be given more than once")
      ->type_name("URL");
  app.add_option("--webhook-ca", options.webhook_ca_file, "Trust this CA (PEM) too when a webhook goes to https")
      ->type_name("FILE");
}

// The subcommands with their options.
struct Subcommands {
  explicit Subcommands(CLI::App& app) {
    routes = app.add_subcommand("routes", "Prints every operation of GHL's booking resources and ends");
    routes->footer("An operation that is not built answers 501 and says so.\nFor example: mock-ghl routes --json");
    routes->add_flag("--json", routes_as_json, "With fields, versions and errors, for tools");
    rules = app.add_subcommand("rules", "Prints every behaviour with its evidence and its switch, and ends");
    rules->footer(
        "What GHL's files do not tell, and what of them the live service does otherwise.\n"
        "For example: mock-ghl rules | grep observed");
    add_drift(app);
    add_record(app);
    add_verify(app);
  }

  CLI::App* routes = nullptr;
  CLI::App* rules = nullptr;
  CLI::App* drift = nullptr;
  CLI::App* record = nullptr;
  CLI::App* verify = nullptr;
  bool routes_as_json = false;
  std::string spec_folder;
  std::string write_to;
  cli::RecordOptions record_options;
  cli::VerifyCommand verify_options;

 private:
  void add_drift(CLI::App& app) {
    drift = app.add_subcommand("drift", "Compares the twin with a folder of GHL's OpenAPI files and ends");
    drift->footer("Exits 1 when a difference is not explained by evidence.\nFor example: mock-ghl drift --spec ./apps");
    drift->add_option("--spec", spec_folder, "The folder with calendars.json, … and v3/calendars-v3.json, …")
        ->type_name("DIR")
        ->required();
    drift->add_option("--write", write_to, "Also write them as mock_ghl/contract/vendor has them")->type_name("DIR");
  }
  void add_record(CLI::App& app) {
    record = app.add_subcommand("record", "Passes requests on to a GHL and writes them down, sanitised");
    record->footer(
        "SIGTERM or SIGINT ends it; a file that cannot be written does too, with 4.\n"
        "For example: mock-ghl record --upstream https://services.leadconnectorhq.com --out seen.jsonl");
    record->add_option("--upstream", record_options.upstream, "Where they go")->type_name("URL")->required();
    record->add_option("--out", record_options.out, "Appends one line of JSON an exchange")
        ->type_name("FILE")
        ->required();
    record->add_option("--listen", record_options.listen, "Where to listen")
        ->type_name("HOST:PORT")
        ->capture_default_str();
  }
  void add_verify(CLI::App& app) {
    verify = app.add_subcommand("verify", "Asks a GHL what the twin is asked, and prints where they differ");
    verify->footer(
        "Exits 1 when something differs. --fixture, --status and --seed before \"verify\" are the twin's.\n"
        "For example: GHL_TOKEN=pit-… mock-ghl verify --against https://services.leadconnectorhq.com "
        "--location ID --calendar ID");
    verify->add_option("--against", verify_options.against, "The server")->type_name("URL")->required();
    verify->add_option("--token-env", verify_options.token_env, "The environment variable that holds its token")
        ->type_name("NAME")
        ->capture_default_str();
    verify->add_option("--location", verify_options.location, "A location the token is for")
        ->type_name("ID")
        ->required();
    verify->add_option("--calendar", verify_options.calendar, "A calendar of it with free slots in the next two weeks")
        ->type_name("ID");
    verify->add_flag("--write", verify_options.writes,
                     "Also create, book, cancel and delete one contact and one appointment");
  }
};

// The first option of the server that stands before a subcommand which has no use for it; "" when there is none.
std::string useless_option(const CLI::App& app, const Subcommands& subcommands) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    const bool of_the_twin = name == "--fixture" || name == "--status" || name == "--seed";
    if (option->count() > 0 && !(of_the_twin && subcommands.verify->parsed())) return name;
  }
  return {};
}

int run(int count, char** arguments) {
  Options options;
  CLI::App app(help_header, "mock-ghl");
  app.set_version_flag("--version", std::string("mock-ghl ") + HOLDFAST_VERSION);
  add_server_options(app, options);
  const Subcommands subcommands(app);
  app.footer(help_footer);  // after the subcommands, which would inherit it
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (app.get_subcommands().empty()) return start_server(options);
  if (const std::string name = useless_option(app, subcommands); !name.empty()) {
    return complain(name + " is the server's; " + app.get_subcommands().front()->get_name() +
                    " does not take it. Leave it out");
  }
  if (subcommands.routes->parsed()) return cli::print_routes(subcommands.routes_as_json);
  if (subcommands.rules->parsed()) return cli::print_rules();
  if (subcommands.drift->parsed()) return cli::print_drift(subcommands.spec_folder, subcommands.write_to);
  if (subcommands.record->parsed()) return cli::run_record(subcommands.record_options);
  auto fixture = load_fixture(options);
  if (!fixture) return complain(fixture.error().message);
  return cli::run_verify(subcommands.verify_options, std::move(*fixture), options.seed);
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
