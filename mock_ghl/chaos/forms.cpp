#include "mock_ghl/chaos/forms.hpp"

#include <array>
#include <utility>

#include "core/base/json.hpp"
#include "mock_ghl/api/json_text.hpp"

namespace mock_ghl::forms {

using api::JsonText;
using holdfast::Json;

namespace {

std::string_view name_of(int status) {
  static constexpr std::array<std::pair<int, std::string_view>, 15> names{{{200, "OK"},
                                                                           {201, "Created"},
                                                                           {400, "Bad Request"},
                                                                           {401, "Unauthorized"},
                                                                           {403, "Forbidden"},
                                                                           {404, "Not Found"},
                                                                           {408, "Request Timeout"},
                                                                           {409, "Conflict"},
                                                                           {413, "Payload Too Large"},
                                                                           {422, "Unprocessable Entity"},
                                                                           {429, "Too Many Requests"},
                                                                           {500, "Internal server error"},
                                                                           {502, "Bad Gateway"},
                                                                           {503, "Service Unavailable"},
                                                                           {504, "Gateway Timeout"}}};
  for (const auto& [known, name] : names) {
    if (known == status) return name;
  }
  return "Error";
}

bool succeeded(const HttpResponse& response) {
  return !response.abandoned && response.status >= 200 && response.status <= 299;
}

// Every empty "openHours" list as {}. Inside a JSON string the quotes would be escaped, so nothing else looks like it.
void write_open_hours_as_object(std::string& body) {
  static constexpr std::string_view list = R"("openHours":[])";
  for (std::size_t at = body.find(list); at != std::string::npos; at = body.find(list, at)) {
    body.replace(at + list.size() - 2, 2, "{}");
  }
}

// {"2026-08-24":…,"traceId":…} becomes {"_dates_":{"2026-08-24":…},"traceId":…}.
void wrap_dates(std::string& body) {
  const std::size_t trace = body.rfind(R"("traceId":)");
  if (trace == std::string::npos || trace == 0) return;
  const bool dates = body[trace - 1] == ',';
  body.insert(dates ? trace - 1 : trace, dates ? "}" : "},");
  body.insert(1, R"("_dates_":{)");
}

// One of the shapes an error body has besides the usual one (quirk 54); false when it stays as it is.
bool reshape_error(HttpResponse& response, std::uint64_t draw) {
  if (response.status < 400 || !holdfast::net::is_json(response.headers)) return false;
  auto body = holdfast::parse_json(response.body);
  if (!body || !body->is_object()) return false;
  const Json before = *body;
  switch (draw % 4) {
    case 0:
      if (body->contains("message") && !(*body)["message"].is_array()) {
        (*body)["message"] = Json::array({(*body)["message"]});
      }
      break;
    case 1:
      body->erase("message");
      break;
    case 2:
      if (body->contains("statusCode")) (*body)["status"] = (*body)["statusCode"];
      body->erase("statusCode");
      break;
    default:
      body->erase("statusCode");
  }
  if (*body == before) return false;
  response.body = holdfast::dump_json(*body);
  return true;
}

}  // namespace

HttpResponse page(int status, std::string_view title) {
  HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html");
  response.body = "<html>\r\n<head><title>" + std::string(title) + "</title></head>\r\n<body>\r\n<center><h1>" +
                  std::string(title) + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
  return response;
}

HttpResponse gateway_timeout() {
  return page(504, "504 Gateway Time-out");
}

HttpResponse server_error(std::uint64_t draw) {
  switch (draw % 4) {
    case 0:
      return internal_error();
    case 1:
      return page(502, "502 Bad Gateway");
    case 2:
      return page(503, "503 Service Temporarily Unavailable");
    default:
      return HttpResponse::json(503, R"({"statusCode":503,"message":"Service Unavailable"})");
  }
}

HttpResponse lost_answer(std::uint64_t draw) {
  switch (draw % 4) {
    case 0:
      return page(502, "502 Bad Gateway");
    case 1:
      return gateway_timeout();
    default:
      return HttpResponse::abandon();
  }
}

HttpResponse unreadable(HttpResponse response, std::uint64_t draw) {
  if (draw % 2 == 0) {
    response.body.clear();
    return response;
  }
  return page(response.status, "HighLevel");
}

HttpResponse cloudflare(std::uint64_t draw) {
  if (draw % 2 == 0) return HttpResponse::text(403, "error code: 1010");
  HttpResponse response = page(403, "Access denied | services.leadconnectorhq.com used Cloudflare to restrict access");
  response.body += "<!-- error code: 1010 -->\r\n";
  return response;
}

HttpResponse internal_error() {
  return HttpResponse::json(500, R"({"statusCode":500,"message":"Internal server error"})");
}

HttpResponse error_in_2xx(std::uint64_t draw, std::string_view trace_id) {
  JsonText text;
  if (draw % 2 == 0) {
    text.begin_object().member("statusCode", 400).member("message", "Bad Request").member("traceId", trace_id);
  } else {
    text.begin_object().member("success", false).member("traceId", trace_id);
  }
  text.end_object();
  return HttpResponse::json(draw / 2 % 2 == 0 ? 200 : 201, text.take());
}

HttpResponse wrong_id(HttpResponse clean, std::string_view other, std::uint64_t draw) {
  auto body = holdfast::parse_json(clean.body);
  if (!body || !body->is_object()) return clean;
  switch (draw % 4) {
    case 0:
      (*body)["id"] = other.empty() ? std::string_view("nobodysAppointment00") : other;
      break;
    case 1:
      (*body)["id"] = "nobodysAppointment00";
      break;
    case 2:
      (*body)["id"] = "";
      break;
    default:
      body->erase("id");
  }
  clean.body = holdfast::dump_json(*body);
  return clean;
}

HttpResponse made_answer(const AnswerForm& form, std::string_view trace_id) {
  const std::string_view message = form.message.empty() ? name_of(form.status) : std::string_view(form.message);
  JsonText text;
  text.begin_object().member("statusCode", form.status).member("message", message);
  text.member("traceId", trace_id).end_object();
  HttpResponse response = HttpResponse::json(form.status, text.take());
  give_body(response, form);
  return response;
}

void give_body(HttpResponse& response, const AnswerForm& form) {
  using Body = AnswerForm::Body;
  switch (form.body) {
    case Body::json:
      break;
    case Body::html: {
      const std::string title = form.message.empty()
                                    ? std::to_string(response.status) + " " + std::string(name_of(response.status))
                                    : form.message;
      response.body = page(response.status, title).body;
      response.headers.set("Content-Type", "text/html");
      break;
    }
    case Body::empty:
      response.body.clear();
      break;
    case Body::truncated:
      response.body.resize(response.body.size() / 2);
      break;
    case Body::cut:
      response.unsent_bytes = response.body.size() - response.body.size() / 2;
      response.body.resize(response.body.size() / 2);
      break;
    case Body::wrong_content_type:
      response.headers.set("Content-Type", "text/html");
      break;
    case Body::text:
      response.body = form.message;
      response.headers.set("Content-Type", "text/plain");
      break;
  }
  if (!form.text.empty()) response.body = form.text;
}

bool replaces(const AnswerForm& form, const HttpResponse& clean) {
  if (clean.abandoned) return false;
  if (form.instead_of.empty()) return succeeded(clean);
  return glob_matches(form.instead_of, std::to_string(clean.status));
}

bool bend(HttpResponse& response, const Injection& injection) {
  if (injection.open_hours_object) write_open_hours_as_object(response.body);
  if (injection.dates_wrapper && succeeded(response)) wrap_dates(response.body);
  response.body_over_ms = injection.body_over.count();
  return injection.error_shape && reshape_error(response, *injection.error_shape);
}

}  // namespace mock_ghl::forms
