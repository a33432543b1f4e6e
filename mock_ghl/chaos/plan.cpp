#include "mock_ghl/chaos/plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

constexpr std::array<std::pair<Fault, std::string_view>, 11> fault_names{
    {{Fault::latency, "latency"},
     {Fault::rate_limited, "rate_limited"},
     {Fault::server_error, "server_error"},
     {Fault::lost_before_commit, "lost_before_commit"},
     {Fault::lost_after_commit, "lost_after_commit"},
     {Fault::unreadable_after_commit, "unreadable_after_commit"},
     {Fault::late_commit, "late_commit"},
     {Fault::hang, "hang"},
     {Fault::commit_gap, "commit_gap"},
     {Fault::stale_free_slots, "stale_free_slots"},
     {Fault::strict_offset, "strict_offset"}}};

constexpr std::int64_t delay_max_ms = 86'400'000;

}  // namespace

std::string_view to_string(Fault fault) {
  for (const auto& [known, name] : fault_names) {
    if (known == fault) return name;
  }
  return "latency";
}

std::optional<Fault> parse_fault(std::string_view name) {
  for (const auto& [fault, known] : fault_names) {
    if (known == name) return fault;
  }
  return std::nullopt;
}

DelayModel DelayModel::fixed(std::int64_t delay_ms) {
  return {.kind = Kind::fixed, .min_ms = delay_ms};
}

DelayModel DelayModel::uniform(std::int64_t min_ms, std::int64_t max_ms) {
  return {.kind = Kind::uniform, .min_ms = min_ms, .max_ms = max_ms};
}

DelayModel DelayModel::lognormal(double median_ms, double sigma, std::int64_t min_ms, std::int64_t max_ms) {
  return {.kind = Kind::lognormal, .median_ms = median_ms, .sigma = sigma, .min_ms = min_ms, .max_ms = max_ms};
}

