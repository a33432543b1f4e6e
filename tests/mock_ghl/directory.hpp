// A clinic with everything that hangs on contacts and locations, and a client of it in one dialect.
#pragma once

#include <string>
#include <utility>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {

inline constexpr char other_location[] = "locSecond00000000002";
inline constexpr char other_token[] = "pit-00000000-0000-4000-8000-000000000002";
inline constexpr char color_field[] = "fldColor000000000001";
inline constexpr char hobbies_field[] = "fldHobbies0000000002";
inline constexpr char age_field[] = "fldAge00000000000003";
inline constexpr char text_field[] = "fldText0000000000004";
inline constexpr char utm_field[] = "fldUtmSource00000005";
inline constexpr char published[] = "78559bb3-b920-461e-b010-7b2a2816d2a9";
inline constexpr char draft[] = "78559bb3-b920-461e-b010-7b2a2816d2aa";
inline constexpr char business[] = "63b7ec34ea409a9a8bd2a4ff";

inline DocumentSeed record(Collection collection, const char* id, Json fields, const char* location = demo_location) {
  return {.collection = collection, .id = id, .location_id = location, .fields = std::move(fields)};
}

// No rate limit, no search lag, a second location.
inline Fixture directory_fixture() {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_max = 1'000'000;
  fixture.settings.search_lag_ms = 0;
  fixture.locations.push_back({.id = other_location, .name = "Second"});
  fixture.tokens.push_back({.token = other_token, .location_id = other_location});
  fixture.users.push_back(
      {.id = "usrFar00000000000003", .location_id = other_location, .name = "Far Away", .email = "far@second.example"});
  const auto field = [](const char* key, const char* type, Json options = Json::array()) {
    return Json{{"name", key},
                {"fieldKey", std::string("contact.") + key},
                {"dataType", type},
                {"model", "contact"},
                {"picklistOptions", std::move(options)}};
  };
  fixture.documents = {
      record(Collection::custom_field, color_field, field("color", "SINGLE_OPTIONS", {"red", "blue"})),
      record(Collection::custom_field, hobbies_field, field("hobbies", "MULTIPLE_OPTIONS", {"chess", "golf"})),
      record(Collection::custom_field, age_field, field("age", "NUMERICAL")),
      record(Collection::custom_field, text_field, field("remark", "TEXT")),
      record(Collection::custom_field, utm_field, field("utm_source", "TEXT")),
      record(Collection::workflow, published, {{"name", "Reminders"}, {"status", "published"}, {"version", 4}}),
      record(Collection::workflow, draft, {{"name", "Someday"}, {"status", "draft"}}),
      record(Collection::workflow, "wfFar", {{"name", "Far"}, {"status", "published"}}, other_location),
      record(Collection::business, business, {{"name", "Acme"}}),
      record(Collection::business, "bizFar", {{"name", "Far"}}, other_location),
      record(Collection::tag, "tagVip00000000000001", {{"name", "vip"}})};
  return fixture;
}

// The twin, spoken to in one dialect.
class Directory {
 public:
  explicit Directory(bool v3 = false, Fixture fixture = directory_fixture()) : rig(std::move(fixture)), v3_(v3) {}

  HttpResponse send(const char* method, const std::string& target, const Json& body = nullptr,
                    const char* token = demo_token) {
    HttpRequest request = Rig::request(method, target, body);
    request.headers.set("Version", v3_ ? "v3" : "2021-07-28");
    request.headers.set("Authorization", std::string("Bearer ") + token);
    return rig.send(std::move(request));
  }
  // The body of a success with this status.
  Json ask(int status, const char* method, const std::string& target, const Json& body = nullptr) {
    const HttpResponse response = send(method, target, body);
    EXPECT_EQ(response.status, status) << method << " " << target << " " << response.body;
    return Rig::json(response);
  }
  // A contact of the location.
  std::string add(Json body = Json::object()) {
    body["locationId"] = demo_location;
    if (!body.contains("firstName")) body["firstName"] = "Jane";
    return ask(201, "POST", "/contacts/", body)["contact"]["id"];
  }
  Json read(const std::string& id) { return ask(200, "GET", "/contacts/" + id)["contact"]; }
  // {"succeded": true}, in v3 with the right spelling too.
  void expect_succeeded(const Json& body) const {
    EXPECT_EQ(body.value("succeded", false), true) << body.dump();
    EXPECT_EQ(body.contains("succeeded"), v3_) << body.dump();
  }
  bool v3() const { return v3_; }

  Rig rig;

 private:
  bool v3_;
};

}  // namespace mock_ghl::tests
