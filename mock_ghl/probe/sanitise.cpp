#include "mock_ghl/probe/sanitise.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

template <std::size_t N>
bool among(const std::array<std::string_view, N>& keys, std::string_view key) {
  return std::ranges::find(keys, key) != keys.end();
}

// Keys of enumerated values. Everything else that is a text is replaced, so that a field nobody thought of leaks
// nothing.
constexpr std::array<std::string_view, 31> plain_keys{"status",
                                                      "type",
                                                      "message_type",
                                                      "appointmentstatus",
                                                      "appoinmentstatus",
                                                      "calendartype",
                                                      "eventtype",
                                                      "timezone",
                                                      "country",
                                                      "matchingfield",
                                                      "direction",
                                                      "slotdurationunit",
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
                                                      "slotintervalunit",
                                                      "slotbufferunit",
                                                      "prebufferunit",
                                                      "statuscode",
                                                      "sortdirection"};

// Keys of instants and dates.
constexpr std::array<std::string_view, 13> time_keys{"starttime", "endtime",   "startdate",   "enddate", "dateadded",
                                                     "duedate",   "createdat", "dateupdated", "date",    "updatedat",
                                                     "slots",     "from",      "to"};

// Keys under which GHL, its gateway and its validator say why they refuse.
constexpr std::array<std::string_view, 4> refusal_keys{"message", "error", "error_description", "msg"};

// Query parameters whose bare number says where and how much, not who.
constexpr std::array<std::string_view, 10> counting_keys{"startdate", "enddate", "starttime", "endtime",    "limit",
                                                         "skip",      "page",    "pagelimit", "startafter", "offset"};

// Keys whose numbers are a person's, however small.
constexpr std::array<std::string_view, 9> personal_keys{"phone", "number", "ssn",         "postalcode", "zip",
                                                        "value", "age",    "dateofbirth", "fieldvalue"};

bool is_id(std::string_view key) {
  return key == "id" || key == "ids" || key == "traceid" || key.ends_with("_id") || key.ends_with("_ids") ||
         key.ends_with("Id") || key.ends_with("Ids") || key.ends_with("ID");
}

// What ids, times and enumerated values are written with: no spaces, no words of a sentence.
bool is_plain_value(std::string_view lower_key, std::string_view given) {
  const std::string_view beside = lower_key == "timezone" ? "_:.+-/" : "_:.+-";
  return std::ranges::all_of(given, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || beside.contains(c);
  });
}