holdfast::Duration DelayModel::draw(holdfast::SplitMix64& random) const {
  if (kind == Kind::fixed) return holdfast::Duration{min_ms};
  if (kind == Kind::uniform) return holdfast::Duration{random.between(min_ms, max_ms)};
  // Box-Muller, one of the two normals: two draws, in this order. 1 - u keeps the logarithm finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - random.unit()));
  const double angle = 2.0 * std::numbers::pi * random.unit();
  const double value_ms = median_ms * std::exp(sigma * radius * std::cos(angle));
  const double bounded = std::clamp(value_ms, static_cast<double>(min_ms), static_cast<double>(max_ms));
  return holdfast::Duration{std::llround(bounded)};
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

namespace {

void read_lognormal(const Json& value, std::string path, Faults& faults, DelayModel& delay) {
  ObjectReader reader(value, std::move(path), faults);
  delay = DelayModel::lognormal(0, 0, 0, delay_max_ms);
  if (!reader.has("median_ms")) reader.fault("median_ms", "is required");
  reader.number("median_ms", delay.median_ms, 0, static_cast<double>(delay_max_ms));
  reader.number("sigma", delay.sigma, 0, 10);
  reader.integer("min_ms", delay.min_ms, 0, delay_max_ms);
  reader.integer("max_ms", delay.max_ms, 0, delay_max_ms);
  if (delay.min_ms > delay.max_ms) reader.fault("min_ms", "must not be greater than max_ms");
  reader.finish();
}

void read_uniform(ObjectReader& reader, const Json& bounds, DelayModel& delay) {
  const auto valid = [](const Json& bound) {
    return bound.is_number_unsigned() && bound.get<std::uint64_t>() <= static_cast<std::uint64_t>(delay_max_ms);
  };
  if (bounds.size() != 2 || !valid(bounds[0]) || !valid(bounds[1]) ||
      bounds[0].get<std::int64_t>() > bounds[1].get<std::int64_t>()) {
    return reader.fault("uniform_ms", "must be [least, greatest] in whole milliseconds of at most a day");
  }
  delay = DelayModel::uniform(bounds[0].get<std::int64_t>(), bounds[1].get<std::int64_t>());
}

void read_delay(const Json& value, std::string path, Faults& faults, DelayModel& delay) {
  ObjectReader reader(value, path, faults);
  int given = 0;
  if (reader.has("fixed_ms")) {
    ++given;
    reader.integer("fixed_ms", delay.min_ms, 0, delay_max_ms);
  }
  if (const Json* bounds = reader.array("uniform_ms")) {
    ++given;
    read_uniform(reader, *bounds, delay);
  }
  if (const Json* lognormal = reader.object("lognormal")) {
    ++given;
    read_lognormal(*lognormal, reader.path_of("lognormal"), faults, delay);
  }
  reader.finish();
  if (given != 1) faults.add(path, "must have exactly one of fixed_ms, uniform_ms, lognormal");
}

ChaosRule read_rule(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  ChaosRule rule;
  std::string name;
  reader.text("fault", name, true);
  if (const auto fault = parse_fault(name)) {
    rule.fault = *fault;
  } else {
    std::string allowed;
    for (const auto& [known, known_name] : fault_names)
      allowed += (allowed.empty() ? "" : ", ") + std::string(known_name);
    reader.fault("fault", "must be one of: " + allowed);
  }
  reader.text("operation", rule.operation);
  reader.number("probability", rule.probability, 0, 1);
  reader.integer("limit", rule.limit, -1, 1'000'000'000);
  reader.integer("hold_ms", rule.hold_ms, 0, delay_max_ms);
  if (const Json* delay = reader.object("delay")) read_delay(*delay, reader.path_of("delay"), faults, rule.delay);
  if (const Json* window = reader.object("window")) {
    ObjectReader bounds(*window, reader.path_of("window"), faults);
    ChaosWindow read;
    bounds.integer("from_ms", read.from_ms, 0, INT64_MAX);
    bounds.integer("to_ms", read.to_ms, 0, INT64_MAX, true);
    bounds.finish();
    rule.window = read;
  }
  reader.finish();
  return rule;
}

Json delay_json(const DelayModel& delay) {
  switch (delay.kind) {
    case DelayModel::Kind::uniform:
      return {{"uniform_ms", Json::array({delay.min_ms, delay.max_ms})}};
    case DelayModel::Kind::lognormal:
      return {{"lognormal",
               {{"median_ms", delay.median_ms},
                {"sigma", delay.sigma},
                {"min_ms", delay.min_ms},
                {"max_ms", delay.max_ms}}}};
    case DelayModel::Kind::fixed:
      break;
  }
  return {{"fixed_ms", delay.min_ms}};
}

}  // namespace

holdfast::Result<ChaosPlan> parse_chaos(std::string_view text) {
  const auto parsed = holdfast::parse_json(text);
  if (!parsed) return holdfast::fail(parsed.error());
  Faults faults;
  ObjectReader reader(*parsed, "", faults);
  ChaosPlan plan;
  for_each_element(reader.array("rules"), "rules", [&](const Json& element, std::string path) {
    plan.rules.push_back(read_rule(element, std::move(path), faults));
  });
  reader.finish();
  if (faults.any()) return faults.result();
  return plan;
}

std::string to_json(const ChaosPlan& plan) {
  Json rules = Json::array();
  for (const ChaosRule& rule : plan.rules) {
    Json entry{{"fault", to_string(rule.fault)},  {"operation", rule.operation},
               {"probability", rule.probability}, {"limit", rule.limit},
               {"hold_ms", rule.hold_ms},         {"delay", delay_json(rule.delay)}};
    if (rule.window) entry["window"] = {{"from_ms", rule.window->from_ms}, {"to_ms", rule.window->to_ms}};
    rules.push_back(std::move(entry));
  }
  return holdfast::dump_json({{"rules", std::move(rules)}});
}

}  // namespace mock_ghl
