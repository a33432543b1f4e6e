// booking_bare: the floor under a booking. It does the exchanges with GHL that holdfastd does for a conversation, in
// the fewest round trips that allow it, waits for as many durable writes, and decides nothing: no reading of JSON, no
// hold, no retry, no rule. What holdfastd costs beyond it is what its promises cost. bench/booking/booking.py starts
// it.
#include <fcntl.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "core/net/task_group.hpp"

namespace {

using namespace holdfast;
using net::HttpRequest;
using net::HttpResponse;
using net::Task;

constexpr const char* calendars_version = "2021-04-15";
constexpr const char* contacts_version = "2021-07-28";
constexpr std::int64_t exchange_limit_ms = 10'000;
constexpr std::size_t connections_max = 128;

struct Options {
  std::string ghl;
  std::string token;
  std::string location;
  std::string zone;
  std::string log_path;
  int syncs = 2;  // durable writes of one booking: before the create, before the answer, and the rest behind it
};

// What stands in `text` between `before` and the next quote, from `from` on; empty when `before` is not there.
std::string_view cut(std::string_view text, std::string_view before, std::size_t from = 0) {
  const auto at = text.find(before, from);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return rest.substr(0, rest.find('"'));
}

// An append-only file. Whoever appends while a sync runs shares the next one.
class SyncedLog {
 public:
  SyncedLog(net::Runtime runtime, int descriptor) : runtime_(std::move(runtime)), descriptor_(descriptor) {}
  ~SyncedLog() { ::close(descriptor_); }
  SyncedLog(const SyncedLog&) = delete;
  SyncedLog& operator=(const SyncedLog&) = delete;

  // Returns when the line is on the disk.
  Task<void> append(std::string line) {
    const auto written = runtime_.clock.make_timer();
    bytes_ += std::move(line);
    waiting_.push_back(written.get());
    if (!flushing_) net::spawn(runtime_.executor, flush());
    flushing_ = true;
    co_await written->wait_until(Instant::max());
  }

 private:
  Task<void> flush() {
    while (!waiting_.empty()) {
      const std::string bytes = std::exchange(bytes_, {});
      const std::vector<net::Timer*> waiting = std::exchange(waiting_, {});
      co_await net::asio::co_spawn(disk_, write(bytes), net::asio::use_awaitable);
      for (net::Timer* waiter : waiting) waiter->wake();
    }
    flushing_ = false;
  }
  Task<void> write(std::string_view bytes) const {
    if (::write(descriptor_, bytes.data(), bytes.size()) < 0 || ::fdatasync(descriptor_) != 0) {
      std::perror("booking_bare: the log");
      std::abort();
    }
    co_return;
  }

  net::Runtime runtime_;
  int descriptor_;
  net::asio::thread_pool disk_{1};
  std::string bytes_;
  std::vector<net::Timer*> waiting_;
  bool flushing_ = false;
};

class Bare {
 public:
  Bare(net::Runtime runtime, net::HttpTransport& ghl, const Options& options, Zone zone, int descriptor)
      : runtime_(runtime), ghl_(ghl), options_(options), zone_(std::move(zone)), log_(runtime, descriptor) {}

  Task<HttpResponse> handle(HttpRequest request) {
    const std::string_view body = request.body;
    const auto call = body.find("\"toolCallList\":[");
    if (call == std::string_view::npos) co_return HttpResponse::text(400, "no tool call");
    const std::string id(cut(body, "\"id\":\"", call));
    const bool books = !cut(body, "\"slot_code\":\"", call).empty();
    std::string result =
        books ? co_await book(std::string(cut(body, "\"slot_code\":\"", call)),
                              std::string(cut(body, "\"name\":\"", call)), std::string(cut(body, "\"number\":\"")))
              : co_await check(std::string(cut(body, "\"service\":\"", call)),
                               std::string(cut(body, "\"date\":\"", call)));
    co_return HttpResponse::json(200, R"({"results":[{"toolCallId":")" + id + R"(","result":")" + result + "\"}]}");
  }

 private:
  // The answer's body; empty when there is no 2xx.
  Task<std::string> ask(std::string method, std::string target, const char* version, std::string body = {}) {
    HttpRequest request{.method = std::move(method),
                        .target = std::move(target),
                        .headers = {{"Authorization", "Bearer " + options_.token},
                                    {"Version", version},
                                    {"Accept", "application/json"},
                                    {"Content-Type", "application/json"}},
                        .body = std::move(body)};
    auto response = co_await ghl_.send(std::move(request), runtime_.now() + milliseconds(exchange_limit_ms));
    const bool done = response && response->status >= 200 && response->status < 300;
    co_return done ? std::move(response->body) : std::string();
  }

  Task<std::string> free_slots(std::string calendar, Instant from, Instant to) {
    return ask("GET",
               "/calendars/" + calendar + "/free-slots?startDate=" + std::to_string(to_epoch_ms(from)) +
                   "&endDate=" + std::to_string(to_epoch_ms(to)) + "&timezone=" + options_.zone,
               calendars_version);
  }

  Task<std::string> events(std::string whose, Instant from) {
    return ask("GET",
               "/calendars/events?locationId=" + options_.location + "&" + whose + "&startTime=" +
                   std::to_string(to_epoch_ms(from)) + "&endTime=" + std::to_string(to_epoch_ms(from + minutes(30))),
               calendars_version);
  }

