// Whatever stands in the configuration's file: it is either whole and within its bounds, or every problem names the
// file.
#include "core/daemon/config.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

using namespace daemon;

const ConfigSources& sources() {
  static const ConfigSources made{
      .variable = [](const std::string& name) -> std::optional<std::string> {
        if (name.starts_with("NO")) return std::nullopt;
        return "secret-" + name;
      },
      .file = [](const std::string& path) -> std::optional<std::string> { return path + "\n"; }};
  return made;
}

void use(const Config& config) {
  HOLDFAST_ASSERT(!config.tenants.empty() && !config.ledger_path.empty());
  for (const TenantAccount& account : config.tenants) {
    HOLDFAST_ASSERT(!account.tenant.id.empty() && !account.tenant.services.empty());
    HOLDFAST_ASSERT(!account.ghl_token.empty());
    HOLDFAST_ASSERT(account.allow_unauthenticated != !account.vapi_secret.empty());
    const booking::Limits& limits = account.tenant.limits;
    HOLDFAST_ASSERT(limits.voice_deadline_ms > 0 && limits.hold_ttl_ms > 0 && limits.offer_ttl_ms > 0);
    HOLDFAST_ASSERT(1 <= limits.search_days && limits.search_days <= 31 && limits.offered_slots_max >= 1);
    HOLDFAST_ASSERT(limits.late_arrival_window_ms >= limits.create_timeout_ms);
    HOLDFAST_ASSERT(account.retry.cap_ms >= account.retry.base_ms && account.retry.attempts_max >= 1);
  }
}

}  // namespace

void run(std::string_view text) {
  const auto config = parse_config(text, "holdfast.toml", sources());
  if (config) return use(*config);
  HOLDFAST_ASSERT(!config.error().empty());
  for (const std::string& problem : config.error()) HOLDFAST_ASSERT(problem.starts_with("holdfast.toml:"));
}

}  // namespace holdfast::fuzz
