// booking_load: callers who check and book, one conversation after the other, and how long each answer took. One line
// of JSON at the end; bench/booking/booking.py starts it and says what the figures mean.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "vapi_sim/wire/server_message.hpp"

namespace {

using namespace holdfast;
using vapi_sim::HistoryRow;

constexpr std::int64_t answer_limit_ms = 30'000;
constexpr int asks_max = 5;  // of one booking, while it is pending

struct Options {
  std::string origin;
  std::string path = "/vapi/clinic";
  std::string secret;
  std::vector<std::string> services;
  std::string first_date;
  int dates = 1;
  int callers = 1;
  int bookings = 1;      // conversations to begin, unless the time is over before
  double seconds = 60;   // after these none is begun
  int first_number = 0;  // of the conversations: every number is a person of its own
};

// When a conversation's questions left and its answers came, in microseconds since 1970.
struct Times {
  std::int64_t check_sent = 0, checked = 0, book_sent = 0, booked = 0;
};

std::int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

// The result of the one tool call of a reply, or an object without members.
Json result_of(const net::TransportResult& response) {
  if (!response || response->status != 200) return Json::object();
  const auto reply = parse_json(response->body);
  const Json* results = reply ? find_member(*reply, "results") : nullptr;
  if (results == nullptr || !results->is_array() || results->empty()) return Json::object();
  auto result = parse_json(string_member((*results)[0], "result").value_or(""));
  return result ? std::move(*result) : Json::object();
}

class Load {
 public:
  Load(net::Runtime runtime, net::HttpTransport& server, const Options& options)
      : runtime_(std::move(runtime)), server_(server), options_(options), ends_us_(now_us() + run_us(options)) {}

  // One line at the phone, which the next caller takes as soon as it is free.
  net::Task<void> serve_line() {
    while (begun_ < options_.bookings && now_us() < ends_us_) {
      co_await converse(options_.first_number + begun_++);
    }
  }

  // What was counted, as one line.
  std::string report(std::int64_t began_us) const {
    Json times = Json::array();
    for (const Times& t : times_) times.push_back({t.check_sent, t.checked, t.book_sent, t.booked});
    return dump_json({{"seconds", static_cast<double>(now_us() - began_us) / 1e6},
                      {"conversations", times},
                      {"failed", failed_},
                      {"first_failure", first_failure_}});
  }

 private:
  static std::int64_t run_us(const Options& options) { return static_cast<std::int64_t>(options.seconds * 1e6); }

  // Conversations that run at the same time wish for different days or services: nobody is refused.
  Json wish(int number) const {
    const auto services = static_cast<int>(options_.services.size());
    const CivilDate first = *parse_date(options_.first_date);
    return {{"service", options_.services[static_cast<std::size_t>(number % services)]},
            {"date", format_date(add_days(first, number / services % options_.dates))}};
  }

  net::Task<net::TransportResult> ask(int number, std::string tool, Json arguments, std::vector<HistoryRow> history) {
    vapi_sim::MessageContext context;
    context.call_id = "call-" + std::to_string(number);
    context.caller_number = "+1212" + std::to_string(2'000'000 + number);
    context.began_at = context.now = runtime_.now();
    context.history = std::move(history);
    vapi_sim::WireToolCall call{.id = "tool-" + std::to_string(++tool_calls_), .name = tool};
    call.arguments = dump_json(arguments);
    net::HttpRequest request{
        .method = "POST",
        .target = options_.path,
        .headers = {{"Authorization", "Bearer " + options_.secret}, {"Content-Type", "application/json"}},
        .body = vapi_sim::render_tool_calls(context, {call}, {})};
    co_return co_await server_.send(std::move(request), runtime_.now() + milliseconds(answer_limit_ms));
  }

  void fail_with(const char* step, const net::TransportResult& response) {
    if (++failed_ == 1)
      first_failure_ = std::string(step) + ": " + (response ? response->body : response.error().message);
  }

