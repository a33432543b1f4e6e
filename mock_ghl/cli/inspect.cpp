#include "mock_ghl/cli/inspect.hpp"

#include <cstdio>
#include <optional>

#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/contract/drift.hpp"

namespace mock_ghl::cli {
namespace {

// The dialects an operation is spoken in.
std::string_view dialects_of(const api::Route& route) {
  return route.v3_only() ? "v3" : route.v3 == nullptr ? "dated" : "both";
}

std::string schemes_of(const contract::Operation& operation) {
  std::string text;
  for (const contract::Security& security : operation.auth) text += (text.empty() ? "" : ",") + security.scheme;
  return text.empty() ? "none" : text;
}

// One line per operation of the booking resources, then how many of them answer.
int print_table() {
  std::size_t built = 0;
  std::printf("%-8s %-70s %-38s %-7s %-7s %-11s %-9s %-28s %s\n", "METHOD", "PATH", "OPERATION", "DIALECT", "ANSWERS",
              "LIVE (SPEC)", "EVIDENCE", "TOKENS", "SCOPE");
  for (const api::Route& route : api::all_routes()) {
    const contract::Operation& operation = route.spec(false);
    built += route.handler != nullptr;
    const std::string status =
        std::to_string(operation.live_status) + " (" + std::to_string(operation.spec_status) + ")";
    std::printf("%-8s %-70s %-38s %-7s %-7s %-11s %-9s %-28s %s\n", operation.method.c_str(), operation.pattern.c_str(),
                operation.id.c_str(), std::string(dialects_of(route)).c_str(), route.handler != nullptr ? "yes" : "501",
                status.c_str(), std::string(to_string(operation.status_evidence)).c_str(),
                schemes_of(operation).c_str(), std::string(operation.scope()).c_str());
  }
  std::printf("%zu operations, %zu built; the others answer 501 and say so\n", api::all_routes().size(), built);
  return exit_ok;
}

nlohmann::ordered_json fields_of(const contract::Shape* shape) {
  nlohmann::ordered_json fields = nlohmann::ordered_json::array();
  if (shape == nullptr) return fields;
  for (const contract::Member& member : shape->members) fields.push_back(member.name + (member.required ? "!" : ""));
  return fields;
}

// The same as JSON, with the fields, for tools.
int print_json() {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const api::Route& route : api::all_routes()) {
    const contract::Operation& operation = route.spec(false);
    nlohmann::ordered_json tokens = nlohmann::ordered_json::object();
    for (const contract::Security& security : operation.auth) tokens[security.scheme] = security.scopes;
    all.push_back({{"operation", operation.id},
                   {"resource", operation.resource},
                   {"method", operation.method},
                   {"path", operation.pattern},
                   {"dialects", dialects_of(route)},
                   {"answers", route.handler != nullptr},
                   {"versions", operation.versions},
                   {"tokens", tokens},
                   {"query", fields_of(operation.query)},
                   {"body", fields_of(operation.body)},
                   {"status", {{"live", operation.live_status}, {"spec", operation.spec_status}}},
                   {"evidence", to_string(operation.status_evidence)},
                   {"errors", operation.errors}});
  }
  std::printf("%s\n", all.dump(1).c_str());
  return exit_ok;
}

// Compares one dialect with the vendor's folder, and writes the import when asked to. Returns the number of differences
// that nothing explains; nullopt after a complaint.
std::optional<std::size_t> drift_of(contract::Dialect dialect, const std::string& folder, const std::string& write_to) {
  const auto vendor = contract::import_folder(folder, dialect);
  if (!vendor) {
    complain(vendor.error().message);
    return std::nullopt;
  }
  const auto found = contract::compare(*vendor, contract::shipped_vendor(dialect));
  for (const contract::Difference& difference : found) {
    std::printf("unexplained  %s (%s)\n  vendor: %s\n  ours:   %s\n", difference.where.c_str(),
                std::string(to_string(dialect)).c_str(),
                difference.vendor.empty() ? "nothing" : difference.vendor.c_str(),
                difference.ours.empty() ? "nothing" : difference.ours.c_str());
  }
  if (!write_to.empty()) {
    if (auto written = contract::write_vendor_files(*vendor, dialect, write_to); !written) {
      complain(written.error().message);
      return std::nullopt;
    }
  }
  return found.size();
}

}  // namespace

int complain(const std::string& message) {
  std::fprintf(stderr, "mock-ghl: %s\n", message.c_str());
  return exit_usage;
}

int print_routes(bool as_json) {
  return as_json ? print_json() : print_table();
}

int print_rules() {
  for (const contract::Rule& rule : contract::shipped_rules()) {
    const char* on = rule.kind == "default" ? "on" : rule.kind == "fault" ? "off" : "fixture";
    std::printf("%-9s %-8s %-9s %-19s %s\n", rule.id.c_str(), on, rule.evidence.c_str(), rule.source.c_str(),
                rule.behaviour.c_str());
    if (!rule.switch_name.empty()) std::printf("%48s switch: %s\n", "", rule.switch_name.c_str());
  }
  for (const contract::Correction& correction : contract::Contract::shipped().corrections()) {
    std::printf("%-9s %-8s %-9s %-19s %s: %s\n", "field", "on", std::string(to_string(correction.evidence)).c_str(),
                correction.source.c_str(), correction.where.c_str(), correction.why.c_str());
  }
  return exit_ok;
}

int print_drift(const std::string& folder, const std::string& write_to) {
  std::size_t unexplained = 0;
  for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    const auto found = drift_of(dialect, folder, write_to);
    if (!found) return exit_usage;
    unexplained += *found;
  }
  const auto corrections = contract::Contract::shipped().corrections();
  for (const contract::Correction& correction : corrections) {
    std::printf("explained    %-60s %-9s %s: %s\n", correction.where.c_str(),
                std::string(to_string(correction.evidence)).c_str(), correction.source.c_str(), correction.why.c_str());
  }
  std::printf("%zu explained, %zu unexplained\n", corrections.size(), unexplained);
  return unexplained == 0 ? exit_ok : exit_differs;
}

}  // namespace mock_ghl::cli
