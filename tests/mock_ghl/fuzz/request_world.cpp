#include "tests/mock_ghl/fuzz/request_world.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "core/base/json.hpp"
#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/contract/contract.hpp"

namespace mock_ghl::fuzz {
namespace {

using holdfast::Instant;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::RequestParser;
using holdfast::net::RequestRefusal;
using holdfast::net::Task;
namespace http = boost::beast::http;

// More add nothing that a second input does not have, and make every input slower.
constexpr std::size_t requests_max = 24;

// Every scope that any operation asks for, so that no handler is out of reach.
std::vector<std::string> every_scope() {
  std::set<std::string> scopes(booking_scopes().begin(), booking_scopes().end());
  for (const auto dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    for (const contract::Operation& operation : contract::Contract::shipped().operations(dialect)) {
      for (const contract::Security& security : operation.auth) {
        scopes.insert(security.scopes.begin(), security.scopes.end());
      }
    }
  }
  return {scopes.begin(), scopes.end()};
}

Fixture read_fixture() {
  std::ifstream file(MOCK_GHL_FUZZ_WORLD, std::ios::binary);
  auto fixture = parse_fixture(std::string(std::istreambuf_iterator<char>(file), {}));
  if (!fixture) {
    std::fprintf(stderr, "%s: %s\n", MOCK_GHL_FUZZ_WORLD, fixture.error().message.c_str());
    std::exit(1);
  }
  for (TokenGrant& grant : fixture->tokens) {
    if (grant.scopes.empty()) grant.scopes = every_scope();
  }
  return std::move(*fixture);
}

// A receiver of webhooks that refuses some of them.
class Receiver final : public holdfast::net::HttpTransport {
 public:
  Task<holdfast::net::TransportResult> send(HttpRequest request, Instant) override {
    co_return HttpResponse::text(request.body.size() % 4 == 0 ? 429 : 200, "");
  }
};

Task<HttpResponse> answer_admin(Twin& twin, const HttpRequest& request) {
  co_return handle_admin(twin, request);
}

// What one read of the parser made of the bytes.
struct Parsed {
  std::optional<RequestRefusal> refusal = {};
  std::optional<HttpRequest> request = {};
  std::size_t used = 0;
  bool keep_alive = false;
};

// Feeds the bytes in pieces as a socket would hand them over, and then its end.
Parsed parse(std::string_view bytes, std::size_t piece) {
  RequestParser parser({});
  Parsed parsed;
  std::size_t arrived = 0;
  RequestParser::Error error = http::error::need_more;
  while (error == http::error::need_more && arrived < bytes.size()) {
    arrived = std::min(bytes.size(), arrived + piece);
    error = {};
    parsed.used += parser.put(boost::asio::buffer(bytes.data() + parsed.used, arrived - parsed.used), error);
    if (!error && !parser.is_done()) error = http::error::need_more;
  }
  if (error == http::error::need_more) {
    error = {};
    parser.put_eof(error);
  }
  parsed.refusal = parser.refusal(error);
  if (parsed.refusal || error) return parsed;
  parsed.keep_alive = parser.keep_alive();
  parsed.request = parser.take();
  return parsed;
}

bool same(const Parsed& a, const Parsed& b) {
  if (a.refusal.has_value() != b.refusal.has_value() || a.request.has_value() != b.request.has_value()) return false;
  if (a.refusal) return a.refusal->status == b.refusal->status;
  if (!a.request) return true;
  return a.used == b.used && a.request->method == b.request->method && a.request->target == b.request->target &&
         a.request->headers.fields() == b.request->headers.fields() && a.request->body == b.request->body;
}

bool has_line_break(const HttpResponse& response) {
  for (const auto& [name, value] : response.headers.fields()) {
    if ((name + value).find_first_of("\r\n") != std::string::npos) return true;
  }
  return false;
}

// What is wrong with an answer; "" when nothing is.
std::string wrong_with(const HttpResponse& response, bool admin) {
  if (response.abandoned) return "no answer";
  if (response.status < 200 || response.status > 599) return "no such status";
  // 501 is what operations answer that the twin does not build.
  if (response.status >= 500 && (admin || response.status != 501)) return "an internal error";
  if (has_line_break(response)) return "a line break in a header";
  if (!holdfast::net::is_json(response.headers)) return admin ? "an admin answer that is not JSON" : "";
  const auto body = holdfast::parse_json(response.body);
  if (!body) return "a body that is not JSON";
  return "";
}

bool begins_chaos(const HttpRequest& request, const HttpResponse& response) {
  return request.method == "PUT" && response.status == 200 && request.target.find("chaos") != std::string::npos;
}

}  // namespace

const Fixture& fuzz_fixture() {
  static const Fixture fixture = read_fixture();
  return fixture;
}

// Monday 2026-08-24, 08:00 in New York.
World::World() : loop_(*holdfast::parse_iso("2026-08-24T08:00:00-04:00")), twin_(loop_.runtime(), fuzz_fixture(), 7) {
  twin_.check_replies(true);
  twin_.record_requests(requests_max);
  twin_.webhook_dispatcher().set_transport(
      [](const std::string&) -> holdfast::Result<std::unique_ptr<holdfast::net::HttpTransport>> {
        return std::make_unique<Receiver>();
      });
}

HttpResponse World::send(const HttpRequest& request, std::vector<std::string>& faults) {
  const bool admin = is_admin_request(request);
  HttpResponse response = loop_.run(admin ? answer_admin(twin_, request) : twin_.handle(request));
  chaotic_ = chaotic_ || (admin && begins_chaos(request, response));
  const std::string wrong = admin || !chaotic_ ? wrong_with(response, admin) : "";
  if (!wrong.empty()) {
    faults.push_back(wrong + ": " + request.method + " " + request.target + " -> " + std::to_string(response.status) +
                     " " + response.body);
  }
  for (const std::string& violation : twin_.reply_violations()) faults.push_back("off the contract: " + violation);
  loop_.run_until(loop_.runtime().now() + holdfast::milliseconds(1'000));
  return response;
}

void World::settle() {
  loop_.run_until(loop_.runtime().now() + holdfast::hours{2});
}

Played play(std::string_view bytes) {
  World world;
  Played played;
  const std::size_t piece = 1 + bytes.size() % 61;
  while (!bytes.empty() && played.exchanges.size() < requests_max && played.faults.empty()) {
    Parsed parsed = parse(bytes, bytes.size());
    if (!same(parsed, parse(bytes, piece))) played.faults.push_back("read in pieces it is another request");
    played.refusal = std::move(parsed.refusal);
    if (!parsed.request) break;
    bytes.remove_prefix(parsed.used);
    HttpResponse response = world.send(*parsed.request, played.faults);
    played.exchanges.push_back({std::move(*parsed.request), std::move(response)});
    if (!parsed.keep_alive) break;
  }
  world.settle();
  return played;
}

std::string to_wire(const HttpRequest& request) {
  std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: a\r\n";
  for (const auto& [name, value] : request.headers.fields()) text += name + ": " + value + "\r\n";
  if (!request.body.empty()) text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

}  // namespace mock_ghl::fuzz
