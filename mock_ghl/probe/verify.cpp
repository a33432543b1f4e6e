#include "mock_ghl/probe/verify.hpp"

#include <optional>

#include "mock_ghl/api/api.hpp"

namespace mock_ghl {

using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;

namespace {

using Values = std::map<std::string, std::string>;

// Puts values for "{name}"; false with the name when one is missing.
bool fill(std::string& text, const Values& values, bool encode, std::string& missing) {
  std::size_t from = 0;
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', from)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) return true;
    const std::string name = text.substr(open + 1, close - open - 1);
    const auto it = values.find(name);
    if (it == values.end() || it->second.empty()) {
      missing = name;
      return false;
    }
    const std::string value = encode ? holdfast::net::percent_encode(it->second) : it->second;
    text.replace(open, close - open + 1, value);
    from = open + value.size();
  }
  return true;
}

bool fill(Json& body, const Values& values, std::string& missing) {
  if (body.is_string()) return fill(body.get_ref<std::string&>(), values, false, missing);
  if (!body.is_structured()) return true;  // iterating a number would give the number itself
  for (Json& item : body) {
    if (!fill(item, values, missing)) return false;
  }
  return true;
}

std::optional<HttpRequest> make_request(const ProbeCase& each, const Values& values, std::string& missing) {
  HttpRequest made{.method = each.method, .target = each.target};
  Json body = each.body;
  for (const std::string& name : each.needs) {
    if (!values.contains(name)) {
      missing = name;
      return std::nullopt;
    }
  }
  if (!fill(made.target, values, true, missing) || (body.is_structured() && !fill(body, values, missing))) {
    return std::nullopt;
  }
  if (each.token == ProbeCase::Token::given) made.headers.set("Authorization", "Bearer " + values.at("token"));
  if (each.token == ProbeCase::Token::garbled) made.headers.set("Authorization", "Bearer garbled");
  if (!each.version.empty()) made.headers.set("Version", each.version);
  made.headers.set("Accept", "application/json");
  if (!body.is_null()) {
    made.headers.set("Content-Type", "application/json");
    made.body = holdfast::dump_json(body);
  }
  return made;
}

// The first start of {"2026-08-27":{"slots":[…]},…}.
std::string first_slot(const Json& body) {
  for (const auto& [date, day] : body.items()) {
    const Json* slots = holdfast::find_member(day, "slots");
    if (slots != nullptr && slots->is_array() && !slots->empty() && slots->front().is_string()) {
      return slots->front().get<std::string>();
    }
  }
  return "";
}

void capture(const ProbeCase& each, const HttpResponse& response, Values& values) {
  const auto body = holdfast::parse_json(response.body);
  if (!body || response.status > 299) return;
  for (const auto& [name, pointer] : each.captures) {
    if (pointer == "first-slot") {
      values[name] = first_slot(*body);
      continue;
    }
    const Json::json_pointer at(pointer);
    if (body->contains(at) && (*body)[at].is_string()) values[name] = (*body)[at].get<std::string>();
  }
}

// The words of a refusal with the account's own values taken out, so that two accounts can be compared.
std::string words_of(const HttpResponse& response, const Values& values) {
  const auto body = holdfast::parse_json(response.body);
  if (!body) return response.body.empty() ? "an empty body" : "a body that is not JSON";
  const Json* message = holdfast::find_member(*body, "message");
  std::string words = message == nullptr     ? "no message"
                      : message->is_string() ? message->get<std::string>()
                                             : holdfast::dump_json(*message);
  for (const auto& [name, value] : values) {
    if (value.size() < 6) continue;
    const std::string placeholder = "{" + name + "}";
    // On behind the replacement, which may hold the value itself.
    for (auto at = words.find(value); at != std::string::npos; at = words.find(value, at + placeholder.size())) {
      words.replace(at, value.size(), placeholder);
    }
  }
  return words;
}

void compare(const HttpRequest& request, const HttpResponse& twin, const Values& twin_values,
             const HttpResponse& server, const Values& server_values, ProbeRow& row) {
  if (twin.status != server.status) {
    row.differences.push_back("status: the twin answers " + std::to_string(twin.status) + ", the server " +
                              std::to_string(server.status));
  }
  if (twin.status > 299 && server.status > 299) {
    const std::string ours = words_of(twin, twin_values);
    const std::string theirs = words_of(server, server_values);
    if (ours != theirs)
      row.differences.push_back("text: the twin says \"" + ours + "\", the server \"" + theirs + "\"");
  }
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const bool v3 = request.headers.find("Version").value_or("") == "v3";
  for (std::string& violation : api::Api::reply_violations(api::match_route(request.method, target.path), v3, server)) {
    row.differences.push_back("shape: " + std::move(violation));
  }
}

Task<ProbeRow> run_case(holdfast::net::Runtime runtime, const ProbeCase& each, ProbeSide& twin, ProbeSide& server,
                        VerifyOptions options) {
  ProbeRow row{.name = each.name};
  std::string missing;
  const auto to_twin = make_request(each, twin.values, missing);
  const auto to_server = to_twin ? make_request(each, server.values, missing) : std::nullopt;
  if (!to_server) {
    row.skipped = missing == "calendar" ? "give --calendar" : "there is no {" + missing + "}";
    co_return row;
  }
  const holdfast::Duration timeout{options.timeout_ms};
  const auto from_twin = co_await twin.transport.send(*to_twin, runtime.now() + timeout);
  const auto from_server = co_await server.transport.send(*to_server, runtime.now() + timeout);
  if (!from_twin || !from_server) {
    row.differences.push_back("no answer: " + (from_server ? from_twin.error() : from_server.error()).message);
    row.unreachable = !from_server && from_server.error().failure == holdfast::net::TransportFailure::not_sent;
    co_return row;
  }
  row.twin_status = from_twin->status;
  row.server_status = from_server->status;
  capture(each, *from_twin, twin.values);
  capture(each, *from_server, server.values);
  compare(*to_server, *from_twin, twin.values, *from_server, server.values, row);
  co_return row;
}

// Takes something away on a side where it came to be; says so when it could not.
Task<void> clean(holdfast::net::Runtime runtime, const ProbeCase& each, ProbeSide& side, const char* which,
                 VerifyOptions options, std::vector<std::string>& left_behind) {
  std::string missing;
  const auto request = make_request(each, side.values, missing);
  if (!request) co_return;
  const auto answered = co_await side.transport.send(*request, runtime.now() + holdfast::Duration{options.timeout_ms});
  // 400 and 404 say that it is gone already.
  if (answered && (answered->status <= 299 || answered->status == 400 || answered->status == 404)) co_return;
  left_behind.push_back(std::string(which) + " keeps " + request->target + ": " +
                        (answered ? "status " + std::to_string(answered->status) : answered.error().message));
}

}  // namespace

Task<holdfast::Result<std::vector<ProbeRow>>> verify(holdfast::net::Runtime runtime, ProbeSide& twin, ProbeSide& server,
                                                     VerifyOptions options, std::function<void(const ProbeRow&)> told) {
  std::vector<ProbeRow> rows;
  for (const ProbeCase& each : probe_cases()) {
    ProbeRow row{.name = each.name};
    if (each.cleans) {
      if (!options.writes) continue;
      co_await clean(runtime, each, twin, "the twin", options, row.differences);
      co_await clean(runtime, each, server, "the server", options, row.differences);
      if (row.differences.empty()) continue;
    } else if (each.writes && !options.writes) {
      row.skipped = "it writes; --write allows it";
    } else {
      row = co_await run_case(runtime, each, twin, server, options);
    }
    if (rows.empty() && row.unreachable) {
      co_return holdfast::fail(holdfast::ErrorKind::transient, row.differences.front());
    }
    told(row);
    rows.push_back(std::move(row));
  }
  co_return rows;
}

}  // namespace mock_ghl
