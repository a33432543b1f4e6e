#include "tests/mock_ghl/fuzz/request_seeds.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/json.hpp"
#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/probe/verify.hpp"
#include "tests/mock_ghl/fuzz/request_world.hpp"

namespace mock_ghl::fuzz {
namespace {

using contract::Operation;
using contract::Shape;
using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;

constexpr const char* location = "locClinic00000000001";
constexpr const char* contact = "conJane0000000000001";
constexpr const char* appointment = "aptFirst000000000001";
constexpr const char* calendar = "calConsult0000000001";
constexpr const char* user = "usrAda00000000000001";
constexpr const char* location_token = "pit-00000000-0000-4000-8000-000000000001";
constexpr const char* agency_token = "pit-00000000-0000-4000-8000-000000000002";
constexpr const char* app_token = "agency-token";
constexpr int depth_max = 4;  // shapes refer to each other

// What stands for a field or a capture of this name. The ids are those of world.json.
const std::map<std::string, std::string, std::less<>>& known_values() {
  static const std::map<std::string, std::string, std::less<>> values{
      {"locationId", location},
      {"location_id", location},
      {"altId", location},
      {"companyId", "comHarbor00000000001"},
      {"calendarId", calendar},
      {"contactId", contact},
      {"contact_id", contact},
      {"userId", user},
      {"userIds", user},
      {"calendarIds", calendar},
      {"from", "09:00"},
      {"to", "12:00"},
      {"date", "2026-08-31T00:00:00.000Z"},
      {"rrule", "FREQ=WEEKLY;COUNT=3"},
      {"message", "Hello"},
      {"assignedUserId", user},
      {"assignedTo", user},
      {"followers", user},
      {"eventId", appointment},
      {"appointmentId", appointment},
      {"groupId", "grpVisits00000000001"},
      {"pipelineId", "pipPatients000000001"},
      {"pipeline_id", "pipPatients000000001"},
      {"pipelineStageId", "stgInquiry0000000001"},
      {"conversationId", "cnvJane0000000000001"},
      {"workflowId", "wfwWelcome0000000001"},
      {"businessId", "bizHarbor00000000001"},
      {"tagId", "tagVip00000000000001"},
      {"campaignId", "cmpSummer00000000001"},
      {"resourceType", "rooms"},
      {"startTime", "2026-08-26T10:00:00-04:00"},
      {"endTime", "2026-08-26T10:30:00-04:00"},
      {"dueDate", "2026-08-26T10:00:00Z"},
      {"startDate", "1787544000000"},
      {"endDate", "1787630400000"},
      {"timezone", "America/New_York"},
      {"email", "new@example.com"},
      {"emails", "ada@clinic.example"},
      {"phone", "+15550107777"},
      {"number", "+15550109999"},
      {"appointmentStatus", "confirmed"},
      {"bookingOption", "skip"},
      {"limit", "10"},
      {"skip", "0"},
      {"offset", "0"},
      {"page", "1"},
      {"pageLimit", "10"},
      {"slug", "new-page"},
      {"status", "open"},
      {"dateOfBirth", "1990-02-28"},
      {"country", "US"},
      {"appId", "66f0c0ffee0123456789abcd"},
      {"client_id", "66f0c0ffee0123456789abcd-holdfast"},
      {"client_secret", "00000000-0000-4000-8000-00000000a99a"},
      {"refresh_token", "refresh"},
      {"redirect_uri", "https://app.example/oauth/callback"},
      {"grant_type", "authorization_code"},
      {"user_type", "Location"}};
  return values;
}

// "{id}" means another record in each family of paths.
std::string value_of_id(std::string_view pattern) {
  if (pattern.find("/customFields/") != std::string_view::npos) return "fldAllergy0000000001";
  if (pattern.find("/customValues/") != std::string_view::npos) return "valHours000000000001";
  if (pattern.find("/schedules/") != std::string_view::npos) return "schAda00000000000001";
  if (pattern.find("/resources/") != std::string_view::npos) return "romBlue0000000000001";
  if (pattern.starts_with("/opportunities/")) return "oppFirst000000000001";
  return contact;
}

// A value of a shape as a client could send it.
class Sampler {
 public:
  explicit Sampler(bool all) : all_(all) {}

