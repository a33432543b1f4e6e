#include "scenarios/world/plan.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/json.hpp"

namespace scenarios {

using holdfast::Json;

namespace {

std::string tenant_id(std::size_t tenant) {
  return tenant == 0 ? "clinic" : "clinic-" + std::to_string(tenant + 1);
}

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

namespace {
constexpr std::array<std::string_view, 9> deed_names{"book", "cancel", "move",     "restore", "delete",
                                                     "copy", "edit",   "reassign", "merge"};
}  // namespace

std::string_view to_string(PersonDeed::Kind kind) {
  return deed_names.at(static_cast<std::size_t>(kind));
}

std::optional<PersonDeed::Kind> parse_deed(std::string_view name) {
  const auto* const found = std::ranges::find(deed_names, name);
  if (found == deed_names.end()) return std::nullopt;
  return static_cast<PersonDeed::Kind>(found - deed_names.begin());
}

std::vector<holdfast::booking::Service> services_of(const RunPlan& plan) {
  if (!plan.services.empty()) return plan.services;
  std::vector<holdfast::booking::Service> services;
  for (const auto& calendar : plan.fixture.calendars) services.push_back({calendar.name, calendar.id});
  return services;
}

bool needs_process(const RunPlan& plan) {
  return !plan.crashes.empty() || !plan.stalls.empty();
}

bool needs_builtin(const RunPlan& plan) {
  return needs_process(plan) || plan.sets_clock || !plan.wall_steps.empty();
}

std::string tenant_target(std::size_t tenant) {
  return "/vapi/" + tenant_id(tenant);
}

holdfast::Secret vapi_secret(std::size_t tenant) {
  const std::string secret = "a-secret-of-the-simulated-world";
  return holdfast::Secret(tenant == 0 ? secret : secret + "-" + std::to_string(tenant + 1));
}

std::vector<holdfast::daemon::TenantAccount> accounts_of(const RunPlan& plan) {
  std::vector<holdfast::daemon::TenantAccount> accounts;
  for (const auto& location : plan.fixture.locations) {
    const auto token = std::ranges::find(plan.fixture.tokens, location.id, &mock_ghl::TokenGrant::location_id);
    if (token == plan.fixture.tokens.end()) continue;
    const std::size_t number = accounts.size();
    holdfast::daemon::TenantAccount& account = accounts.emplace_back();
    account.tenant.id = tenant_id(number);
    account.tenant.location_id = location.id;
    if (const auto zone = holdfast::Zone::find(location.timezone)) account.tenant.zone = *zone;
    account.tenant.region = location.country;
    for (auto& service : services_of(plan)) {
      const auto calendar = std::ranges::find(plan.fixture.calendars, service.calendar_id, &mock_ghl::Calendar::id);
      const bool is_here = calendar != plan.fixture.calendars.end() && calendar->location_id == location.id;
      if (is_here) account.tenant.services.push_back(std::move(service));
    }
    account.tenant.limits = plan.limits;
    account.tenant.notifier = plan.notifier;
    account.ghl_token = holdfast::Secret(token->token);
    account.vapi_secret = vapi_secret(number);
    account.retry = plan.retry;
  }
  return accounts;
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
  Json stalls = Json::array();
  for (const auto& stall : plan.stalls) {
    Json json = to_json(stall.trigger);
    json["for_ms"] = stall.for_ms;
    stalls.push_back(json);
  }
  Json wall_steps = Json::array();
  for (const auto& step : plan.wall_steps) {
    Json json = to_json(step.trigger);
    json["step_ms"] = step.step_ms;
    wall_steps.push_back(json);
  }
  Json persons = Json::array();
  for (const auto& deed : plan.persons) {
    Json json = to_json(deed.trigger);
    json["does"] = to_string(deed.kind);
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
                  {"stalls", stalls},
                  {"wall_steps", wall_steps},
                  {"notifier", to_string(plan.notifier)},
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
