// vapi-sim: phones a booking backend the way Vapi would, and prints what happened.
#include <CLI/CLI.hpp>
#include <array>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "vapi_sim/call.hpp"
#include "vapi_sim/print.hpp"
#include "vapi_sim/wire/server_message.hpp"

namespace vapi_sim {
namespace {

namespace net = holdfast::net;
using holdfast::ErrorKind;
using holdfast::fail;
using holdfast::Result;

constexpr int exit_ok = 0;
constexpr int exit_broken = 1;
constexpr int exit_usage = 3;
constexpr int exit_internal = 4;
constexpr int calls_max = 10'000;

constexpr const char* help_header =
    "vapi-sim phones a booking backend the way Vapi would: it checks for times, chooses, books, and prints what the\n"
    "caller heard. The backend answers Vapi's tool-calls messages with check_availability and book_appointment.\n"
    "\n"
    "  vapi-sim --target http://127.0.0.1:8080/vapi/demo --secret-env VAPI_SECRET --date tomorrow\n"
    "  vapi-sim --target http://127.0.0.1:8080/vapi/demo --calls 20 --parallel 20      a race for the same slot\n"
    "  vapi-sim --print-body --shape flat/string                                        one request body, for curl\n";

constexpr const char* help_footer =
    "\n"
    "Exit codes: 0 every caller knew where they stood and no reply broke a rule; 1 not so; 3 wrong options;\n"
    "4 vapi-sim itself failed.";

struct Options {
  std::string target;
  std::string target_path;
  std::string secret_env;
  std::string ca_file;
  std::string caller = "Dana Reed,+14155550100,dana.reed@example.com";
  std::string shape;
  Wish wish{.service = "", .date = "", .time_of_day = "", .timezone = "", .choice = 0};
  Behaviour behaviour;
  std::int64_t hang_up_after_book_ms = -1;
  bool refuse_alternatives = false;
  bool same_caller = false;
  bool print_body = false;
  int calls = 1;
  int parallel = 1;
};

// A URL cut into the origin and the path with its query.
struct TargetUrl {
  net::Origin origin;
  std::string path = "/";
};

Result<TargetUrl> parse_url(const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string::npos)
    return fail(ErrorKind::invalid_input, "--target must be a URL such as http://127.0.0.1:8080/vapi/demo");
  const std::size_t path_start = url.find('/', scheme_end + 3);
  const auto origin = net::parse_origin(url.substr(0, path_start));
  if (!origin) return fail(origin.error());
  TargetUrl target{.origin = *origin};
  if (path_start != std::string::npos) target.path = url.substr(path_start);
  return target;
}

// "First Last,+14155550100,mail@example.com"; phone and email may be left out.
// The phone is the line's.
Persona parse_caller(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ',')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  parts.resize(3);
  const std::size_t space = parts[0].find(' ');
  Persona persona{.first_name = parts[0].substr(0, space), .last_name = "", .phone = parts[1], .email = parts[2]};
  if (space != std::string::npos) persona.last_name = parts[0].substr(space + 1);
  return persona;
}

// The digits of a phone number, counted up by `step`; what is no number stays.
std::string next_phone(const std::string& phone, int step) {
  if (phone.size() < 5 || phone.size() > 18 || phone[0] != '+') return phone;
  const Result<holdfast::Json> number = holdfast::parse_json(phone.substr(1));
  if (!number || !number->is_number_unsigned()) return phone;
  return "+" + std::to_string(number->get<std::uint64_t>() + static_cast<std::uint64_t>(step));
}

// Caller number `index`: the given one first, then others with names, numbers and addresses of their own.
Persona nth_caller(const Persona& first, int index) {
  static constexpr std::array<const char*, 8> names = {"Ana", "Ben", "Chloe", "Dev", "Elif", "Femi", "Grace", "Hugo"};
  if (index == 0) return first;
  Persona persona = first;
  persona.first_name = names[static_cast<std::size_t>(index) % names.size()];
  persona.phone = next_phone(first.phone, index);
  if (!first.email.empty()) persona.email = "caller" + std::to_string(index) + "." + first.email;
  return persona;
}