  Json value(const Shape& shape, const std::string& name, int depth = 0) const {
    if (!shape.choices.empty()) return shape.choices.front();
    const auto known = known_values().find(name);
    switch (shape.kind) {
      case Shape::Kind::number:
      case Shape::Kind::integer:
        return number(shape, known == known_values().end() ? "1" : known->second);
      case Shape::Kind::boolean:
        return true;
      case Shape::Kind::list:
        return list(shape, name, depth);
      case Shape::Kind::object:
        return object(shape, depth);
      case Shape::Kind::map:
        return {{"key", depth < depth_max ? value(*shape.element, "", depth + 1) : Json()}};
      case Shape::Kind::any_of:
        return shape.alternatives.empty() ? Json() : value(*shape.alternatives.front(), name, depth + 1);
      default:
        return known == known_values().end() ? text(shape) : Json(known->second);
    }
  }

 private:
  static Json number(const Shape& shape, const std::string& wish) {
    const bool plain = wish.find_first_not_of("0123456789") == std::string::npos;
    double chosen = plain ? std::stod(wish) : 1;
    if (shape.min) chosen = std::max(chosen, *shape.min);
    if (shape.max) chosen = std::min(chosen, *shape.max);
    return static_cast<std::int64_t>(chosen);
  }
  static Json text(const Shape& shape) {
    switch (shape.format) {
      case contract::Format::instant:
        return "2026-08-26T10:00:00-04:00";
      case contract::Format::email:
        return "new@example.com";
      case contract::Format::zone:
        return "America/New_York";
      case contract::Format::epoch_ms:
        return "1787544000000";
      default:
        return "probe";
    }
  }
  Json list(const Shape& shape, const std::string& name, int depth) const {
    Json made = Json::array();
    if (shape.element != nullptr && depth < depth_max) made.push_back(value(*shape.element, name, depth + 1));
    return made;
  }
  Json object(const Shape& shape, int depth) const {
    Json made = Json::object();
    for (const contract::Member& member : shape.members) {
      if (!member.required && (!all_ || depth >= depth_max)) continue;
      made[member.name] = value(*member.shape, member.name, depth + 1);
    }
    return made;
  }

  bool all_;
};

std::string plain_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_array() ? (value.empty() ? "" : plain_text(value.front())) : holdfast::dump_json(value);
}

std::vector<std::pair<std::string, std::string>> pairs_of(const Shape& shape, bool all) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [key, value] : Sampler(all).value(shape, "").items()) pairs.emplace_back(key, plain_text(value));
  return pairs;
}

using Values = std::map<std::string, std::string>;

// The pattern with its captures replaced; `made` has the ids of records that were created for it.
std::string fill(const std::string& pattern, const Values& made) {
  std::string path = pattern;
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    const std::string name = path.substr(open + 1, path.find('}') - open - 1);
    std::string value = "rooms";
    if (name == "id") value = value_of_id(pattern);
    if (name == "type") value = "add";  // of bulk tags
    if (const auto known = known_values().find(name); known != known_values().end()) value = known->second;
    if (const auto it = made.find(name); it != made.end()) value = it->second;
    path.replace(open, name.size() + 2, value);
  }
  return path;
}

// A token of a kind that the operation takes.
std::string_view token_for(const Operation& operation) {
  std::string_view token = agency_token;
  for (const contract::Security& security : operation.auth) {
    if (security.scheme == "bearer" || security.scheme.starts_with("Location")) return location_token;
    if (security.scheme == "Agency-Access-Only") token = app_token;
  }
  return operation.auth.empty() ? location_token : token;
}

