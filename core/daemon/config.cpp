#include "core/daemon/config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/daemon/config_section.hpp"
#include "core/net/beast/client.hpp"

namespace holdfast::daemon {
namespace {

constexpr std::int64_t minute_ms = 60'000;

// Takes a value over when it was given and good.
template <class Target, class Value>
void take(Target& target, const std::optional<Value>& value) {
  if (value) target = static_cast<Target>(*value);
}

std::string trimmed(std::string text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  const auto begin = std::ranges::find_if_not(text, is_space);
  text.erase(text.begin(), begin);
  return text;
}

bool is_printable(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool is_tenant_id(const std::string& id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// What the readers of the parts share.
struct Reading {
  ProblemList& problems;
  const ConfigSources& sources;
  std::filesystem::path folder;
};

// A secret by "<name>_env" or "<name>_file"; empty when neither is there, which is only a problem when `needed`.
Secret read_secret(Section& section, const std::string& name, bool needed, const std::string& hint, Reading& reading) {
  const std::string by_variable = name + "_env";
  const std::string by_file = name + "_file";
  section.forbid(name,
                 "must not stand in this file, where backups and commits would carry it on: name an environment "
                 "variable with " +
                     by_variable + " or a file with " + by_file);
  const bool has_variable = section.has(by_variable);
  const bool has_file = section.has(by_file);
  const auto variable = section.text(by_variable);
  const auto file = section.text(by_file);
  if (has_variable && has_file) {
    section.problem(by_file, "and " + by_variable + " are both given: keep one");
    return {};
  }
  if (!has_variable && !has_file) {
    if (needed)
      reading.problems.add(section.line(), section.name() + " needs " + by_variable + " or " + by_file + ": " + hint);
    return {};
  }
  const std::string& key = has_variable ? by_variable : by_file;
  std::optional<std::string> value;
  if (variable) {
    value = reading.sources.variable(*variable);
    if (!value) section.problem(key, "names the environment variable " + *variable + ", which is not set");
  } else if (file) {
    const std::string path = (reading.folder / *file).string();
    value = reading.sources.file(path);
    if (!value) section.problem(key, "names the file " + path + ", which cannot be read");
  }
  if (!value) return {};
  *value = trimmed(std::move(*value));
  if (value->empty()) section.problem(key, "leads to an empty secret");
  if (!is_printable(*value)) section.problem(key, "leads to a secret with spaces, control or non-ASCII characters");
  return Secret(std::move(*value));
}

void read_server(Section section, Config& config) {
  if (const auto listen = section.text("listen")) {
    if (const auto address = parse_listen(*listen)) {
      config.listen_host = address->first;
      config.listen_port = address->second;
    } else {
      section.problem("listen", "must be an address and a port, such as \"127.0.0.1:8080\"");
    }
  }
  take(config.body_limit_bytes, section.integer("body_limit_bytes", 1'024, 64 * 1024 * 1024));
  take(config.idle_timeout_ms, section.integer("idle_timeout_ms", 100, 60 * minute_ms));
  take(config.request_timeout_ms, section.integer("request_timeout_ms", 100, 10 * minute_ms));
  take(config.drain_timeout_ms, section.integer("drain_timeout_ms", 0, 10 * minute_ms));
  section.finish();
}

void read_ghl(Section section, Config& config) {
  if (const auto origin = section.text("origin")) {
    if (const auto parsed = net::parse_origin(*origin)) {
      config.ghl_origin = parsed->text();
    } else {
      section.problem("origin", "is wrong: " + parsed.error().message);
    }
  }
  take(config.ghl_ca_file, section.text("ca_file"));
  section.finish();
}

void read_log(Section section, Config& config) {
  if (const auto level = section.text("level")) {
    static const std::vector<std::pair<std::string, LogLevel>> levels = {{"debug", LogLevel::debug},
                                                                         {"info", LogLevel::info},
                                                                         {"warning", LogLevel::warning},
                                                                         {"error", LogLevel::error},
                                                                         {"off", LogLevel::off}};
    const auto found = std::ranges::find(levels, *level, &std::pair<std::string, LogLevel>::first);
    if (found == levels.end()) {
      section.problem("level", "must be \"debug\", \"info\", \"warning\", \"error\" or \"off\"");
    } else {
      config.log_level = found->second;
    }
  }
  section.finish();
}

void read_limits(Section section, TenantAccount& account) {
  booking::Limits& limits = account.tenant.limits;
  ghl::RetryPolicy& retry = account.retry;
  // Above 15 s the answer would race Vapi's own time limit of 20 s (facts/vapi.md 1).
  take(limits.voice_deadline_ms, section.integer("voice_deadline_ms", 500, 15'000));
  take(limits.create_timeout_ms, section.integer("create_timeout_ms", 500, 2 * minute_ms));
  take(limits.settle_timeout_ms, section.integer("settle_timeout_ms", 500, 5 * minute_ms));
  take(limits.send_bound_ms, section.integer("send_bound_ms", 100, minute_ms));
  take(limits.hold_ttl_ms, section.integer("hold_ttl_ms", 1'000, 60 * minute_ms));
  take(limits.hold_evidence_ms, section.integer("hold_evidence_ms", 0, 5 * minute_ms));
  take(limits.read_lag_ms, section.integer("read_lag_ms", 0, 5 * minute_ms));
  take(limits.longest_wait_ms, section.integer("longest_wait_ms", 1'000, 60 * minute_ms));
  take(limits.review_after_ms, section.integer("review_after_ms", minute_ms, 24 * 60 * minute_ms));
  take(limits.job_lifetime_ms, section.integer("job_lifetime_ms", 60 * minute_ms, 30 * 24 * 60 * minute_ms));
  take(limits.keep_settled_days, section.integer("keep_settled_days", 1, 3'650));
  take(limits.late_arrival_window_ms, section.integer("late_arrival_window_ms", 1'000, 60 * minute_ms));
  take(limits.offer_ttl_ms, section.integer("offer_ttl_ms", 10'000, 24 * 60 * minute_ms));
  take(limits.offered_slots_max, section.integer("offered_slots_max", 1, 10));
  take(limits.search_days, section.integer("search_days", 1, 31));
  take(retry.attempts_max, section.integer("attempts_max", 1, 10));
  take(retry.base_ms, section.integer("base_ms", 1, minute_ms));
  take(retry.cap_ms, section.integer("cap_ms", 1, 10 * minute_ms));
  take(retry.attempt_timeout_ms, section.integer("attempt_timeout_ms", 100, 5 * minute_ms));
  if (limits.late_arrival_window_ms < limits.create_timeout_ms) {
    section.problem("late_arrival_window_ms",
                    "must not be shorter than create_timeout_ms: a create that is still under "
                    "way would be taken for one that never arrived");
  }
  if (retry.cap_ms < retry.base_ms) section.problem("cap_ms", "must not be smaller than base_ms");
  section.finish();
}

bool is_this_machine(const std::string& host) {
  const bool is_address = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host == "::1" || (is_address && host.starts_with("127."));
}

// "https://host:port/path?query" as an account without its key; nullopt after a problem.
std::optional<WebhookAccount> read_webhook_url(Section& section, const std::string& url) {
  const auto scheme = url.find("://");
  const std::size_t rest = scheme == std::string::npos ? std::string::npos : url.find_first_of("/?#", scheme + 3);
  const auto origin = net::parse_origin(std::string_view(url).substr(0, rest));
  if (!origin) {
    section.problem("webhook_url", "is wrong: " + origin.error().message + ", with a path after it");
    return std::nullopt;
  }
  std::string target = rest == std::string::npos ? "/" : url.substr(rest);
  if (target.front() == '?') target.insert(0, "/");
  if (target.find('#') != std::string::npos || !is_printable(target)) {
    section.problem("webhook_url", "must not hold '#', spaces, control or non-ASCII characters: percent-encode them");
    return std::nullopt;
  }
  if (!origin->tls && !is_this_machine(origin->host)) {
    section.problem("webhook_url", "must begin with https://: http:// is only for a receiver on this machine");
    return std::nullopt;
  }
  return WebhookAccount{.origin = origin->text(), .target = std::move(target), .key = {}};
}

void read_webhook(Section& section, TenantAccount& account, Reading& reading) {
  const std::string hint = "what the receiver checks the signature with";
  const std::string url =
      section.required_text("webhook_url", "where the webhook is sent to, such as \"https://host/path\"");
  auto webhook = url.empty() ? std::nullopt : read_webhook_url(section, url);
  const std::size_t before = reading.problems.size();
  const Secret secret = read_secret(section, "webhook_secret", true, hint, reading);
  if (reading.problems.size() != before) return;
  const auto key = booking::webhook_key(secret.reveal());
  if (!key) {
    section.problem(section.has("webhook_secret_env") ? "webhook_secret_env" : "webhook_secret_file",
                    "must lead to whsec_ and 24 to 64 bytes in base64; make one with: "
                    "echo \"whsec_$(openssl rand -base64 32)\"");
    return;
  }
  if (!webhook) return;
  webhook->key = *key;
  account.review_webhook = std::move(webhook);
}

void read_review_alert(Section section, TenantAccount& account, Reading& reading) {
  std::vector<booking::ReviewAlert>& alerts = account.tenant.review_alerts;
  if (const auto names = section.texts("by")) {
    alerts.clear();
    for (const std::string& name : *names) {
      const auto alert = booking::review_alert_from(name);
      if (!alert) {
        section.problem("by", "must hold \"ghl_task\", \"webhook\" or both, not \"" + name + "\"");
      } else if (std::ranges::find(alerts, *alert) == alerts.end()) {
        alerts.push_back(*alert);
      }
    }
    if (names->empty()) section.problem("by", "must name at least one way: else nobody is told of what waits for them");
  }
  const bool by_webhook = std::ranges::find(alerts, booking::ReviewAlert::webhook) != alerts.end();
  if (by_webhook) {
    read_webhook(section, account, reading);
  } else {
    for (const char* key : {"webhook_url", "webhook_secret_env", "webhook_secret_file"}) {
      if (section.has(key)) section.problem(key, "is not used: put \"webhook\" into by, or leave it out");
    }
  }
  section.finish();
}

void read_services(Section& section, booking::Tenant& tenant, Reading& reading) {
  for (Section& entry : section.tables("service", "[[tenant.service]]")) {
    booking::Service service;
    service.name = entry.required_text("name", "what callers call it, such as \"Consultation\"");
    service.calendar_id = entry.required_text("calendar_id", "the id of the GHL calendar behind it");
    entry.finish();
    const bool known = std::ranges::any_of(tenant.services, [&](const booking::Service& other) {
      return !service.name.empty() && std::ranges::equal(other.name, service.name, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
      });
    });
    if (known) entry.problem("name", "is used twice: callers could not tell the two apart");
    tenant.services.push_back(std::move(service));
  }
  if (tenant.services.empty() && !section.has("service")) {
    reading.problems.add(section.line(),
                         section.name() + " needs at least one [[tenant.service]] with name and calendar_id");
  }
}

TenantAccount read_tenant(Section& section, Reading& reading) {
  TenantAccount account;
  booking::Tenant& tenant = account.tenant;
  tenant.id = section.required_text("id", "it names the tenant in the URL /vapi/{id}");
  if (!tenant.id.empty() && !is_tenant_id(tenant.id)) {
    section.problem("id", "must be 1 to 64 of a-z, 0-9, - and _: it is part of a URL");
  }
  tenant.location_id = section.required_text("location_id", "the id of the GHL sub-account");
  const std::string zone_name = section.required_text("timezone", "an IANA name such as \"America/New_York\"");
  if (!zone_name.empty()) {
    if (auto zone = Zone::find(zone_name)) {
      tenant.zone = *zone;
    } else {
      section.problem("timezone",
                      "is no time zone: \"" + zone_name + "\"; write an IANA name such as \"America/New_York\"");
    }
  }
  if (const auto region = section.text("region")) {
    const bool good = region->size() == 2 && std::ranges::all_of(*region, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (good) {
      tenant.region = *region;
    } else {
      section.problem("region", "must be a country in two capital letters, such as \"US\"");
    }
  }
  account.ghl_token = read_secret(section, "ghl_token", true, "the Private Integration Token of the location", reading);
  take(account.allow_unauthenticated, section.boolean("allow_unauthenticated"));
  account.vapi_secret = read_secret(section, "vapi_secret", !account.allow_unauthenticated,
                                    "what Vapi presents with every request, else anybody could book", reading);
  if (account.allow_unauthenticated && (section.has("vapi_secret_env") || section.has("vapi_secret_file"))) {
    section.problem("allow_unauthenticated", "and a vapi_secret contradict each other: keep one");
  }
  take(tenant.trusted_parameters, section.texts("trusted_parameters"));
  take(tenant.own_numbers, section.texts("own_numbers"));
  if (const auto notifier = section.text("notifier")) {
    if (const auto known = booking::notifier_from(*notifier)) {
      tenant.notifier = *known;
    } else {
      section.problem("notifier", "must be one of \"ghl\", \"sms\", \"email\" and \"none\": who tells the customer");
    }
  }
  read_services(section, tenant, reading);
  read_review_alert(section.table("review_alert", "[tenant.review_alert]"), account, reading);
  read_limits(section.table("limits", "[tenant.limits]"), account);
  section.finish();
  return account;
}

void read_tenants(Section& root, Config& config, Reading& reading) {
  for (Section& section : root.tables("tenant", "[[tenant]]")) {
    TenantAccount account = read_tenant(section, reading);
    const bool known = std::ranges::any_of(config.tenants, [&](const TenantAccount& other) {
      return !account.tenant.id.empty() && other.tenant.id == account.tenant.id;
    });
    if (known) section.problem("id", "\"" + account.tenant.id + "\" is used twice: each tenant needs its own");
    config.tenants.push_back(std::move(account));
  }
  if (!root.has("tenant")) reading.problems.add(0, "there is no [[tenant]]: holdfastd --example-config shows one");
}

}  // namespace

ConfigSources system_sources() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            if (value == nullptr) return std::nullopt;
            return std::string(value);
          },
          .file = [](const std::string& path) -> std::optional<std::string> {
            std::ifstream stream(path, std::ios::binary);
            if (!stream) return std::nullopt;
            std::ostringstream content;
            content << stream.rdbuf();
            if (stream.bad() || content.bad()) return std::nullopt;
            return content.str();
          }};
}

std::optional<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (host.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return std::pair{std::string(host), port};
}

std::expected<Config, ConfigProblems> parse_config(std::string_view text, const std::string& name,
                                                   const ConfigSources& sources) {
  ProblemList problems(name);
  toml::table table;
  try {
    table = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    problems.add(error.source().begin.line, "this is not TOML: " + std::string(error.description()));
    return std::unexpected(problems.sorted());
  }
  Config config;
  Reading reading{problems, sources, std::filesystem::path(name).parent_path()};
  Section root(&table, "the file", 0, problems);
  read_server(root.table("server", "[server]"), config);
  Section ledger = root.table("ledger", "[ledger]");
  if (const auto path = ledger.text("path")) {
    if (path->empty()) ledger.problem("path", "must not be empty");
    config.ledger_path = *path;
  }
  ledger.finish();
  read_ghl(root.table("ghl", "[ghl]"), config);
  read_log(root.table("log", "[log]"), config);
  read_tenants(root, config, reading);
  root.finish();
  if (!problems.empty()) return std::unexpected(problems.sorted());
  return config;
}

namespace {

std::expected<std::string, ConfigProblems> read_text(const std::string& path) {
  auto text = system_sources().file(path);
  if (text) return *std::move(text);
  return std::unexpected(ConfigProblems{path +
                                        ": cannot be read; check the path and its rights, or write a first one with: "
                                        "holdfastd --example-config > " +
                                        path});
}

}  // namespace

std::expected<Config, ConfigProblems> load_config(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  return parse_config(*text, path, system_sources());
}

std::expected<std::string, ConfigProblems> load_ledger_path(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  // Good for every kind of secret.
  const auto not_looked_up = [](const std::string&) -> std::optional<std::string> {
    return "whsec_bm90LWxvb2tlZC11cC1ub3QtbG9va2VkLXVwLW5vdC0=";
  };
  auto config = parse_config(*text, path, {.variable = not_looked_up, .file = not_looked_up});
  if (!config) return std::unexpected(std::move(config).error());
  return std::move(config->ledger_path);
}

}  // namespace holdfast::daemon
