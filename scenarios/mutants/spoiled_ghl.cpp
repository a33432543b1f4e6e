#include "scenarios/mutants/spoiled_ghl.hpp"

#include <map>
#include <string>
#include <utility>

#include "core/base/json.hpp"

namespace scenarios {
namespace {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;
using holdfast::net::TransportResult;

constexpr std::int64_t retry_wait_ms = 200;
constexpr int retries_max = 2;

constexpr std::string_view appointments_path = "/calendars/events/appointments";

template <typename Change>
void change_body(HttpRequest& request, Change change) {
  auto body = holdfast::parse_json(request.body);
  if (!body || !body->is_object()) return;
  change(*body);
  request.body = holdfast::dump_json(*body);
}

bool is_create(const HttpRequest& request) {
  return request.method == "POST" && request.target.starts_with(appointments_path);
}
bool is_note(const HttpRequest& request) {
  return request.method == "POST" && request.target.ends_with("/notes");
}
bool is_failure(const TransportResult& answer) {
  if (!answer) return true;
  return answer->status >= 500 || (answer->status < 300 && !holdfast::parse_json(answer->body));
}

class SpoiledGhl final : public holdfast::net::HttpTransport {
 public:
  SpoiledGhl(holdfast::net::Runtime runtime, HttpTransport& inner, GhlDefect defect)
      : runtime_(std::move(runtime)), inner_(inner), defect_(defect) {}

  Task<TransportResult> send(HttpRequest request, Instant deadline) override {
    switch (defect_) {
      case GhlDefect::retry_creates:
        if (is_create(request)) co_return co_await send_again(std::move(request), deadline);
        break;
      case GhlDefect::retry_notes:
        if (is_note(request)) co_return co_await send_again(std::move(request), deadline);
        break;
      case GhlDefect::trust_stale_check:
        co_return co_await blind(std::move(request), deadline);
      case GhlDefect::forget_verify:
        co_return co_await without_rivals(std::move(request), deadline);
      case GhlDefect::forget_members:
        if (request.method == "GET" && request.target.find("userId=") != std::string::npos) {
          co_return HttpResponse{.status = 200, .body = R"({"events":[]})"};
        }
        break;
      case GhlDefect::notify_at_once:
        if (is_create(request)) change_body(request, [](Json& body) { body["toNotify"] = true; });
        break;
      case GhlDefect::notify_cancels:
        if (request.method == "PUT" && request.target.starts_with(appointments_path)) {
          change_body(request, [](Json& body) {
            if (body.contains("appointmentStatus")) body["toNotify"] = true;
          });
        }
        break;
      case GhlDefect::no_marker:
        if (is_create(request)) change_body(request, [](Json& body) { body.erase("description"); });
        break;
      case GhlDefect::stored_is_asked:
        co_return co_await as_asked(std::move(request), deadline);
    }
    co_return co_await inner_.send(std::move(request), deadline);
  }