HttpRequest request_for(const Operation& operation, bool v3, bool all, const Values& made) {
  HttpRequest request{.method = operation.method, .target = fill(operation.pattern, made)};
  if (operation.query != nullptr) {
    request.target = holdfast::net::make_target(request.target, pairs_of(*operation.query, all));
  }
  request.headers.set("Authorization", "Bearer " + std::string(token_for(operation)));
  std::string version = operation.versions.empty() ? "2021-07-28" : operation.versions.front();
  request.headers.set("Version", v3 ? "v3" : std::move(version));
  if (operation.body == nullptr) return request;
  const bool form = !operation.body_types.empty() && operation.body_types.front().ends_with("urlencoded");
  request.headers.set("Content-Type", form ? "application/x-www-form-urlencoded" : "application/json");
  if (form) {
    const std::string query = holdfast::net::make_target("", pairs_of(*operation.body, all));
    request.body = query.substr(std::min<std::size_t>(query.size(), 1));  // without the '?'
  } else {
    request.body = holdfast::dump_json(Sampler(all).value(*operation.body, ""));
  }
  return request;
}

HttpRequest calendar_request(std::string method, std::string target, const std::string& body = "") {
  HttpRequest request{.method = std::move(method), .target = std::move(target), .body = body};
  request.headers.set("Authorization", std::string("Bearer ") + location_token);
  request.headers.set("Version", "2021-04-15");
  if (!body.empty()) request.headers.set("Content-Type", "application/json");
  return request;
}

// How a record is made, or found, whose id nobody can know beforehand, and where that id is.
struct Maker {
  std::string capture;
  std::string of_pattern;  // the beginning of the patterns it is for
  HttpRequest request;
  const char* pointer;
};

const std::vector<Maker>& makers() {
  const std::string of_contact = std::string("/contacts/") + contact;
  const std::string of_calendar = std::string("/calendars/") + calendar;
  static const std::vector<Maker> all{
      {"noteId", "/contacts", calendar_request("POST", of_contact + "/notes", R"({"body":"a"})"), "/note/id"},
      {"noteId", "/calendars",
       calendar_request("POST", std::string("/calendars/appointments/") + appointment + "/notes", R"({"body":"a"})"),
       "/note/id"},
      {"id", "/contacts/{contactId}/notes", calendar_request("POST", of_contact + "/notes", R"({"body":"a"})"),
       "/note/id"},
      {"id", "/conversations/messages/email/",
       calendar_request(
           "POST", "/conversations/messages",
           R"({"type":"Email","contactId":")" + std::string(contact) + R"(","html":"<p>a</p>","subject":"a"})"),
       "/emailMessageId"},
      {"id", "/conversations/messages/{id}",
       calendar_request("POST", "/conversations/messages",
                        R"({"type":"SMS","contactId":")" + std::string(contact) + R"(","message":"a"})"),
       "/messageId"},
      {"taskId", "/contacts",
       calendar_request("POST", of_contact + "/tasks",
                        R"({"title":"a","dueDate":"2026-08-26T10:00:00Z","completed":false})"),
       "/task/id"},
      {"notificationId", "/calendars",
       calendar_request(
           "POST", of_calendar + "/notifications",
           R"([{"receiverType":"contact","channel":"email","notificationType":"booked","isActive":true}])"),
       "/0/_id"},
      {"messageId", "/conversations",
       calendar_request("POST", "/conversations/messages",
                        R"({"type":"SMS","contactId":")" + std::string(contact) + R"(","message":"a"})"),
       "/messageId"},
      {"emailMessageId", "/conversations",
       calendar_request(
           "POST", "/conversations/messages",
           R"({"type":"Email","contactId":")" + std::string(contact) + R"(","html":"<p>a</p>","subject":"a"})"),
       "/emailMessageId"}};
  return all;
}

