// A twin on a loop of its own, spoken to as a client would.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "core/base/json.hpp"
#include "mock_ghl/twin.hpp"
#include "tests/mock_ghl/operation_coverage.hpp"
#include "tests/support/run_task.hpp"

namespace mock_ghl::tests {

using holdfast::Instant;
using holdfast::Json;
using holdfast::to_epoch_ms;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

inline constexpr char demo_token[] = "pit-00000000-0000-4000-8000-000000000001";
inline constexpr char demo_location[] = "locClinic00000000001";
inline constexpr char consult[] = "calConsult0000000001";
inline constexpr char personal[] = "calPersonal000000002";
inline constexpr char posture_class[] = "calClass000000000003";
inline constexpr char ada[] = "usrAda00000000000001";
inline constexpr char ben[] = "usrBen00000000000002";

// Monday 2026-08-24, 08:00 in New York.
inline Instant monday_morning() {
  return *holdfast::parse_iso("2026-08-24T08:00:00-04:00");
}
inline Instant at(const char* iso) {
  return *holdfast::parse_iso(iso);
}

class Rig {
 public:
  explicit Rig(Fixture fixture = demo_fixture(), Instant start = monday_morning(), std::uint64_t seed = 7)
      : loop(start), twin(loop.runtime(), std::move(fixture), seed) {
    twin.check_replies(true);
  }
  // Whatever a test was about: no answer may leave the contract.
  ~Rig() {
    for (const std::string& violation : twin.reply_violations()) ADD_FAILURE() << "the twin answered " << violation;
  }
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // A request as our client sends it: token, Version and a JSON body when there is one.
  static HttpRequest request(std::string method, std::string target, const Json& body = nullptr) {
    HttpRequest made{.method = std::move(method), .target = std::move(target)};
    made.headers.set("Authorization", std::string("Bearer ") + demo_token);
    made.headers.set("Version", "2021-04-15");
    if (!body.is_null()) {
      made.headers.set("Content-Type", "application/json");
      made.body = holdfast::dump_json(body);
    }
    return made;
  }
  HttpResponse send(HttpRequest made) {
    HttpRequest sent = made;
    HttpResponse response = loop.run(twin.handle(std::move(made)));
    note_answer(sent, response);
    return response;
  }
  HttpResponse send(std::string method, std::string target, const Json& body = nullptr) {
    return send(request(std::move(method), std::move(target), body));
  }
  // The body of an answer that must be JSON.
  static Json json(const HttpResponse& response) {
    auto parsed = holdfast::parse_json(response.body);
    return parsed ? *parsed : Json("not JSON: " + response.body);
  }

  // A contact's id.
  std::string contact(const std::string& first_name = "Jane", const std::string& phone = "") {
    Json body{{"locationId", demo_location}, {"firstName", first_name}};
    if (!phone.empty()) body["phone"] = phone;
    return json(send("POST", "/contacts/", body))["contact"]["id"].get<std::string>();
  }
  static Json booking(const std::string& contact_id, const std::string& start, const std::string& calendar = consult) {
    return {{"calendarId", calendar}, {"locationId", demo_location}, {"contactId", contact_id}, {"startTime", start}};
  }
  HttpResponse book(const Json& body) { return send("POST", "/calendars/events/appointments", body); }
  HttpResponse slots(const std::string& calendar, Instant from, Instant to, const std::string& extra = "") {
    return send("GET", "/calendars/" + calendar + "/free-slots?startDate=" + std::to_string(to_epoch_ms(from)) +
                           "&endDate=" + std::to_string(to_epoch_ms(to)) + extra);
  }

  holdfast::tests::Loop loop;
  Twin twin;
};

}  // namespace mock_ghl::tests
