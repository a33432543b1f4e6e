#include "mock_ghl/admin/webhooks.hpp"

#include <algorithm>

#include "core/base/json.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

namespace {

constexpr std::size_t shown_default = 1'000;
constexpr std::int64_t shown_max = 10'000;

HttpResponse answer(const Json& body) {
  return HttpResponse::json(200, holdfast::dump_json(body));
}

HttpResponse failure(const holdfast::Error& error) {
  const int status = error.kind == holdfast::ErrorKind::not_found  ? 404
                     : error.kind == holdfast::ErrorKind::conflict ? 409
                                                                   : 400;
  return HttpResponse::json(status, holdfast::dump_json({{"error", error.message}}));
}

HttpResponse outcome(const holdfast::Result<void>& result) {
  return result ? answer({{"ok", true}}) : failure(result.error());
}

Json instant_json(const std::optional<holdfast::Instant>& instant) {
  return instant ? Json(holdfast::format_iso_utc(*instant)) : Json(nullptr);
}

Json subscription_json(const webhooks::SubscriptionStatus& status) {
  return {{"id", status.id},
          {"options", to_json(status.options)},
          {"window", {{"attempts", status.attempts}, {"succeeded", status.succeeded}}},
          {"pausedAt", instant_json(status.paused_at)}};
}

HttpResponse list(Twin& twin) {
  Json subscriptions = Json::array();
  for (const auto& status : twin.webhook_dispatcher().subscriptions()) {
    subscriptions.push_back(subscription_json(status));
  }
  return answer({{"subscriptions", std::move(subscriptions)}});
}

HttpResponse subscribe(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error());
  const auto options = webhooks::parse_subscription(*body);
  if (!options) return failure(options.error());
  const auto added = twin.add_webhook(*options);
  return added ? answer({{"id", *added}}) : failure(added.error());
}

// The one string member of a body that must be there.
holdfast::Result<std::string> named(const HttpRequest& request, std::string_view key) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return holdfast::fail(body.error());
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::string value;
  reader.text(key, value, true);
  reader.finish();
  if (faults.any()) return faults.result();
  return value;
}

// DELETE takes the id as a query parameter or in a body, as clients are made.
HttpResponse unsubscribe(Twin& twin, const HttpRequest& request) {
  if (const auto id = holdfast::net::parse_target(request.target).parameter("id")) {
    return outcome(twin.remove_webhook(*id));
  }
  const auto id = named(request, "id");
  return id ? outcome(twin.remove_webhook(*id)) : failure(id.error());
}

HttpResponse show_keys(Twin& twin) {
  const webhooks::Signer& signer = twin.webhook_dispatcher().signer();
  return answer({{"ed25519", {{"header", "X-GHL-Signature"}, {"publicKey", signer.ed25519_public_pem()}}},
                 {"rsa", {{"header", "X-WH-Signature"}, {"publicKey", signer.rsa_public_pem()}}}});
}

Json delivery_json(const webhooks::Delivery& delivery, bool with_body) {
  Json attempts = Json::array();
  for (const webhooks::Attempt& attempt : delivery.attempts) {
    Json entry{{"at", holdfast::format_iso_utc(attempt.at)}, {"status", attempt.status}};
    if (!attempt.failure.empty()) entry["failure"] = attempt.failure;
    attempts.push_back(std::move(entry));
  }
  Json entry{{"deliveryId", delivery.delivery_id},
             {"webhookId", delivery.webhook_id},
             {"subscriptionId", delivery.subscription_id},
             {"type", delivery.kind},
             {"state", to_string(delivery.state)},
             {"duplicate", delivery.duplicate},
             {"tries", delivery.tries},
             {"attempts", std::move(attempts)},
             {"nextTryAt", instant_json(delivery.next_try)},
             {"signatures", delivery.signature_headers}};
  if (with_body) entry["body"] = delivery.body;
  return entry;
}

HttpResponse show_deliveries(Twin& twin, const HttpRequest& request) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  std::size_t count = shown_default;
  if (const auto text = target.parameter("limit")) {
    const auto wished = holdfast::integer_member({{"limit", *text}}, "limit");
    if (!wished || *wished < 1 || *wished > shown_max) {
      return failure({.kind = holdfast::ErrorKind::invalid_input, .message = "limit must be between 1 and 10000"});
    }
    count = static_cast<std::size_t>(*wished);
  }
  const bool with_bodies = target.parameter("bodies").value_or("") == "true";
  Json deliveries = Json::array();
  for (const webhooks::Delivery* delivery : twin.webhook_dispatcher().deliveries(count)) {
    deliveries.push_back(delivery_json(*delivery, with_bodies));
  }
  return answer({{"deliveries", std::move(deliveries)},
                 {"dropped", twin.webhook_dispatcher().dropped()},
                 {"lostEvents", twin.state().outbox().lost()}});
}

HttpResponse send(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error());
  const std::string type = holdfast::string_member(*body, "type").value_or("");
  if (type.empty() || type.size() > 100) {
    return failure({.kind = holdfast::ErrorKind::invalid_input,
                    .message = R"(the body must be {"type":"INSTALL"} or another event's name, with members of its)"
                               " payload where they should differ from the example's"});
  }
  const webhooks::EventKind* kind = webhooks::find_event_kind(type);
  Event event{.kind = type, .at = twin.now(), .actor = Actor::person};
  if (kind != nullptr) event.payload = example_payload(*kind);
  for (const auto& [key, value] : body->items()) {
    if (key != "type") event.payload[key] = value;
  }
  using webhooks::Belonging;
  const Belonging belonging = kind == nullptr ? Belonging::location : kind->belonging;
  const bool placed = event.payload.contains("locationId") || belonging == Belonging::itself ||
                      (belonging == Belonging::location_or_company && event.payload.contains("companyId"));
  if (!placed && !twin.state().locations().empty()) event.location_id = twin.state().locations().begin()->first;
  if (!twin.webhook_dispatcher().listening()) {
    return failure(
        {.kind = holdfast::ErrorKind::conflict, .message = "nobody subscribed; POST /__mock/webhooks first"});
  }
  std::vector<Event> events;
  events.push_back(std::move(event));
  twin.webhook_dispatcher().publish(std::move(events));
  return answer({{"ok", true}});
}

}  // namespace

std::optional<HttpResponse> handle_webhook_admin(Twin& twin, std::string_view route, const HttpRequest& request) {
  if (route == "GET /__mock/webhooks") return list(twin);
  if (route == "POST /__mock/webhooks") return subscribe(twin, request);
  if (route == "DELETE /__mock/webhooks") return unsubscribe(twin, request);
  if (route == "GET /__mock/webhooks/keys") return show_keys(twin);
  if (route == "GET /__mock/webhooks/deliveries") return show_deliveries(twin, request);
  if (route == "POST /__mock/webhooks/send") return send(twin, request);
  if (route == "POST /__mock/webhooks/resend") {
    const auto id = named(request, "deliveryId");
    return id ? outcome(twin.webhook_dispatcher().resend(*id)) : failure(id.error());
  }
  if (route == "POST /__mock/webhooks/resume") {
    const auto id = named(request, "id");
    return id ? outcome(twin.webhook_dispatcher().resume(*id)) : failure(id.error());
  }
  return std::nullopt;
}

}  // namespace mock_ghl