std::string text_at(const HttpResponse& response, const char* pointer) {
  const auto body = holdfast::parse_json(response.body);
  const Json::json_pointer at(pointer);
  if (!body || !body->contains(at) || !(*body)[at].is_string()) return "";
  return (*body)[at].get<std::string>();
}

// Everything an operation needs, and then the operation itself.
std::string conversation_for(const Operation& operation, bool v3, bool all) {
  World world;
  std::vector<std::string> ignored;
  Values made;
  std::string bytes;
  for (const Maker& maker : makers()) {
    const bool needed = operation.pattern.find("{" + maker.capture + "}") != std::string::npos;
    if (!needed || !operation.pattern.starts_with(maker.of_pattern)) continue;
    bytes += to_wire(maker.request);
    const std::string id = text_at(world.send(maker.request, ignored), maker.pointer);
    if (!id.empty()) made[maker.capture] = id;
  }
  return bytes + to_wire(request_for(operation, v3, all, made));
}

void add_operations(std::vector<Seed>& seeds) {
  for (const api::Route& route : api::all_routes()) {
    if (route.handler == nullptr) continue;
    for (const bool v3 : {false, true}) {
      const Operation* operation = v3 ? route.v3 : route.dated;
      if (operation == nullptr) continue;
      std::string name = (v3 ? "v3-" : "") + operation->resource + "-" + operation->id;
      seeds.push_back({name, conversation_for(*operation, v3, false)});
      seeds.push_back({name + "-all", conversation_for(*operation, v3, true)});
    }
  }
}

// Passes requests on to a world and keeps them.
class Recording final : public holdfast::net::HttpTransport {
 public:
  Recording(Twin& twin, std::string& bytes) : twin_(twin), bytes_(bytes) {}
  Task<holdfast::net::TransportResult> send(HttpRequest request, holdfast::Instant) override {
    bytes_ += to_wire(request);
    co_return co_await twin_.handle(std::move(request));
  }

 private:
  Twin& twin_;
  std::string& bytes_;
};

