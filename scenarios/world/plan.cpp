#include "scenarios/world/plan.hpp"

#include <map>

#include "core/base/json.hpp"

namespace scenarios {

using holdfast::Json;

namespace {

constexpr const char* tenant_id = "clinic";

Json to_json(const LinkFaults& faults) {
  Json json{{"latency_ms", {faults.latency_min_ms, faults.latency_max_ms}}};
  if (faults.lose_request > 0) json["lose_request"] = faults.lose_request;
  if (faults.lose_response > 0) json["lose_response"] = faults.lose_response;
  if (faults.reset_connection > 0) json["reset"] = faults.reset_connection;
  if (faults.spike > 0) json["spike"] = {faults.spike, faults.spike_ms};
  if (faults.partition > 0) {
    json["partition"] = {faults.partition, faults.partition_min_ms, faults.partition_max_ms};
  }
  return json;
}

Json to_json(const Trigger& trigger) {
  if (trigger.operation.empty()) return {{"at_ms", trigger.delay_ms}};
  return {{"operation", trigger.operation},
          {"nth", trigger.nth},
          {"on_answer", trigger.on_answer},
          {"delay_ms", trigger.delay_ms}};
}

// What callers do besides the straight path, as counts.
Json behaviours(const RunPlan& plan) {
  std::map<std::string, int> counts;
  for (const auto& caller : plan.callers) {
    const auto& call = caller.call;
    const auto& behaviour = call.behaviour;
    counts["repeat_same_id"] += behaviour.repeat_book_same_id;
    counts["repeat_concurrently"] += behaviour.repeat_book_concurrently;
    counts["late_duplicate"] += behaviour.late_duplicate_ms.has_value();
    counts["reissue_new_id"] += behaviour.reissue_book_new_id;
    counts["reused_ids"] += behaviour.ids == vapi_sim::ToolCallIds::reused;
    counts["two_tools"] += behaviour.two_tools_one_message;
    counts["book_together"] += behaviour.book_together && call.errands.size() > 1;
    counts["hang_up"] += behaviour.hang_up_after_book_ms.has_value();
    counts["redial"] += !call.redial_of.empty();
    counts["no_line"] += vapi_sim::proven_number(call.line).empty();
    counts["not_a_call"] += call.channel != vapi_sim::Channel::call;
    counts["other_protocol"] += call.protocol != vapi_sim::Protocol::tool_calls;
    for (const auto& errand : call.errands) {
      counts["errands"] += 1;
      counts["corrected"] += !errand.corrections.empty();
      counts["change_while_pending"] += errand.when_pending != vapi_sim::WhenPending::ask_again;
      counts["second_thought"] += errand.second_thought != vapi_sim::SecondThought::none;
    }
  }
  return counts;
}

}  // namespace

std::string tenant_target() {
  return std::string("/vapi/") + tenant_id;
}

holdfast::Secret vapi_secret() {
  return holdfast::Secret("a-secret-of-the-simulated-world");
}

std::vector<holdfast::booking::Service> services_of(const RunPlan& plan) {
  if (!plan.services.empty()) return plan.services;
  std::vector<holdfast::booking::Service> services;
  for (const auto& calendar : plan.fixture.calendars) services.push_back({calendar.name, calendar.id});
  return services;
}

holdfast::daemon::TenantAccount account_of(const RunPlan& plan) {
  holdfast::daemon::TenantAccount account;
  const auto& location = plan.fixture.locations.front();
  account.tenant.id = tenant_id;
  account.tenant.location_id = location.id;
  if (const auto zone = holdfast::Zone::find(location.timezone)) account.tenant.zone = *zone;
  account.tenant.region = location.country;
  account.tenant.services = services_of(plan);
  account.tenant.limits = plan.limits;
  account.ghl_token = holdfast::Secret(plan.fixture.tokens.front().token);
  account.vapi_secret = vapi_secret();
  account.retry = plan.retry;
  return account;
}

std::string describe(const RunPlan& plan) {
  Json calendars = Json::array();
  for (const auto& calendar : plan.fixture.calendars) {
    calendars.push_back({{"name", calendar.name},
                         {"type", mock_ghl::to_string(calendar.type)},
                         {"team", calendar.team.size()},
                         {"seats", calendar.appointments_per_slot}});
  }
  Json crashes = Json::array();
  for (const auto& crash : plan.crashes) {
    Json json = to_json(crash.trigger);
    json["down_ms"] = crash.down_ms;
    crashes.push_back(json);
  }
  Json persons = Json::array();
  for (const auto& deed : plan.persons) {
    Json json = to_json(deed.trigger);
    json["does"] = deed.kind == PersonDeed::Kind::book ? "book" : "cancel";
    persons.push_back(json);
  }
  const auto chaos = holdfast::parse_json(mock_ghl::to_json(plan.chaos));
  const Json json{{"name", plan.name},
                  {"seed", plan.seed},
                  {"start", holdfast::format_iso_utc(plan.start)},
                  {"zone", plan.fixture.locations.front().timezone},
                  {"calendars", calendars},
                  {"callers", plan.callers.size()},
                  {"behaviours", behaviours(plan)},
                  {"storm_ms", plan.storm_ms},
                  {"calm_ms", plan.calm_ms},
                  {"persons", persons},
                  {"crashes", crashes},
                  {"ghl_link", to_json(plan.ghl_link)},
                  {"vapi_link", to_json(plan.vapi_link)},
                  {"disk",
                   {{"latency_ms", {plan.disk.latency_min_ms, plan.disk.latency_max_ms}},
                    {"fail_before", plan.disk.fail_before_commit},
                    {"fail_after", plan.disk.fail_after_commit}}},
                  {"limits",
                   {{"voice_deadline_ms", plan.limits.voice_deadline_ms},
                    {"create_timeout_ms", plan.limits.create_timeout_ms},
                    {"settle_timeout_ms", plan.limits.settle_timeout_ms},
                    {"hold_ttl_ms", plan.limits.hold_ttl_ms},
                    {"late_arrival_window_ms", plan.limits.late_arrival_window_ms},
                    {"offer_ttl_ms", plan.limits.offer_ttl_ms},
                    {"offered_slots_max", plan.limits.offered_slots_max},
                    {"search_days", plan.limits.search_days}}},
                  {"chaos", chaos ? (*chaos)["rules"] : Json::array()}};
  return holdfast::dump_json(json);
}

}  // namespace scenarios