 private:
  Task<TransportResult> send_again(HttpRequest request, Instant deadline) {
    TransportResult answer = co_await inner_.send(request, deadline);
    for (int retry = 0; retry < retries_max && is_failure(answer); ++retry) {
      co_await holdfast::net::sleep_for(runtime_.clock, Duration(retry_wait_ms));
      answer = co_await inner_.send(request, runtime_.now() + Duration(5'000));
    }
    co_return answer;
  }

  // Answers the narrow re-check itself, switches GHL's check off, and sees no rivals.
  Task<TransportResult> blind(HttpRequest request, Instant deadline) {
    const holdfast::net::Target target = holdfast::net::parse_target(request.target);
    if (target.path.ends_with("/free-slots") && is_narrow(target)) co_return always_free(target);
    if (is_create(request)) {
      if (auto body = holdfast::parse_json(request.body)) {
        (*body)["ignoreFreeSlotValidation"] = true;
        (*body)["assignedUserId"] = last_user_;
        request.body = holdfast::dump_json(*body);
      }
    }
    if (request.method == "GET" && !target.path.starts_with("/calendars/events") &&
        target.path.starts_with("/calendars/") && !target.path.ends_with("/free-slots")) {
      TransportResult answer = co_await inner_.send(std::move(request), deadline);
      if (answer) remember_user(answer->body);
      co_return answer;
    }
    co_return co_await without_rivals(std::move(request), deadline);
  }

  // Lists of events show only what the daemon itself made for the contact it asks about: nobody is ever in the way.
  Task<TransportResult> without_rivals(HttpRequest request, Instant deadline) {
    const bool create = is_create(request);
    const std::string path = holdfast::net::parse_target(request.target).path;
    TransportResult answer = co_await inner_.send(std::move(request), deadline);
    if (!answer) co_return answer;
    auto body = holdfast::parse_json(answer->body);
    if (!body) co_return answer;
    if (create) {
      if (const auto id = holdfast::string_member(*body, "id")) latest_ = *id;
    } else if (path == "/calendars/events" && body->contains("events") && (*body)["events"].size() > 1) {
      Json only = Json::array();
      for (Json& event : (*body)["events"]) {
        if (holdfast::string_member(event, "id") == latest_) only.push_back(std::move(event));
      }
      if (!only.empty()) {
        (*body)["events"] = std::move(only);
        answer->body = holdfast::dump_json(*body);
      }
    }
    co_return answer;
  }

  // Remembers what a create asked for, by its description, and reads it back everywhere.
  Task<TransportResult> as_asked(HttpRequest request, Instant deadline) {
    if (is_create(request)) {
      if (const auto body = holdfast::parse_json(request.body)) {
        asked_[holdfast::string_member(*body, "description").value_or("")] = *body;
      }
    }
    TransportResult answer = co_await inner_.send(std::move(request), deadline);
    if (!answer) co_return answer;
    auto body = holdfast::parse_json(answer->body);
    if (!body || !body->is_object()) co_return answer;
    Json* events = body->contains("events") ? &(*body)["events"] : nullptr;
    if (events != nullptr && events->is_array()) {
      for (Json& event : *events) restore(event);
    }
    for (const char* wrapper : {"event", "appointment"}) {
      if (body->contains(wrapper)) restore((*body)[wrapper]);
    }
    restore(*body);
    answer->body = holdfast::dump_json(*body);
    co_return answer;
  }

  void restore(Json& event) const {
    const auto asked =
        event.is_object() ? asked_.find(holdfast::string_member(event, "description").value_or("")) : asked_.end();
    if (asked == asked_.end()) return;
    for (const char* field : {"startTime", "calendarId", "contactId"}) {
      if (event.contains(field) && asked->second.contains(field)) event[field] = asked->second[field];
    }
    event.erase("endTime");
  }

  static bool is_narrow(const holdfast::net::Target& target) {
    const auto begin = target.parameter("startDate");
    const auto end = target.parameter("endDate");
    return begin && end && std::stoll(*end) - std::stoll(*begin) <= 4 * 3'600'000;
  }

  static TransportResult always_free(const holdfast::net::Target& target) {
    const Instant start = holdfast::from_epoch_ms(std::stoll(*target.parameter("startDate")));
    const auto zone = holdfast::Zone::find(target.parameter("timezone").value_or("UTC"));
    const holdfast::Zone& known = zone ? *zone : holdfast::Zone::utc();
    Json body;
    body[holdfast::format_date(holdfast::date_in(known, start))]["slots"] = {holdfast::format_iso(start, known)};
    return HttpResponse::json(200, holdfast::dump_json(body));
  }

  void remember_user(const std::string& text) {
    const auto body = holdfast::parse_json(text);
    if (!body) return;
    const Json* calendar = holdfast::find_member(*body, "calendar");
    const Json* members = calendar == nullptr ? nullptr : holdfast::find_member(*calendar, "teamMembers");
    if (members != nullptr && members->is_array() && !members->empty()) {
      last_user_ = holdfast::string_member(members->front(), "userId").value_or("");
    }
  }

  holdfast::net::Runtime runtime_;
  HttpTransport& inner_;
  GhlDefect defect_;
  std::map<std::string, Json> asked_;
  std::string latest_;
  std::string last_user_;
};

}  // namespace

std::unique_ptr<holdfast::net::HttpTransport> spoil_ghl(holdfast::net::Runtime runtime,
                                                        holdfast::net::HttpTransport& inner, GhlDefect defect) {
  return std::make_unique<SpoiledGhl>(std::move(runtime), inner, defect);
}

}  // namespace scenarios
