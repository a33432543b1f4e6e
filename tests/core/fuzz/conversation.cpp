// A whole conversation with the daemon, without sockets and in virtual time: whatever the caller's assistant posts and
// whatever GHL answers, every request is answered with JSON, and once GHL is well again everything comes to rest.
//
// An input is read by lines, at most 40:
//   <STATUS BODY     is what GHL answers next, ahead of its own good answers; status 0 is no answer, 1 was never sent
//   +SECONDS         lets time pass, at most an hour
//   @CALL NUMBER     is who calls from here on: the call's id and the number, which may be empty
//   {BODY}           is posted as it stands
//   TOOL ARGUMENTS   is posted as a tool call; where slot_code is "OFFERED" it becomes the latest code that was offered
#include <charconv>
#include <deque>
#include <memory>

#include "core/daemon/application.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "tests/core/booking/paper_ghl.hpp"
#include "tests/core/fuzz/target.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::fuzz {
namespace {

constexpr int lines_max = 40;

// A number at the front of `text`, which loses it and one space behind it; 0 when there is none.
int take_number(std::string_view& text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with(' ')) text.remove_prefix(1);
  return error != std::errc() || number < 0 ? 0 : std::min(number, most);
}

// A GHL that says what the input wants it to say, and then behaves.
class ToldGhl final : public net::HttpTransport {
 public:
  explicit ToldGhl(net::Clock& clock) : good_(clock) {
    const Instant first = *parse_iso("2026-08-27T10:00:00-04:00");
    for (int i = 0; i < 8; ++i) good_.free.push_back(first + hours(i * 5));
  }

  net::Task<net::TransportResult> send(net::HttpRequest request, Instant deadline) override {
    if (told_.empty()) co_return co_await good_.send(std::move(request), deadline);
    std::string answer = std::move(told_.front());
    told_.pop_front();
    std::string_view body = answer;
    const int status = take_number(body, 999);
    if (status == 0) co_return failure(net::TransportFailure::unanswered);
    if (status == 1) co_return failure(net::TransportFailure::not_sent);
    net::HttpResponse response = net::HttpResponse::json(status, std::string(body));
    if (status == 429) response.headers.set("Retry-After", response.body);
    co_return response;
  }

  void tell(std::string_view answer) { told_.emplace_back(answer); }
  void behave() { told_.clear(); }

 private:
  static std::unexpected<net::TransportError> failure(net::TransportFailure what) {
    return std::unexpected(net::TransportError{what, "as told"});
  }
  tests::PaperGhl good_;
  std::deque<std::string> told_;
};

daemon::TenantAccount clinic() {
  daemon::TenantAccount account;
  account.tenant.id = "clinic";
  account.tenant.location_id = "loc";
  account.tenant.zone = *Zone::find("America/New_York");
  account.tenant.services = {{"Consultation", "cal"}};
  account.tenant.trusted_parameters = {"caller_number"};
  account.ghl_token = Secret("pit-clinic");
  account.allow_unauthenticated = true;
  return account;
}

class Conversation {
 public:
  Conversation() { HOLDFAST_ASSERT(loop_.run(application_->start())); }
  ~Conversation() {
    ghl_.behave();
    application_->stop();
    // Longer than any wait that is granted to GHL.
    HOLDFAST_ASSERT(loop_.run(application_->drain(loop_.clock().now() + days(14))));
  }

  void play(std::string_view line) {
    if (line.starts_with('<')) {
      ghl_.tell(line.substr(1));
    } else if (line.starts_with('+')) {
      line.remove_prefix(1);
      loop_.run_until(loop_.clock().now() + seconds(take_number(line, 60 * 60)));
    } else if (line.starts_with('@')) {
      const auto space = std::min(line.find(' '), line.size());
      call_id_ = line.substr(1, space - 1);
      number_ = line.substr(std::min(space + 1, line.size()));
    } else if (line.starts_with('{')) {
      post(std::string(line));
    } else {
      const auto space = line.find(' ');
      call(line.substr(0, space), space == std::string_view::npos ? "" : line.substr(space + 1));
    }
  }

 private:
  void call(std::string_view tool, std::string_view text) {
    auto parsed = parse_json(text);
    Json arguments = parsed ? std::move(*parsed) : Json(text);
    if (string_member(arguments, "slot_code") == "OFFERED") arguments["slot_code"] = offered_;
    const Json message{
        {"type", "tool-calls"},
        {"call", {{"id", call_id_}, {"customer", {{"number", number_}}}}},
        {"toolCallList", {{{"id", std::to_string(++calls_)}, {"name", tool}, {"arguments", arguments}}}}};
    post(dump_json(Json{{"message", message}}));
  }

  void post(std::string body) {
    const Instant asked_at = loop_.clock().now();
    const auto response = loop_.run(application_->handle({"POST", "/vapi/clinic", {}, std::move(body)}));
    HOLDFAST_ASSERT(response.status == 200 || response.status == 400);
    HOLDFAST_ASSERT(loop_.clock().now() - asked_at <= Duration(booking::Limits{}.voice_deadline_ms));
    const auto answer = parse_json(response.body);
    HOLDFAST_ASSERT(answer && answer->is_object());
    const Json* results = find_member(*answer, "results");
    if (results == nullptr) return;
    for (const Json& result : *results) {
      if (const auto text = string_member(result, "result")) hear(*text);
    }
  }

  void hear(const std::string& text) {
    const auto reply = parse_json(text);
    HOLDFAST_ASSERT(reply && string_member(*reply, "status") && !string_member(*reply, "say").value_or("").empty());
    const Json* slots = find_member(*reply, "slots");
    if (slots != nullptr && !slots->empty()) offered_ = slots->front()["code"];
  }

  tests::Loop loop_{*parse_iso("2026-08-26T12:00:00-04:00")};
  ToldGhl ghl_{loop_.clock()};
  ledger::MemoryLedger ledger_{loop_.runtime(), std::make_shared<ledger::MemoryDisk>()};
  std::unique_ptr<daemon::Application> application_ = std::make_unique<daemon::Application>(
      loop_.runtime(), std::vector<daemon::TenantAccount>{clinic()}, ledger_, ghl_);
  std::string call_id_ = "call-1";
  std::string number_ = "+14155550100";
  std::string offered_;
  int calls_ = 0;
};

}  // namespace

void run(std::string_view input) {
  Conversation conversation;
  for (int i = 0; i < lines_max && !input.empty(); ++i) {
    const auto end = input.find('\n');
    conversation.play(input.substr(0, end));
    input = end == std::string_view::npos ? std::string_view{} : input.substr(end + 1);
  }
}

}  // namespace holdfast::fuzz