// Operations whose fields depend on each other, which the contract does not say.
void add_by_hand(std::vector<Seed>& seeds) {
  const std::string between = "&startTime=1787544000000&endTime=1788148800000";
  const std::string of_location = std::string("?locationId=") + location;
  std::string bytes;
  for (const char* path : {"/calendars/events", "/calendars/blocked-slots"}) {
    bytes += to_wire(calendar_request("GET", path + of_location + "&userId=" + user + between));
    bytes += to_wire(calendar_request("GET", path + of_location + "&groupId=grpVisits00000000001" + between));
  }
  seeds.push_back({"hand-events", bytes});
  // Lists where a plain value is due, and the other way round.
  const std::string slots = std::string("/calendars/") + calendar + "/free-slots?";
  const std::string of_day = "startDate=1787544000000&endDate=1787630400000";
  bytes.clear();
  for (const std::string& target :
       {slots + "startDate[]=1787544000000&endDate[]=1787630400000", slots + of_day + "&" + of_day,
        slots + of_day + "&userIds[]=" + user + "&userIds[]=" + user, slots + of_day + "&userIds=" + user,
        slots + of_day + "&timezone[]=America/New_York",
        "/calendars/events" + of_location + "&userId[]=" + user + between,
        "/calendars/schedules/search" + of_location + "&userId[]=" + user,
        "/calendars/" + of_location + "&locationId=locElsewhere00000001"}) {
    bytes += to_wire(calendar_request("GET", target));
  }
  seeds.push_back({"hand-lists", bytes});
  const std::string block = R"({"locationId":"locClinic00000000001","assignedUserId":"usrAda00000000000001",)"
                            R"("title":"a","startTime":"2026-08-27T10:00:00-04:00",)"
                            R"("endTime":"2026-08-27T11:00:00-04:00"})";
  const HttpRequest make_block = calendar_request("POST", "/calendars/events/block-slots", block);
  World world;
  std::vector<std::string> ignored;
  const std::string id = text_at(world.send(make_block, ignored), "/id");
  seeds.push_back({"hand-block", to_wire(make_block) + to_wire(calendar_request(
                                                           "PUT", "/calendars/events/block-slots/" + id,
                                                           R"({"locationId":"locClinic00000000001","title":"b"})"))});
  seeds.push_back(
      {"hand-omar",
       to_wire(calendar_request("POST", "/conversations/",
                                R"({"locationId":"locClinic00000000001","contactId":"conOmar0000000000002"})")) +
           to_wire(calendar_request("POST", "/opportunities/",
                                    R"({"locationId":"locClinic00000000001","contactId":"conOmar0000000000002",)"
                                    R"("pipelineId":"pipPatients000000001","name":"a","status":"open"})"))});
  seeds.push_back({"hand-schedule", to_wire(calendar_request("DELETE",
                                                             "/calendars/schedules/schAda00000000000001/associations/"
                                                             "calPersonal000000002"))});
  HttpRequest search{.target = "/locations/search?companyId=comHarbor00000000001"};
  search.headers.set("Authorization", std::string("Bearer ") + agency_token);
  search.headers.set("Version", "2021-07-28");
  seeds.push_back({"hand-locations", to_wire(search)});
  seeds.push_back(
      {"hand-series",
       to_wire(calendar_request("POST", "/calendars/events/appointments",
                                R"({"locationId":"locClinic00000000001","calendarId":"calSeries00000000004",)"
                                R"("contactId":"conOmar0000000000002","startTime":"2026-08-26T07:00:00-04:00"})")) +
           to_wire(calendar_request("POST", "/calendars/events/appointments",
                                    R"({"locationId":"locClinic00000000001","calendarId":"calConsult0000000001",)"
                                    R"("contactId":"conOmar0000000000002","startTime":"2026-08-26T11:00:00-04:00",)"
                                    R"("rrule":"RRULE:FREQ=WEEKLY;COUNT=3"})"))});
  seeds.push_back(
      {"hand-search",
       to_wire(calendar_request(
           "POST", "/contacts/search",
           R"({"locationId":"locClinic00000000001","page":1,"pageLimit":5,"filters":[{"group":"OR","filters":)"
           R"([{"field":"firstNameLowerCase","operator":"contains","value":"jan"},)"
           R"({"field":"tags","operator":"eq","value":["vip"]}]}],"sort":[{"field":"dateAdded","direction":"desc"}]})"))});
}

// The life of a contact and of a booking, as the probe's cases have it.
Seed probe_seed() {
  World ours;
  World theirs;
  std::string bytes;
  std::string ignored;
  Recording to_ours(ours.twin(), bytes);
  Recording to_theirs(theirs.twin(), ignored);
  const Values values{{"token", location_token},    {"location", location},        {"calendar", calendar},
                      {"from_ms", "1787544000000"}, {"to_ms", "1787889600000"},    {"unique", "probe1234"},
                      {"phone", "+12025551234"},    {"email", "probe@example.com"}};
  ProbeSide twin{to_ours, values};
  ProbeSide server{to_theirs, values};
  ours.loop().run(verify(ours.loop().runtime(), twin, server, {.writes = true}));
  return {"probe", std::move(bytes)};
}

std::string admin(const std::string& method, const std::string& route, const std::string& body = "") {
  return to_wire({.method = method, .target = "/__mock/" + route, .body = body});
}

// A booking that a webhook tells of and that chaos may spoil.
std::string booking() {
  return to_wire(calendar_request("POST", "/calendars/events/appointments",
                                  R"({"locationId":"locClinic00000000001","calendarId":"calConsult0000000001",)"
                                  R"("contactId":"conJane0000000000001","startTime":"2026-08-26T10:00:00-04:00"})"));
}

