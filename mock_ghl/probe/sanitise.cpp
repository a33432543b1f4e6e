#include "mock_ghl/probe/sanitise.hpp"

#include <algorithm>
#include <array>

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

// Keys whose text is kept: ids, times, enumerated values, GHL's own words. Everything else that is a text is replaced,
// so that a field nobody thought of leaks nothing.
bool is_plain(std::string_view key) {
  static constexpr std::array<std::string_view, 44> plain{"id",
                                                          "status",
                                                          "statuscode",
                                                          "type",
                                                          "error",
                                                          "message_type",
                                                          "appointmentstatus",
                                                          "appoinmentstatus",
                                                          "calendartype",
                                                          "eventtype",
                                                          "timezone",
                                                          "country",
                                                          "starttime",
                                                          "endtime",
                                                          "startdate",
                                                          "enddate",
                                                          "dateadded",
                                                          "dateupdated",
                                                          "date",
                                                          "duedate",
                                                          "createdat",
                                                          "updatedat",
                                                          "matchingfield",
                                                          "direction",
                                                          "slots",
                                                          "slotdurationunit",
                                                          "slotintervalunit",
                                                          "slotbufferunit",
                                                          "prebufferunit",
                                                          "kind",
                                                          "operator",
                                                          "field",
                                                          "group",
                                                          "sort",
                                                          "grant_type",
                                                          "granttype",
                                                          "user_type",
                                                          "usertype",
                                                          "token_type",
                                                          "tokentype",
                                                          "datatype",
                                                          "model",
                                                          "version",
                                                          "traceid"};
  const std::string lower = lower_case(key);
  if (std::find(plain.begin(), plain.end(), lower) != plain.end()) return true;
  return lower.ends_with("id") || lower.ends_with("ids") || lower.ends_with("unit");
}

bool is_secret(std::string_view key) {
  const std::string lower = lower_case(key);
  for (const std::string_view part : {"token", "secret", "password", "authorization", "signature", "cookie"}) {
    if (lower.find(part) != std::string::npos && lower != "token_type" && lower != "tokentype") return true;
  }
  return lower == "code";
}

bool looks_like_phone(const std::string& text) {
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits >= 7 && text.size() <= 24 && text.find_first_not_of("+0123456789 ()-.") == std::string::npos;
}

}  // namespace

std::string Sanitiser::stand_in(std::string_view kind, const std::string& given) {
  auto& known = stand_ins_[std::string(kind)];
  const auto it = known.find(given);
  if (it != known.end()) return it->second;
  const std::string number = std::to_string(known.size() + 1);
  std::string made = std::string(kind) + " " + number;
  if (kind == "email") made = "person" + number + "@example.com";
  if (kind == "phone") made = "+1555" + std::string(7 - std::min<std::size_t>(number.size(), 7), '0') + number;
  if (kind == "secret") made = "[secret " + number + "]";
  return known.emplace(given, std::move(made)).first->second;
}

std::string Sanitiser::text(std::string_view key, const std::string& given) {
  if (given.empty()) return given;
  if (is_secret(key)) return stand_in("secret", given);
  if (given.find('@') != std::string::npos) return stand_in("email", lower_case(given));
  // The validator's and the gateway's own words hold no data but ids; what looks like a number or an address was
  // caught.
  if (lower_case(key) == "message" && given.find('"') == std::string::npos && given.size() < 200) return given;
  if (is_plain(key)) return given;
  if (looks_like_phone(given)) return stand_in("phone", given);
  return stand_in("text", given);
}

Json Sanitiser::member(std::string_view key, const Json& given) {
  if (given.is_string()) return text(key, given.get<std::string>());
  if (given.is_array()) {
    Json made = Json::array();
    for (const Json& item : given) made.push_back(member(key, item));
    return made;
  }
  return value(given);
}

Json Sanitiser::value(const Json& given) {
  if (given.is_object()) {
    Json made = Json::object();
    for (const auto& [key, item] : given.items()) made[key] = member(key, item);
    return made;
  }
  return given.is_structured() || given.is_string() ? member("", given) : given;
}

std::string Sanitiser::target(std::string_view given) {
  const holdfast::net::Target parsed = holdfast::net::parse_target(given);
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [key, item] : parsed.query) {
    const bool number = !item.empty() && item.find_first_not_of("0123456789") == std::string::npos;
    const bool searches = key == "number" || key == "query" || key == "q";
    query.emplace_back(key, number && !searches ? item : text(key, item));
  }
  return holdfast::net::make_target(given.substr(0, given.find('?')), query);
}

Json Sanitiser::headers(const holdfast::net::HttpHeaders& given) const {
  Json made = Json::object();
  for (const auto& [name, content] : given.fields()) {
    const std::string lower = lower_case(name);
    const bool known = lower == "version" || lower == "content-type" || lower == "accept" ||
                       lower.starts_with("x-ratelimit") || lower == "retry-after";
    made[name] = known ? content : "[removed]";
  }
  return made;
}

Json Sanitiser::body(const holdfast::net::HttpHeaders& headers, const std::string& given) {
  if (given.empty()) return nullptr;
  if (holdfast::net::is_json(headers)) {
    if (const auto parsed = holdfast::parse_json(given)) return value(*parsed);
  }
  return {{"bytes", given.size()}};
}

Json Sanitiser::exchange(const holdfast::net::HttpRequest& request, const holdfast::net::HttpResponse& response) {
  return {{"request",
           {{"method", request.method},
            {"target", target(request.target)},
            {"headers", headers(request.headers)},
            {"body", body(request.headers, request.body)}}},
          {"response",
           {{"status", response.status},
            {"headers", headers(response.headers)},
            {"body", body(response.headers, response.body)}}}};
}

}  // namespace mock_ghl
