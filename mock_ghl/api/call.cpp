#include "mock_ghl/api/call.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace mock_ghl::api {

using holdfast::net::HttpResponse;

namespace {

std::string_view reason(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 422:
      return "Unprocessable Entity";
    case 501:
      return "Not Implemented";
    default:
      return "Error";
  }
}

}  // namespace

bool Call::may_see(const Location& other) const {
  if (token == nullptr) return false;
  return token->of_location() ? token->location_id == other.id : token->company_id == other.company_id;
}

Answer ok(int status, JsonText& text, const Call& call) {
  text.member("traceId", call.trace_id).end_object();
  return {.response = HttpResponse::json(status, text.take())};
}

Answer reply(const Call& call, holdfast::Json body) {
  body["traceId"] = call.trace_id;
  return {.response = HttpResponse::json(call.success(), holdfast::dump_json(body))};
}

Answer refuse(int status, std::string_view message, std::string_view trace_id) {
  JsonText text;
  text.begin_object().member("message", message).member("error", reason(status)).member("statusCode", status);
  text.member("traceId", trace_id).end_object();
  return {.response = HttpResponse::json(status, text.take())};
}

Answer invalid(const std::vector<std::string>& messages, std::string_view trace_id) {
  JsonText text;
  text.begin_object().member("message", messages).member("error", reason(422)).member("statusCode", 422);
  text.member("traceId", trace_id).end_object();
  return {.response = HttpResponse::json(422, text.take())};
}

Answer gateway_refuse(int status, std::string_view message, std::string_view error, std::string_view trace_id) {
  JsonText text;
  text.begin_object().member("statusCode", status).member("message", message);
  text.optional_member("error", error).member("traceId", trace_id).end_object();
  return {.response = HttpResponse::json(status, text.take())};
}

std::string text_of(const holdfast::Json& body, std::string_view key) {
  const holdfast::Json* value = holdfast::find_member(body, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<std::size_t> read_count(std::string_view text, std::size_t absent) {
  if (text.empty()) return absent;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::int64_t number_parameter(const Call& call, std::string_view name, std::int64_t otherwise) {
  const auto text = call.target.parameter(name);
  return text ? static_cast<std::int64_t>(std::strtod(text->c_str(), nullptr)) : otherwise;
}

std::optional<Answer> find_named_contact(const Call& call, const Contact*& contact) {
  const std::string id = text_of(call.body, "contactId");
  contact = call.state.contact(id);
  if (contact == nullptr || contact->deleted) {
    return refuse(400, "Contact with id " + id + " not found", call.trace_id);
  }
  if (contact->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

Answer slot_taken(const Call& call) {
  return refuse(400, "The slot you have selected is no longer available.", call.trace_id);
}

Answer foreign_location(const Call& call) {
  return gateway_refuse(403, "The token does not have access to this location.", "Forbidden", call.trace_id);
}

Answer foreign_company(const Call& call) {
  return gateway_refuse(403, "The token does not have access to this company.", "Forbidden", call.trace_id);
}

std::string next_page_url(const Call& call, const std::vector<std::pair<std::string, std::string>>& cursor) {
  std::vector<std::pair<std::string, std::string>> query = call.target.query;
  std::erase_if(query, [&](const auto& asked) {
    return std::any_of(cursor.begin(), cursor.end(), [&](const auto& next) { return next.first == asked.first; });
  });
  query.insert(query.end(), cursor.begin(), cursor.end());
  const std::string_view host = call.request.headers.find("Host").value_or("");
  const std::string_view path = std::string_view(call.request.target).substr(0, call.request.target.find('?'));
  return (host.empty() ? "" : "http://" + std::string(host)) + holdfast::net::make_target(path, query);
}

}  // namespace mock_ghl::api