  // A result as it stands inside a JSON text.
  static std::string failed() { return R"({\"status\":\"error\",\"say\":\"Please try again.\"})"; }

  Task<std::string> check(std::string calendar, std::string date) {
    const auto day = parse_date(date);
    if (!day) co_return failed();
    const std::string days =
        co_await free_slots(calendar, zone_.start_of_day(*day), zone_.start_of_day(add_days(*day, 1)));
    const std::string_view first = cut(days, "\"slots\":[\"");
    if (first.empty()) co_return failed();
    co_return R"({\"status\":\"available\",\"say\":\"I have one.\",\"slots\":[{\"code\":\")" + calendar + "|" +
        std::string(first) + R"(\",\"label\":\"first\"}]})";
  }

  Task<std::string> book(std::string code, std::string name, std::string phone) {
    const std::string calendar = code.substr(0, code.find('|'));
    const std::string start_text = code.substr(code.find('|') + 1);
    const auto start = parse_iso(start_text);
    if (!start) co_return failed();
    const auto [slots, duplicate] = co_await net::both(
        runtime_, free_slots(calendar, *start, *start + minutes(30)),
        ask("GET",
            "/contacts/search/duplicate?locationId=" + options_.location + "&number=" + net::percent_encode(phone),
            contacts_version));
    if (slots.empty() || duplicate.empty()) co_return failed();
    const std::string location = R"("locationId":")" + options_.location + "\"";
    const std::string contact =
        co_await ask("POST", "/contacts/", contacts_version,
                     "{" + location + R"(,"firstName":")" + name + R"(","phone":")" + phone + "\"}");
    const std::string contact_id(cut(contact, "\"id\":\""));
    if (options_.syncs > 0) co_await log_.append(code + " before the create\n");
    const std::string made =
        co_await ask("POST", "/calendars/events/appointments", calendars_version,
                     R"({"calendarId":")" + calendar + "\"," + location + R"(,"contactId":")" + contact_id +
                         R"(","startTime":")" + start_text + R"(","title":")" + name + R"(","toNotify":false})");
    const std::string user(cut(made, "\"assignedUserId\":\""));
    const auto [on_calendar, of_user] =
        co_await net::both(runtime_, events("calendarId=" + calendar, *start), events("userId=" + user, *start));
    if (on_calendar.empty() || of_user.empty()) co_return failed();
    if (options_.syncs > 1) co_await log_.append(code + " before the answer\n");
    net::spawn(runtime_.executor, finish(contact_id, std::string(cut(made, "\"id\":\""))));
    co_return R"({\"status\":\"booked\",\"say\":\"You're booked.\"})";
  }

  // What holdfastd does behind the answer: the note, and GHL's own word to the customer.
  Task<void> finish(std::string contact_id, std::string appointment_id) {
    co_await ask("POST", "/contacts/" + contact_id + "/notes", contacts_version,
                 R"({"body":"Booked by phone assistant."})");
    for (int i = 2; i < options_.syncs; ++i) co_await log_.append(appointment_id + " behind the answer\n");
    co_await ask("PUT", "/calendars/events/appointments/" + appointment_id, calendars_version, R"({"toNotify":true})");
  }

  net::Runtime runtime_;
  net::HttpTransport& ghl_;
  const Options& options_;
  Zone zone_;
  SyncedLog log_;
};

int run(const Options& options) {
  net::asio::io_context io{1};
  net::RealClock clock{io.get_executor()};
  net::SystemEntropy entropy;
  const net::Runtime runtime{io.get_executor(), clock, entropy};
  const auto origin = net::parse_origin(options.ghl);
  const auto zone = Zone::find(options.zone);
  const int descriptor = ::open(options.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (!origin || !zone || descriptor < 0) {
    std::fprintf(stderr, "booking_bare: --ghl, --zone or --log cannot be used\n");
    return 3;
  }
  auto client =
      net::BeastClient::create(runtime, *origin, {.connections_max = connections_max, .idle_max = connections_max});
  if (!client) {
    std::fprintf(stderr, "booking_bare: %s\n", client.error().message.c_str());
    return 4;
  }
  Bare bare(runtime, **client, options, *zone, descriptor);
  auto server =
      net::BeastServer::listen(runtime, {}, [&bare](HttpRequest request) { return bare.handle(std::move(request)); });
  if (!server) {
    std::fprintf(stderr, "booking_bare: %s\n", server.error().message.c_str());
    return 4;
  }
  std::printf("booking_bare listening on %s\n", (*server)->origin().c_str());
  std::fflush(stdout);
  net::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([](const boost::system::error_code&, int) { std::_Exit(0); });
  io.run();
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  CLI::App app("The exchanges and syncs of a booking, without logic", "booking_bare");
  app.add_option("--ghl", options.ghl, "Origin of GHL or mock-ghl")->required();
  app.add_option("--token", options.token, "For it")->required();
  app.add_option("--location", options.location, "The sub-account")->required();
  app.add_option("--zone", options.zone, "IANA name")->required();
  app.add_option("--log", options.log_path, "The file that is synced")->required();
  app.add_option("--syncs", options.syncs, "Durable writes of one booking")->check(CLI::Range(0, 64));
  CLI11_PARSE(app, count, arguments);
  return run(options);
}
