// A twin with a second location beside the clinic, spoken to in one dialect about calendars.
#pragma once

#include <string>
#include <utility>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {

inline constexpr char far_location[] = "locFar00000000000002";
inline constexpr char far_calendar[] = "calFar00000000000002";
inline constexpr char far_user[] = "usrFar00000000000003";

inline Fixture calendar_fixture() {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_max = 1'000'000;
  fixture.locations.push_back({.id = far_location, .name = "Far"});
  fixture.users.push_back({.id = far_user, .location_id = far_location, .name = "Far Away", .hours = std::nullopt});
  fixture.calendars.push_back({.id = far_calendar,
                               .location_id = far_location,
                               .name = "Far",
                               .type = CalendarType::event,
                               .open_hours = WeeklyHours::on({1}, {540, 600}),
                               .date_hours = {}});
  fixture.documents.push_back({.collection = Collection::calendar_group,
                               .id = "grpFar",
                               .location_id = far_location,
                               .fields = {{"name", "Far"}, {"description", ""}, {"slug", "far"}, {"isActive", true}}});
  fixture.documents.push_back(
      {.collection = Collection::room, .id = "romFar", .location_id = far_location, .fields = {{"name", "Far"}}});
  fixture.schedules.push_back(
      {.id = "schFar", .location_id = far_location, .user_id = far_user, .name = "Far", .timezone = "Europe/Berlin"});
  fixture.contacts.push_back({.id = "conFar", .location_id = far_location});
  fixture.appointments.push_back(
      {.id = "aptFar", .calendar_id = far_calendar, .contact_id = "conFar", .start = at("2026-08-24T09:00:00-04:00")});
  return fixture;
}

class CalendarRig : public Rig {
 public:
  explicit CalendarRig(bool v3 = false, Fixture fixture = calendar_fixture()) : Rig(std::move(fixture)), v3_(v3) {}

  HttpResponse ask(std::string method, std::string target, const Json& body = nullptr) {
    HttpRequest made = request(std::move(method), std::move(target), body);
    if (v3_) made.headers.set("Version", "v3");
    return send(std::move(made));
  }
  // The answer's body, when it has the expected status.
  Json expect(int status, std::string method, std::string target, const Json& body = nullptr) {
    const HttpResponse response = ask(method, target, body);
    EXPECT_EQ(response.status, status) << method << " " << target << " " << response.body;
    return json(response);
  }
  // The text of a refusal, when it has the expected status.
  std::string refused(int status, std::string method, std::string target, const Json& body = nullptr) {
    const Json json = expect(status, std::move(method), std::move(target), body);
    if (!json.contains("message")) return {};
    return json["message"].is_array() ? json["message"][0].get<std::string>() : json["message"].get<std::string>();
  }
  // A calendar's id; `more` adds to or replaces the body's members.
  std::string calendar(Json more = Json::object()) {
    Json body{{"locationId", demo_location}, {"name", "Made"}};
    body.update(more);
    return expect(200, "POST", "/calendars/", body)["calendar"]["id"];
  }
  // The starts on offer between two instants, in the location's zone.
  std::vector<std::string> starts(const std::string& calendar_id, const char* from, const char* to) {
    std::vector<std::string> found;
    const Json days = json(slots(calendar_id, at(from), at(to)));
    for (const auto& [day, value] : days.items()) {
      if (!value.is_object() || !value.contains("slots")) continue;
      for (const Json& start : value["slots"]) found.push_back(start);
    }
    return found;
  }

 private:
  bool v3_;
};

}  // namespace mock_ghl::tests