void add_admin(std::vector<Seed>& seeds) {
  seeds.push_back({"admin-reads", admin("GET", "state") + booking() + admin("GET", "journal") +
                                      admin("GET", "journal/requests?since=0&limit=5") +
                                      admin("GET", "journal/near-miss") + admin("GET", "clock") +
                                      admin("GET", "tokens") + admin("GET", "snapshots") + admin("GET", "webhooks")});
  seeds.push_back({"admin-journal",
                   booking() + admin("POST", "journal/find", R"({"operation":"create-*","status":"2??"})") +
                       admin("POST", "journal/count", R"({"path":"/calendars/*","bodyEquals":{"calendarId":"x"}})") +
                       admin("POST", "journal/near-miss", R"({"method":"GET","path":"/contacts/"})") +
                       admin("PUT", "journal", R"({"capacity":5})") + admin("DELETE", "journal")});
  seeds.push_back(
      {"admin-people",
       admin("POST", "book",
             R"({"calendarId":"calConsult0000000001","startTime":"2026-08-26T11:00:00-04:00","contactName":"A B"})") +
           admin("POST", "cancel", R"({"id":"aptFirst000000000001"})")});
  seeds.push_back({"admin-clock", admin("POST", "clock/freeze") + admin("POST", "clock/advance", R"({"ms":86400000})") +
                                      booking() + admin("POST", "clock/run") +
                                      admin("POST", "reset", R"({"frozenAt":"2026-08-24T12:00:00Z"})")});
  seeds.push_back({"admin-snapshots", admin("PUT", "snapshots/a") + booking() + admin("POST", "snapshots/a/restore") +
                                          booking() + admin("DELETE", "snapshots/a")});
  seeds.push_back(
      {"admin-tokens",
       admin("POST", "tokens",
             R"({"kind":"location","locationId":"locClinic00000000001","scopes":["contacts.readonly"],)"
             R"("clientId":"66f0c0ffee0123456789abcd-holdfast","expiresInMs":1000})") +
           admin("POST", "tokens/rotate", R"({"token":"pit-00000000-0000-4000-8000-000000000001","graceMs":10})") +
           booking() + admin("POST", "tokens/revoke", R"({"token":"agency-token"})") +
           admin("POST", "tokens/expire", R"({"token":"pit-00000000-0000-4000-8000-000000000004"})") +
           admin("POST", "installs",
                 R"({"action":"uninstall","clientId":"66f0c0ffee0123456789abcd-holdfast",)"
                 R"("locationId":"locClinic00000000001"})") +
           admin("POST", "ratelimit", R"({"locationId":"locClinic00000000001","consume":99,"background":1})")});
  seeds.push_back({"admin-webhooks",
                   admin("POST", "webhooks",
                         R"({"url":"http://a.test/x","signatures":"ed25519","retry":"any_failure","duplicates":0.5})") +
                       booking() + admin("POST", "webhooks/send", R"({"type":"INSTALL"})") +
                       admin("GET", "webhooks/deliveries?limit=3&bodies=true") + admin("GET", "webhooks/keys")});
  seeds.push_back(
      {"admin-chaos", admin("PUT", "chaos",
                            R"({"rules":[{"fault":"latency","operation":"get-*","probability":0.5,"delay":)"
                            R"({"uniform_ms":[5,300]}},{"fault":"late_commit","operation":"create-*","nth":1,)"
                            R"("delay":{"fixed_ms":50}}],)"
                            R"("script":[{"before":"create-appointment","do":"book"}]})") +
                          booking() + booking() + admin("GET", "journal")});
}

void add_consent(std::vector<Seed>& seeds) {
  const std::string query =
      "response_type=code&client_id=66f0c0ffee0123456789abcd-holdfast&"
      "redirect_uri=https%3A%2F%2Fapp.example%2Foauth%2Fcallback&scope=contacts.readonly";
  HttpRequest choice{.method = "POST",
                     .target = "/oauth/chooselocation?" + query,
                     .body = query + "&resource=location%3AlocClinic00000000001"};
  choice.headers.set("Content-Type", "application/x-www-form-urlencoded");
  World world;
  std::vector<std::string> ignored;
  const HttpResponse redirect = world.send(choice, ignored);
  const std::string location_field(redirect.headers.find("Location").value_or(""));
  HttpRequest token{.method = "POST",
                    .target = "/oauth/token",
                    .body =
                        "client_id=66f0c0ffee0123456789abcd-holdfast&client_secret="
                        "00000000-0000-4000-8000-00000000a99a&grant_type=authorization_code&" +
                        location_field.substr(location_field.find('?') + 1)};
  token.headers.set("Content-Type", "application/x-www-form-urlencoded");
  seeds.push_back({"consent", to_wire({.target = "/oauth/chooselocation?" + query}) + to_wire(choice) + to_wire(token) +
                                  to_wire({.target = "/oauth/reconnect"})});
  seeds.push_back({"chunked",
                   "POST /contacts/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nVersion: 2021-07-28\r\n"
                   "Authorization: Bearer pit-00000000-0000-4000-8000-000000000001\r\n\r\n"
                   "29\r\n{\"locationId\":\"locClinic00000000001\",\"nam\r\n7\r\ne\":\"A\"}\r\n0\r\n\r\n"});
}

void add_shape_words(const Shape* shape, std::set<std::string>& words, int depth = 0) {
  if (shape == nullptr || depth > depth_max) return;
  for (const Json& choice : shape->choices) words.insert(holdfast::dump_json(choice));
  for (const contract::Member& member : shape->members) {
    words.insert("\"" + member.name + "\":");
    add_shape_words(member.shape, words, depth + 1);
  }
  add_shape_words(shape->element, words, depth + 1);
  for (const Shape* alternative : shape->alternatives) add_shape_words(alternative, words, depth + 1);
}

void add_operation_words(const Operation& operation, std::set<std::string>& words) {
  words.insert(operation.method + " " + fill(operation.pattern, {}));
  words.insert(operation.versions.begin(), operation.versions.end());
  for (const contract::Security& security : operation.auth) {
    words.insert(security.scopes.begin(), security.scopes.end());
  }
  if (operation.query != nullptr) {
    for (const contract::Member& member : operation.query->members) words.insert("&" + member.name + "=");
  }
  add_shape_words(operation.body, words);
}

}  // namespace

std::vector<Seed> make_seeds() {
  std::vector<Seed> seeds;
  add_operations(seeds);
  add_by_hand(seeds);
  seeds.push_back(probe_seed());
  add_admin(seeds);
  add_consent(seeds);
  return seeds;
}

std::vector<std::string> dictionary_words() {
  std::set<std::string> words{"Authorization: Bearer ",
                              "Version: ",
                              "Content-Type: ",
                              "Content-Length: ",
                              "Transfer-Encoding: chunked",
                              "Expect: 100-continue",
                              "Connection: close",
                              "HTTP/1.0",
                              "\r\n",
                              "v3",
                              "null",
                              "true",
                              "[]",
                              "[]=",
                              "{}",
                              "-1",
                              "1e300",
                              "9223372036854775807",
                              "0000-01-01T00:00:00+23:59",
                              "9999-12-31T23:59:59Z",
                              "8640000000000000",
                              "%zz",
                              "%00",
                              "\"filters\":",
                              "\"group\":\"OR\"",
                              "\"operator\":\"eq\"",
                              location_token,
                              agency_token,
                              app_token,
                              "pit-00000000-0000-4000-8000-000000000004"};
  for (const auto& [name, value] : known_values()) words.insert(value);
  for (const auto dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    for (const Operation& operation : contract::Contract::shipped().operations(dialect)) {
      add_operation_words(operation, words);
    }
  }
  return {words.begin(), words.end()};
}

}  // namespace mock_ghl::fuzz
