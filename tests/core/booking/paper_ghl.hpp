// PaperGhl: a GHL on paper for testing the saga step by step. It does what it is told, not what GHL would do: mock_ghl
// is for that. Every operation can be answered by a script.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "core/net/clock.hpp"
#include "core/net/transport.hpp"

namespace holdfast::tests {

// One calendar with one user; slots are whatever `free` says, appointments whatever was created or put in `events`.
class PaperGhl final : public net::HttpTransport {
 public:
  // What a create does.
  enum class Create { done, done_but_unanswered, not_done_unanswered, not_sent, taken, rate_limited, unreadable, late };

  explicit PaperGhl(net::Clock& clock) : clock_(clock) {}

  net::Task<net::TransportResult> send(net::HttpRequest request, Instant deadline) override {
    const net::Target target = net::parse_target(request.target);
    const std::string operation = operation_of(request.method, target.path);
    ++calls[operation];
    co_await net::sleep_for(clock_, Duration(latency_ms));
    if (operation == "create") co_return co_await create(parse_json(request.body).value(), deadline);
    if (broken.contains(operation)) {
      co_return std::unexpected(net::TransportError{net::TransportFailure::unanswered, "scripted"});
    }
    if (refused.contains(operation)) {
      co_return net::HttpResponse::json(422,
                                        R"({"message":["scripted"],"error":"Unprocessable Entity","statusCode":422})");
    }
    co_return answer(operation, target, request);
  }

  // The operations asked for so far, and how often.
  std::map<std::string, int> calls;
  // Operations that never answer.
  std::map<std::string, bool> broken;
  // Operations that are refused for good.
  std::map<std::string, bool> refused;
  // The creates to come, in order; done when the script is over.
  std::vector<Create> creates;
  std::vector<Instant> free;
  std::vector<std::string> start_texts;  // of the creates, as they were sent
  std::vector<Json> events;
  std::vector<std::string> notes;
  std::map<std::string, std::string> contacts;  // phone -> id
  std::map<std::string, std::string> names;     // contact id -> name
  int contacts_made = 0;
  std::vector<std::string> customer_heard;  // GHL's own notifications: "booked", "released", "cancelled"
  std::int64_t latency_ms = 20;
  std::int64_t late_ms = 5'000;
  // Called right after an appointment was committed: the moment for a rival.
  std::function<void()> on_commit = [] {};

  // An event in the calendar, live unless its status says otherwise.
  static Json event(std::string id, Instant start, std::string description, Instant added_at) {
    return Json{{"id", std::move(id)},
                {"calendarId", "cal"},
                {"locationId", "loc"},
                {"contactId", "somebody"},
                {"assignedUserId", "user"},
                {"appointmentStatus", "confirmed"},
                {"description", std::move(description)},
                {"startTime", format_iso_utc(start)},
                {"endTime", format_iso_utc(start + minutes(30))},
                {"dateAdded", format_iso_utc(added_at)}};
  }

  // How many appointments take up their time.
  int live() const {
    int count = 0;
    for (const Json& one : events) count += one["appointmentStatus"] != "cancelled" ? 1 : 0;
    return count;
  }

 private:
  static std::string operation_of(const std::string& method, const std::string& path) {
    if (path == "/calendars/events/appointments") return "create";
    if (path.starts_with("/calendars/events/appointments/")) return method == "PUT" ? "update" : "get";
    if (path == "/calendars/events") return "events";
    if (path.ends_with("/free-slots")) return "free-slots";
    if (path.starts_with("/calendars/")) return "calendar";
    if (path == "/contacts") return "create-contact";
    if (path.ends_with("/appointments")) return "contact-appointments";
    if (path.ends_with("/tasks")) return "create-task";
    if (path == "/contacts/search/duplicate") return "find-contact";
    if (path == "/contacts/upsert") return "upsert";
    if (path.ends_with("/notes")) return method == "POST" ? "add-note" : "list-notes";
    if (path.starts_with("/contacts/")) return method == "PUT" ? "update-contact" : "get-contact";
    return "unknown";
  }

  std::string commit(const Json& body) {
    const Instant start = parse_iso(body["startTime"].get<std::string>()).value();
    Json made = event("appointment-" + std::to_string(events.size() + 1), start, body["description"], clock_.now());
    made["contactId"] = body["contactId"];
    if (body.value("toNotify", true)) customer_heard.push_back("booked");
    const std::string id = made["id"];
    events.push_back(std::move(made));
    on_commit();
    return id;
  }

  net::Task<void> commit_later(Json body) {
    co_await net::sleep_for(clock_, Duration(late_ms));
    commit(body);
  }

