#include <array>

#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/route.hpp"

namespace mock_ghl::admin {

using holdfast::Json;
using holdfast::net::HttpResponse;

namespace {

constexpr std::uint64_t shown_default = 1'000;
constexpr std::uint64_t shown_max = 10'000;

Json instant_json(const std::optional<holdfast::Instant>& instant) {
  return instant ? Json(holdfast::format_iso_utc(*instant)) : Json(nullptr);
}

Json subscription_json(const webhooks::SubscriptionStatus& status) {
  return {{"id", status.id},
          {"options", to_json(status.options)},
          {"window", {{"attempts", status.attempts}, {"succeeded", status.succeeded}}},
          {"pausedAt", instant_json(status.paused_at)}};
}

HttpResponse list(const Call& call) {
  Json subscriptions = Json::array();
  for (const auto& status : call.twin.webhook_dispatcher().subscriptions()) {
    subscriptions.push_back(subscription_json(status));
  }
  return answer({{"subscriptions", std::move(subscriptions)}});
}

HttpResponse subscribe(const Call& call) {
  const auto body = holdfast::parse_json(call.request.body);
  if (!body) return failure(body.error());
  const auto options = webhooks::parse_subscription(*body);
  if (!options) return failure(options.error());
  const auto added = call.twin.add_webhook(*options);
  return added ? answer({{"id", *added}}) : failure(added.error());
}

// An outcome for the one string member of a body that must be there.
template <class Act>
HttpResponse with_named(const Call& call, std::string_view key, Act act) {
  std::string value;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { reader.text(key, value, true); });
  return refused ? std::move(*refused) : outcome(act(value));
}

// DELETE takes the id as a query parameter or in a body, as clients are made.
HttpResponse unsubscribe(const Call& call) {
  if (const auto id = call.target.parameter("id")) return outcome(call.twin.remove_webhook(*id));
  return with_named(call, "id", [&](const std::string& id) { return call.twin.remove_webhook(id); });
}

HttpResponse show_keys(const Call& call) {
  const webhooks::Signer& signer = call.twin.webhook_dispatcher().signer();
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

HttpResponse show_deliveries(const Call& call) {
  const auto count = number_of(call.target, "limit", shown_default);
  if (!count || *count < 1 || *count > shown_max) return failure(400, "limit must be between 1 and 10000");
  const bool with_bodies = call.target.parameter("bodies").value_or("") == "true";
  Json deliveries = Json::array();
  for (const webhooks::Delivery* delivery : call.twin.webhook_dispatcher().deliveries(*count)) {
    deliveries.push_back(delivery_json(*delivery, with_bodies));
  }
  return answer({{"deliveries", std::move(deliveries)},
                 {"dropped", call.twin.webhook_dispatcher().dropped()},
                 {"lostEvents", call.twin.state().outbox().lost()}});
}

HttpResponse send(const Call& call) {
  const auto body = holdfast::parse_json(call.request.body);
  if (!body) return failure(body.error());
  const std::string type = holdfast::string_member(*body, "type").value_or("");
  const webhooks::EventKind* kind = webhooks::find_event_kind(type);
  if (kind == nullptr) {
    return failure(400, R"(the body must be {"type":"INSTALL"} or another event's name, with members of its payload)"
                        " where they should differ from the example's. Events: " +
                            webhooks::event_names());
  }
  Event event{.kind = type, .payload = example_payload(*kind), .at = call.twin.now(), .actor = Actor::person};
  for (const auto& [key, value] : body->items()) {
    if (key != "type") event.payload[key] = value;
  }
  using webhooks::Belonging;
  const bool placed = event.payload.contains("locationId") || kind->belonging == Belonging::itself ||
                      (kind->belonging == Belonging::location_or_company && event.payload.contains("companyId"));
  const auto& locations = call.twin.state().locations();
  if (!placed && !locations.empty()) event.location_id = locations.begin()->first;
  if (!call.twin.webhook_dispatcher().listening()) {
    return failure(409, "nobody subscribed; POST /__mock/webhooks first");
  }
  std::vector<Event> events;
  events.push_back(std::move(event));
  call.twin.webhook_dispatcher().publish(std::move(events));
  return done();
}

HttpResponse resend(const Call& call) {
  return with_named(call, "deliveryId",
                    [&](const std::string& id) { return call.twin.webhook_dispatcher().resend(id); });
}

HttpResponse resume(const Call& call) {
  return with_named(call, "id", [&](const std::string& id) { return call.twin.webhook_dispatcher().resume(id); });
}

constexpr std::array<Route, 8> routes{
    {{"GET", "/__mock/webhooks", &list, "the subscriptions"},
     {"POST", "/__mock/webhooks", &subscribe, R"(subscribes {"url":…} with its options, and says its id)"},
     {"DELETE", "/__mock/webhooks", &unsubscribe, "ends the subscription ?id="},
     {"GET", "/__mock/webhooks/keys", &show_keys, "the public keys of the signatures"},
     {"GET", "/__mock/webhooks/deliveries", &show_deliveries, "what was sent and how it went; ?limit=&bodies=true"},
     {"POST", "/__mock/webhooks/send", &send, R"(fires {"type":"INSTALL"} or any event by name)"},
     {"POST", "/__mock/webhooks/resend", &resend, "sends {deliveryId} again"},
     {"POST", "/__mock/webhooks/resume", &resume, "a paused subscription {id} goes on"}}};

}  // namespace

std::span<const Route> webhook_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
