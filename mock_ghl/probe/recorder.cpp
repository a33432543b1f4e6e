#include "mock_ghl/probe/recorder.hpp"

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl {

using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

namespace {

constexpr holdfast::Duration upstream_timeout = std::chrono::seconds{60};

// The request as the upstream should see it: its own host, and no hop-by-hop fields.
HttpRequest passed_on(const HttpRequest& given, const std::string& authority) {
  HttpRequest made{.method = given.method, .target = given.target, .headers = {}, .body = given.body};
  for (const auto& [name, value] : given.headers.fields()) {
    const std::string lower = lower_case(name);
    const bool ours = lower == "host" || lower == "connection" || lower == "keep-alive" || lower == "content-length" ||
                      lower == "transfer-encoding" || lower == "accept-encoding" || lower == "expect";
    if (!ours) made.headers.add(name, value);
  }
  made.headers.set("Host", authority);
  return made;
}

HttpResponse unreachable(const holdfast::net::TransportError& error) {
  const bool never_sent = error.failure == holdfast::net::TransportFailure::not_sent;
  return HttpResponse::json(never_sent ? 502 : 504, holdfast::dump_json({{"error", "upstream: " + error.message}}));
}

}  // namespace

Recorder::Recorder(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& upstream, std::string authority,
                   std::function<void(const std::string&)> write)
    : runtime_(std::move(runtime)), upstream_(upstream), authority_(std::move(authority)), write_(std::move(write)) {}

holdfast::net::Task<HttpResponse> Recorder::handle(HttpRequest request) {
  const holdfast::Instant began = runtime_.now();
  const auto answered = co_await upstream_.send(passed_on(request, authority_), began + upstream_timeout);
  HttpResponse response = answered ? *answered : unreachable(answered.error());
  holdfast::Json line = sanitiser_.exchange(request, response);
  line["number"] = ++exchanges_;
  line["at"] = holdfast::format_iso_utc(began);
  line["latencyMs"] = (runtime_.now() - began).count();
  write_(holdfast::dump_json(line));
  co_return response;
}

}  // namespace mock_ghl