std::vector<CallPlan> make_plans(const Options& options, const std::string& path, const holdfast::Secret& secret,
                                 const Shape& shape, net::Entropy& entropy) {
  const Persona first = parse_caller(options.caller);
  const std::string run = net::random_id(entropy, 8);
  std::vector<CallPlan> plans;
  for (int i = 0; i < options.calls; ++i) {
    CallPlan plan;
    plan.call_id = "sim-" + run + "-" + std::to_string(i + 1);
    plan.target = path;
    plan.secret = secret;
    Errand& errand = plan.errands.front();
    errand.attendee = options.same_caller ? first : nth_caller(first, i);
    plan.line = std::exchange(errand.attendee.phone, "");
    errand.wish = options.wish;
    plan.behaviour = options.behaviour;
    plan.shape = shape;
    plans.push_back(std::move(plan));
  }
  return plans;
}

void add_wish_options(CLI::App& app, Options& options) {
  app.add_option("--caller", options.caller, "Who calls; an empty phone hides the number")
      ->type_name("NAME,PHONE,EMAIL")
      ->capture_default_str();
  app.add_option("--date", options.wish.date, "The day, as the caller says it: tomorrow, Thursday, 2026-08-27");
  app.add_option("--time-of-day", options.wish.time_of_day, "morning, afternoon, evening, or a time such as 3 pm");
  app.add_option("--service", options.wish.service, "The service, where the business has several");
  app.add_option("--timezone", options.wish.timezone, "IANA name of the zone the caller speaks in");
  app.add_option("--choice", options.wish.choice, "Which of the offered times they take, from 0")
      ->check(CLI::NonNegativeNumber);
}