bool is_secret(std::string_view lower_key) {
  for (const std::string_view part : {"token", "secret", "password", "authorization", "signature", "cookie"}) {
    if (lower_key.contains(part) && lower_key != "token_type" && lower_key != "tokentype") return true;
  }
  return lower_key == "code";
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::ptrdiff_t phone_digits_min = 7;
constexpr std::string_view phone_characters = "+0123456789 ()-.";

bool looks_like_phone(std::string_view text) {
  return std::ranges::count_if(text, &is_digit) >= phone_digits_min && text.size() <= 24 &&
         text.find_first_not_of(phone_characters) == std::string_view::npos;
}

// "2026-08-24", alone or before a time of day.
bool looks_like_time(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-' && std::ranges::all_of(text.substr(0, 4), &is_digit) &&
         text.find_first_not_of("0123456789 :.TZ+-") == std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
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

// The same for every way to write the same digits.
std::string Sanitiser::phone_stand_in(std::string_view given) {
  std::string digits;
  std::ranges::copy_if(given, std::back_inserter(digits), &is_digit);
  return stand_in("phone", digits);
}

// GHL's words, with stand-ins for the addresses and phones in them.
std::string Sanitiser::refusal_words(const std::string& given) {
  std::string made;
  for (std::size_t at = 0; at < given.size();) {
    const std::size_t end = std::min(given.find_first_of(" \t\n,;:='()<>", at), given.size());
    const std::string word = given.substr(at, end - at);
    if (word.contains('@')) {
      made += stand_in("email", lower_case(word));
      at = end;
      continue;
    }
    const std::size_t run = std::min(given.find_first_not_of(phone_characters, at), given.size());
    // Digits inside an id or an instant are no phone.
    const bool apart = (at == 0 || !is_letter(given[at - 1])) && (run == given.size() || !is_letter(given[run]));
    if (apart && (is_digit(given[at]) || given[at] == '+' || given[at] == '(') &&
        std::ranges::count_if(given.substr(at, run - at), &is_digit) >= phone_digits_min) {
      const std::size_t last = given.find_last_of("0123456789", run - 1);
      made += phone_stand_in(given.substr(at, last + 1 - at));
      at = last + 1;
      continue;
    }
    // A whole word at once, or what stands between two of them.
    const std::size_t next = std::max(end, at + 1);
    made += given.substr(at, next - at);
    at = next;
  }
  return made;
}

std::string Sanitiser::text(std::string_view key, const std::string& given, Words words) {
  // A longer text, or one with a quotation in it, may repeat what a person wrote.
  static constexpr std::size_t refusal_bytes_max = 200;
  const std::string lower = lower_case(key);
  if (given.empty()) return given;
  if (is_secret(lower)) return stand_in("secret", given);
  if (words == Words::of_a_refusal && among(refusal_keys, lower) && !given.contains('"') &&
      given.size() < refusal_bytes_max) {
    return refusal_words(given);
  }
  if (given.contains('@')) return stand_in("email", lower_case(given));
  if (is_id(key) && is_plain_value(lower, given)) return given;
  if (among(time_keys, lower) && (is_plain_value(lower, given) || looks_like_time(given))) return given;
  if (looks_like_phone(given) && !(lower == "version" && looks_like_time(given))) return phone_stand_in(given);
  if (among(plain_keys, lower) && is_plain_value(lower, given)) return given;
  return stand_in("text", given);
}

// Counts and durations stay; what is as long as a phone does not, unless it is an instant's.
Json Sanitiser::number(std::string_view key, const Json& given) {
  static constexpr double small_max = 1e6;
  const std::string lower = lower_case(key);
  const bool personal = among(personal_keys, lower);
  const double size = std::abs(given.get<double>());
  const bool instant = among(time_keys, lower) || lower.ends_with("date") || lower == "startafter" ||
                       lower == "searchafter" || lower == "sort" || is_id(key);
  if (!personal && (size < small_max || instant)) return given;
  return std::strtoll(phone_stand_in(given.dump()).c_str(), nullptr, 10);
}

Json Sanitiser::member(std::string_view key, const Json& given, Words words) {
  if (given.is_string()) return text(key, given.get<std::string>(), words);
  if (given.is_number()) return number(key, given);
  if (given.is_array()) {
    Json made = Json::array();
    for (const Json& item : given) made.push_back(member(key, item, words));
    return made;
  }
  return value(given, words);
}

Json Sanitiser::value(const Json& given, Words words) {
  if (given.is_object()) {
    Json made = Json::object();
    for (const auto& [key, item] : given.items()) made[key] = member(key, item, words);
    return made;
  }
  const bool opaque = given.is_array() || given.is_string() || given.is_number();
  return opaque ? member("", given, words) : given;
}

// Segment by segment: what is no word of a route and no id is a person's.
std::string Sanitiser::path(std::string_view given) {
  std::string made;
  while (!given.empty()) {
    const std::size_t slash = std::min(given.find('/'), given.size());
    const std::string_view segment = given.substr(0, slash);
    std::string decoded = holdfast::net::parse_target("/" + std::string(segment)).path.substr(1);
    if (decoded.contains('@') || looks_like_phone(decoded) || !is_plain_value("", decoded)) {
      made += holdfast::net::percent_encode(text("", decoded, Words::of_a_person));
    } else {
      made += segment;
    }
    if (slash < given.size()) made += '/';
    given.remove_prefix(std::min(slash + 1, given.size()));
  }
  return made;
}

std::string Sanitiser::target(std::string_view given) {
  const holdfast::net::Target parsed = holdfast::net::parse_target(given);
  std::vector<std::pair<std::string, std::string>> query;
  for (const auto& [key, item] : parsed.query) {
    const bool counts = among(counting_keys, lower_case(key)) && std::ranges::all_of(item, &is_digit);
    query.emplace_back(key, counts ? item : text(key, item, Words::of_a_person));
  }
  return holdfast::net::make_target(path(given.substr(0, given.find('?'))), query);
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

Json Sanitiser::body(const holdfast::net::HttpHeaders& headers, const std::string& given, Words words) {
  if (given.empty()) return nullptr;
  if (holdfast::net::is_json(headers)) {
    if (const auto parsed = holdfast::parse_json(given)) return value(*parsed, words);
  }
  return {{"bytes", given.size()}};
}

Json Sanitiser::exchange(const holdfast::net::HttpRequest& request, const holdfast::net::HttpResponse& response) {
  const Words answered = response.status >= 400 ? Words::of_a_refusal : Words::of_a_person;
  return {{"request",
           {{"method", request.method},
            {"target", target(request.target)},
            {"headers", headers(request.headers)},
            {"body", body(request.headers, request.body, Words::of_a_person)}}},
          {"response",
           {{"status", response.status},
            {"headers", headers(response.headers)},
            {"body", body(response.headers, response.body, answered)}}}};
}

}  // namespace mock_ghl
