#include "scenarios/world/daemon_config.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace scenarios {

namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string token_variable(std::size_t tenant) {
  return "SCENARIO_GHL_TOKEN_" + std::to_string(tenant);
}

std::string secret_variable(std::size_t tenant) {
  return "SCENARIO_VAPI_SECRET_" + std::to_string(tenant);
}

std::string limits_section(const holdfast::daemon::TenantAccount& account) {
  const holdfast::booking::Limits& limits = account.tenant.limits;
  const holdfast::ghl::RetryPolicy& retry = account.retry;
  const std::vector<std::pair<const char*, std::int64_t>> values{
      {"voice_deadline_ms", limits.voice_deadline_ms},
      {"create_timeout_ms", limits.create_timeout_ms},
      {"send_bound_ms", limits.send_bound_ms},
      {"settle_timeout_ms", limits.settle_timeout_ms},
      {"hold_ttl_ms", limits.hold_ttl_ms},
      {"hold_evidence_ms", limits.hold_evidence_ms},
      {"read_lag_ms", limits.read_lag_ms},
      {"late_arrival_window_ms", limits.late_arrival_window_ms},
      {"longest_wait_ms", limits.longest_wait_ms},
      {"review_after_ms", limits.review_after_ms},
      {"job_lifetime_ms", limits.job_lifetime_ms},
      {"offer_ttl_ms", limits.offer_ttl_ms},
      {"offered_slots_max", limits.offered_slots_max},
      {"search_days", limits.search_days},
      {"keep_settled_days", limits.keep_settled_days},
      {"attempts_max", retry.attempts_max},
      {"base_ms", retry.base_ms},
      {"cap_ms", retry.cap_ms},
      {"attempt_timeout_ms", retry.attempt_timeout_ms}};
  std::string text = "[tenant.limits]\n";
  for (const auto& [name, value] : values) text += std::string(name) + " = " + std::to_string(value) + "\n";
  return text;
}

std::string tenant_section(const holdfast::daemon::TenantAccount& account, std::size_t number) {
  const holdfast::booking::Tenant& tenant = account.tenant;
  std::string text = "[[tenant]]\nid = " + quoted(tenant.id) + "\nlocation_id = " + quoted(tenant.location_id) +
                     "\ntimezone = " + quoted(std::string(tenant.zone.name())) + "\nregion = " + quoted(tenant.region) +
                     "\nnotifier = " + quoted(std::string(to_string(tenant.notifier))) +
                     "\nghl_token_env = " + quoted(token_variable(number)) +
                     "\nvapi_secret_env = " + quoted(secret_variable(number)) + "\n";
  for (const auto& service : tenant.services) {
    text +=
        "[[tenant.service]]\nname = " + quoted(service.name) + "\ncalendar_id = " + quoted(service.calendar_id) + "\n";
  }
  return text + limits_section(account);
}

}  // namespace

std::string daemon_config(const RunPlan& plan, const DaemonPlace& place) {
  std::string text = "[server]\nlisten = " + quoted(place.listen) + "\n[ledger]\npath = " + quoted(place.ledger_path) +
                     "\n[ghl]\norigin = " + quoted(place.ghl_origin) + "\n[log]\nlevel = \"off\"\n";
  const auto accounts = accounts_of(plan);
  for (std::size_t number = 0; number < accounts.size(); ++number) text += tenant_section(accounts[number], number);
  return text;
}

std::map<std::string, std::string> secrets_of(const RunPlan& plan) {
  std::map<std::string, std::string> environment;
  const auto accounts = accounts_of(plan);
  for (std::size_t number = 0; number < accounts.size(); ++number) {
    environment[token_variable(number)] = accounts[number].ghl_token.reveal();
    environment[secret_variable(number)] = accounts[number].vapi_secret.reveal();
  }
  return environment;
}

}  // namespace scenarios