  net::Task<void> converse(int number) {
    // As much of a conversation as there is when an assistant begins to look for times.
    std::vector<HistoryRow> history{{.kind = HistoryRow::Kind::assistant,
                                     .at = runtime_.now(),
                                     .text = "Harbor Street Clinic, how can I help?",
                                     .call = {}},
                                    {.kind = HistoryRow::Kind::user,
                                     .at = runtime_.now(),
                                     .text = "I would like to see somebody that week.",
                                     .call = {}}};
    Times times;
    times.check_sent = now_us();
    const auto offer = co_await ask(number, "check_availability", wish(number), history);
    times.checked = now_us();
    const Json offered = result_of(offer);
    const Json* slots = find_member(offered, "slots");
    if (slots == nullptr || !slots->is_array() || slots->empty()) co_return fail_with("check_availability", offer);

    history.push_back({.kind = HistoryRow::Kind::assistant,
                       .at = runtime_.now(),
                       .text = string_member(offered, "say").value_or(""),
                       .call = {}});
    history.push_back(
        {.kind = HistoryRow::Kind::user, .at = runtime_.now(), .text = "The first one, please.", .call = {}});
    times.book_sent = now_us();
    const Json choice = {{"slot_code", string_member((*slots)[0], "code").value_or("")},
                         {"name", "Ada King" + std::to_string(number)}};
    // Who hears "not known yet" asks again, as docs/tools.md says.
    for (int asks = 1;; ++asks) {
      const auto answer = co_await ask(number, "book_appointment", choice, history);
      const auto status = string_member(result_of(answer), "status");
      if (status == "booked") break;
      if (status != "pending" || asks == asks_max) co_return fail_with("book_appointment", answer);
    }
    times.booked = now_us();
    times_.push_back(times);
  }

  net::Runtime runtime_;
  net::HttpTransport& server_;
  const Options& options_;
  std::int64_t ends_us_;
  int begun_ = 0;
  int tool_calls_ = 0;
  int failed_ = 0;
  std::string first_failure_;
  std::vector<Times> times_;
};

int run(const Options& options) {
  net::asio::io_context io{1};
  net::RealClock clock{io.get_executor()};
  net::SystemEntropy entropy;
  const net::Runtime runtime{io.get_executor(), clock, entropy};
  const auto origin = net::parse_origin(options.origin);
  if (!origin || !parse_date(options.first_date)) {
    std::fprintf(stderr, "booking_load: --origin must be http://HOST:PORT and --first-date YYYY-MM-DD\n");
    return 3;
  }
  const auto lines = static_cast<std::size_t>(options.callers);
  auto client = net::BeastClient::create(runtime, *origin, {.connections_max = lines, .idle_max = lines});
  if (!client) {
    std::fprintf(stderr, "booking_load: %s\n", client.error().message.c_str());
    return 4;
  }
  const std::int64_t began_us = now_us();
  Load load(runtime, **client, options);
  int open_lines = options.callers;
  const auto serve = [&]() -> net::Task<void> {
    co_await load.serve_line();
    if (--open_lines == 0) (*client)->close_idle();
  };
  for (std::size_t line = 0; line < lines; ++line) net::spawn(io.get_executor(), serve());
  io.run();
  std::printf("%s\n", load.report(began_us).c_str());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  CLI::App app("Callers who check and book", "booking_load");
  app.add_option("--origin", options.origin, "The booking server")->required();
  app.add_option("--path", options.path, "Of its tool calls");
  app.add_option("--secret", options.secret, "What Vapi presents to it");
  app.add_option("--service", options.services, "What is wished for; several take turns")->required();
  app.add_option("--first-date", options.first_date, "The first day that is wished for (YYYY-MM-DD)")->required();
  app.add_option("--dates", options.dates, "How many days take turns")->check(CLI::Range(1, 365));
  app.add_option("--callers", options.callers, "At once")->check(CLI::Range(1, 1000));
  app.add_option("--bookings", options.bookings, "Conversations in all")->check(CLI::Range(1, 1'000'000));
  app.add_option("--seconds", options.seconds, "After these no conversation begins");
  app.add_option("--first-number", options.first_number, "Number of the first caller");
  CLI11_PARSE(app, count, arguments);
  return run(options);
}