  net::Task<net::TransportResult> create(Json body, Instant deadline) {
    start_texts.push_back(body["startTime"]);
    Create what = Create::done;
    if (!creates.empty()) {
      what = creates.front();
      creates.erase(creates.begin());
    }
    const auto lost = [](net::TransportFailure failure) {
      return std::unexpected(net::TransportError{failure, "scripted"});
    };
    switch (what) {
      case Create::taken:
        co_return net::HttpResponse::json(
            400, R"({"message":"The slot you have selected is no longer available.","statusCode":400})");
      case Create::rate_limited:
        co_return net::HttpResponse::json(429, R"({"message":"Too Many Requests","statusCode":429})");
      case Create::not_sent:
        co_return lost(net::TransportFailure::not_sent);
      case Create::not_done_unanswered:
        co_await net::sleep_for(clock_, deadline - clock_.now());
        co_return lost(net::TransportFailure::unanswered);
      case Create::late:
        net::spawn(co_await net::asio::this_coro::executor, commit_later(body));
        co_return lost(net::TransportFailure::unanswered);
      case Create::done:
      case Create::done_but_unanswered:
      case Create::unreadable:
        break;
    }
    const std::string id = commit(body);
    if (what == Create::done_but_unanswered) co_return lost(net::TransportFailure::unanswered);
    if (what == Create::unreadable) co_return net::HttpResponse{.status = 201, .body = "<html>"};
    co_return net::HttpResponse::json(201, dump_json(Json{{"id", id}}));
  }

  net::HttpResponse answer(const std::string& operation, const net::Target& target, const net::HttpRequest& request) {
    if (operation == "calendar") {
      return net::HttpResponse::json(
          200, R"({"calendar":{"id":"cal","locationId":"loc","name":"C","calendarType":"personal","slotDuration":30,)"
               R"("slotDurationUnit":"mins","teamMembers":[{"userId":"user"}]}})");
    }
    if (operation == "free-slots") return net::HttpResponse::json(200, free_slots(target));
    if (operation == "events") return net::HttpResponse::json(200, dump_json(Json{{"events", events}}));
    if (operation == "find-contact") {
      const auto known = contacts.find(target.parameter("number").value_or(target.parameter("email").value_or("")));
      const Json contact = known == contacts.end() ? Json(nullptr) : contact_json(known->second);
      return net::HttpResponse::json(200, dump_json(Json{{"contact", contact}}));
    }
    if (operation == "create-contact" || operation == "upsert") {
      const Json body = parse_json(request.body).value();
      const std::string id = "contact-" + std::to_string(++contacts_made);
      names[id] = body.value("firstName", "") + " " + body.value("lastName", "");
      if (body.contains("phone")) contacts.emplace(body["phone"].get<std::string>(), id);
      if (body.contains("email")) contacts.emplace(body["email"].get<std::string>(), id);
      return net::HttpResponse::json(201, dump_json(Json{{"contact", contact_json(id)}}));
    }
    if (operation == "update-contact") {
      const Json body = parse_json(request.body).value();
      const std::string id = target.path.substr(target.path.rfind('/') + 1);
      if (body.contains("phone")) contacts.emplace(body["phone"].get<std::string>(), id);
      return net::HttpResponse::json(200, dump_json(Json{{"contact", contact_json(id)}}));
    }
    if (operation == "contact-appointments") {
      Json list = Json::array();
      for (const Json& one : events) {
        if (target.path == "/contacts/" + one["contactId"].get<std::string>() + "/appointments") list.push_back(one);
      }
      return net::HttpResponse::json(200, dump_json(Json{{"events", list}}));
    }
    if (operation == "add-note") {
      notes.push_back(parse_json(request.body).value()["body"]);
      return net::HttpResponse::json(201, R"({"note":{"id":"note"}})");
    }
    if (operation == "list-notes") {
      Json list = Json::array();
      for (const std::string& body : notes) list.push_back({{"id", "note"}, {"body", body}});
      return net::HttpResponse::json(200, dump_json(Json{{"notes", list}}));
    }
    const std::string id = target.path.substr(target.path.rfind('/') + 1);
    if (operation == "get-contact" && names.contains(id)) {
      return net::HttpResponse::json(200, dump_json(Json{{"contact", contact_json(id)}}));
    }
    for (Json& one : events) {
      if (one["id"] != id) continue;
      if (operation == "update") update(one, parse_json(request.body).value());
      return net::HttpResponse::json(200, operation == "update" ? dump_json(one) : dump_json(Json{{"event", one}}));
    }
    return net::HttpResponse::json(400, R"({"message":"The event id is invalid","statusCode":400})");
  }

  void update(Json& one, const Json& change) {
    const bool cancels = change.contains("appointmentStatus");
    if (cancels) one["appointmentStatus"] = change["appointmentStatus"];
    if (change.value("toNotify", true)) customer_heard.push_back(cancels ? "cancelled" : "released");
  }

  Json contact_json(const std::string& id) const {
    const auto name = names.find(id);
    const std::string full = name == names.end() ? "" : name->second;
    Json json{{"id", id}, {"firstName", full.substr(0, full.find(' '))}, {"lastName", full.substr(full.find(' ') + 1)}};
    for (const auto& [phone, holder] : contacts) {
      if (holder == id) json["phone"] = phone;
    }
    return json;
  }

  std::string free_slots(const net::Target& target) const {
    const Instant begin = from_epoch_ms(std::stoll(target.parameter("startDate").value()));
    const Instant end = from_epoch_ms(std::stoll(target.parameter("endDate").value()));
    const Zone zone = Zone::find(target.parameter("timezone").value_or("America/New_York")).value();
    Json days = Json::object();
    for (const Instant start : free) {
      if (start < begin || start >= end) continue;
      days[format_date(date_in(zone, start))]["slots"].push_back(format_iso(start, zone));
    }
    days["traceId"] = "trace";
    return dump_json(days);
  }

  net::Clock& clock_;
};

}  // namespace holdfast::tests