void add_behaviour_options(CLI::App& app, Options& options) {
  Behaviour& behaviour = options.behaviour;
  const auto group = app.add_option_group("Behaviour", "What goes wrong on the caller's side");
  group->add_flag("--repeat-same-id", behaviour.repeat_book_same_id, "Sends the booking again with the same id");
  group->add_flag("--repeat-concurrently", behaviour.repeat_book_concurrently, "... without waiting for the answer");
  group->add_flag("--reissue-new-id", behaviour.reissue_book_new_id, "Asks once more with a new id after the outcome");
  group->add_flag("--two-tools", behaviour.two_tools_one_message, "Checks and books in one message");
  group->add_option("--hang-up-after-book-ms", options.hang_up_after_book_ms,
                    "Hangs up this long after the booking request left");
  group->add_flag("--refuse-alternatives", options.refuse_alternatives, "Takes no other time when theirs is gone");
  group->add_option("--pending-asks-max", behaviour.pending_asks_max, "How often it asks while the outcome is pending")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  group->add_option("--pending-wait-ms", behaviour.pending_wait_ms, "Pause between those")->capture_default_str();
  group->add_option("--delivery-retries", behaviour.delivery_retries, "Redeliveries of a message that failed")
      ->check(CLI::Range(0, 10))
      ->capture_default_str();
  group->add_option("--server-timeout-ms", behaviour.server_timeout_ms, "How long a backend may take to answer")
      ->check(CLI::Range(1, 300'000))
      ->capture_default_str();
  group->add_option("--think-ms", behaviour.think_ms, "Between hearing an offer and choosing")->capture_default_str();
}

void add_options(CLI::App& app, Options& options) {
  app.add_option("--target", options.target, "The backend's server URL")->type_name("URL");
  app.add_option("--target-path", options.target_path, "Another path than the URL's")->type_name("PATH");
  app.add_option("--secret-env", options.secret_env,
                 "Environment variable with the secret sent as Authorization: Bearer")
      ->type_name("NAME");
  app.add_option("--ca-file", options.ca_file, "PEM file of a certificate authority to trust as well");
  app.add_option("--calls", options.calls, "How many calls")->check(CLI::Range(1, calls_max))->capture_default_str();
  app.add_option("--parallel", options.parallel, "How many at the same time")
      ->check(CLI::Range(1, calls_max))
      ->capture_default_str();
  app.add_flag("--same-caller", options.same_caller, "All calls come from one caller");
  app.add_option("--shape", options.shape,
                 "Wire shape, parts joined by '/': all, tool_call_list, tool_calls, tool_with_tool_call_list; nested, "
                 "flat; object, string; arguments, parameters; artifact, bare");
  app.add_flag("--print-body", options.print_body, "Prints the body of one tool-calls message and ends");
  add_wish_options(app, options);
  add_behaviour_options(app, options);
}

// The body of a check_availability call as it would be sent now.
std::string one_body(const Options& options, const Shape& shape, holdfast::Instant now) {
  MessageContext context;
  context.call_id = "sim-example-1";
  context.caller_number = parse_caller(options.caller).phone;
  context.began_at = now;
  context.now = now;
  holdfast::Json arguments = {{"caller_number", context.caller_number}};
  if (!options.wish.date.empty()) arguments["date"] = options.wish.date;
  if (!options.wish.service.empty()) arguments["service"] = options.wish.service;
  if (!options.wish.time_of_day.empty()) arguments["time_of_day"] = options.wish.time_of_day;
  if (!options.wish.timezone.empty()) arguments["timezone"] = options.wish.timezone;
  return render_tool_calls(
      context, {{.id = "call_example1", .name = "check_availability", .arguments = holdfast::dump_json(arguments)}},
      shape);
}

int complain(const std::string& message) {
  std::fprintf(stderr, "vapi-sim: %s\n", message.c_str());
  return exit_usage;
}

net::Task<void> place_all(net::Runtime runtime, net::BeastClient& client, std::vector<CallPlan> plans, int parallel,
                          std::vector<CallRecord>& records) {
  records = co_await place_calls(runtime, client, std::move(plans), static_cast<std::size_t>(parallel));
  client.close_idle();
}

int place_and_print(const Options& options, const TargetUrl& target, const holdfast::Secret& secret,
                    const Shape& shape) {
  net::asio::io_context io{1};
  net::RealClock clock(io.get_executor());
  net::SystemEntropy entropy;
  const net::Runtime runtime{io.get_executor(), clock, entropy};
  net::BeastClientOptions client_options{.ca_file = options.ca_file};
  client_options.connections_max = static_cast<std::size_t>(options.parallel) * 2 + 2;
  client_options.user_agent = "vapi-sim";
  auto client = net::BeastClient::create(runtime, target.origin, client_options);
  if (!client) return complain(client.error().message);
  const std::string& path = options.target_path.empty() ? target.path : options.target_path;
  std::vector<CallRecord> records;
  net::spawn(io.get_executor(), place_all(runtime, **client, make_plans(options, path, secret, shape, entropy),
                                          options.parallel, records));
  io.run();
  bool good = true;
  for (const CallRecord& record : records) {
    std::printf("%s\n", print_conversation(record).c_str());
    good = good && has_definite_outcome(record) && record.lint.empty();
  }
  std::printf("%s", print_summary(records).c_str());
  return good ? exit_ok : exit_broken;
}

int run(int count, char** arguments) {
  Options options;
  CLI::App app(help_header, "vapi-sim");
  app.footer(help_footer);
  add_options(app, options);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  const auto shape = parse_shape(options.shape);
  if (!shape) return complain("--shape has a part that is no word of a shape; --help lists them");
  if (options.hang_up_after_book_ms >= 0) options.behaviour.hang_up_after_book_ms = options.hang_up_after_book_ms;
  options.behaviour.accept_alternative = !options.refuse_alternatives;
  if (options.print_body) {
    net::asio::io_context io{1};
    std::printf("%s\n", one_body(options, *shape, net::RealClock(io.get_executor()).now()).c_str());
    return exit_ok;
  }
  if (options.target.empty()) return complain("--target is required: the URL the assistant would call");
  const auto target = parse_url(options.target);
  if (!target) return complain(target.error().message);
  holdfast::Secret secret;
  if (!options.secret_env.empty()) {
    const char* text = std::getenv(options.secret_env.c_str());
    if (text == nullptr || *text == '\0')
      return complain("the environment variable " + options.secret_env + " holds no secret; export it first");
    secret = holdfast::Secret(text);
  }
  return place_and_print(options, *target, secret, *shape);
}

}  // namespace
}  // namespace vapi_sim

int main(int count, char** arguments) {
  try {
    return vapi_sim::run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vapi-sim: %s. This is a bug.\n", error.what());
    return vapi_sim::exit_internal;
  }
}
