// The JSON form of a plan.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "core/base/edit_distance.hpp"
#include "core/base/json.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/contract/contract.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

constexpr std::int64_t delay_max_ms = 86'400'000;
constexpr double sigma_max = 10;

void read_lognormal(const Json& value, std::string path, Faults& faults, DelayModel& delay) {
  ObjectReader reader(value, std::move(path), faults);
  delay = DelayModel::lognormal(0, 0, 0, delay_max_ms);
  if (!reader.has("median_ms")) reader.fault("median_ms", "is required");
  reader.number("median_ms", delay.median_ms, 0, static_cast<double>(delay_max_ms));
  if (reader.has("p99_ms")) {
    double p99_ms = 0;
    reader.number("p99_ms", p99_ms, 0, static_cast<double>(delay_max_ms));
    if (reader.has("sigma")) reader.fault("p99_ms", "must stand alone, without sigma: they say the same");
    if (delay.median_ms <= 0 || p99_ms < delay.median_ms) {
      reader.fault("p99_ms", "must not be less than median_ms, which must be greater than 0");
    } else {
      delay.sigma = DelayModel::lognormal_p99(delay.median_ms, p99_ms, 0, 0).sigma;
      if (delay.sigma > sigma_max) reader.fault("p99_ms", "is too far from median_ms");
    }
  }
  reader.number("sigma", delay.sigma, 0, sigma_max);
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

}  // namespace

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

namespace {

// A name out of a list; the fault says which there are.
template <class Enum, std::size_t N>
void read_name(ObjectReader& reader, std::string_view key, const std::array<std::string_view, N>& names, Enum& out,
               bool required = false) {
  if (!required && !reader.has(key)) return;
  std::string name;
  reader.text(key, name, required);
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) {
      out = static_cast<Enum>(i);
      return;
    }
  }
  std::string allowed;
  for (const std::string_view known : names) allowed += (allowed.empty() ? "" : ", ") + std::string(known);
  reader.fault(key, "must be one of: " + allowed);
}

constexpr std::array<std::string_view, 7> body_names{"json", "html", "empty", "truncated", "wrong_content_type",
                                                     "text", "cut"};
constexpr std::array<std::string_view, 3> sees_names{"drawn", "first", "second"};
constexpr std::array<std::string_view, 6> alters_names{"drawn", "start", "end", "calendar", "contact", "description"};
constexpr std::array<std::string_view, 3> ordinal_names{"nth", "every_nth", "from_nth"};
constexpr std::array<std::string_view, 3> deed_names{"book", "cancel", "edit_calendar"};

constexpr std::int64_t count_max = 1'000'000'000;
constexpr int status_min = 200;
constexpr int status_max = 599;

template <class Enum, std::size_t N>
std::string_view name_of(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

// What requests are called: GHL's operations, the pages of a consent, and "unknown" for those without a route.
const std::set<std::string_view>& operation_names() {
  static const std::set<std::string_view> names = [] {
    std::set<std::string_view> found{"unknown", "choose-location", "reconnect"};
    for (const auto dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
      for (const auto& operation : contract::Contract::shipped().operations(dialect)) found.insert(operation.id);
    }
    return found;
  }();
  return names;
}

// A glob over operations that matches none would make a rule that never does anything.
void check_operation(ObjectReader& reader, std::string_view key, const std::string& glob) {
  const auto& names = operation_names();
  if (std::ranges::any_of(names, [&](std::string_view name) { return glob_matches(glob, name); })) return;
  const std::string_view closest =
      *std::ranges::min_element(names, {}, [&](std::string_view name) { return holdfast::edit_distance(glob, name); });
  reader.fault(
      key, "matches no operation; the closest is \"" + std::string(closest) + "\" (mock-ghl routes lists them all)");
}

// "4??" and the like.
void check_statuses(ObjectReader& reader, std::string_view key, const std::string& glob) {
  for (int status = status_min; status <= status_max; ++status) {
    if (glob_matches(glob, std::to_string(status))) return;
  }
  reader.fault(key, "matches no status; write one such as 404, or \"4??\"");
}

// True for the faults whose answer can be shaped by the rule.
bool takes_answer(Fault fault) {
  return fault == Fault::answer || fault == Fault::rate_limited || fault == Fault::daily_limit;
}

AnswerForm read_answer(const Json& value, std::string path, Faults& faults, Fault fault) {
  ObjectReader reader(value, std::move(path), faults);
  AnswerForm form;
  if (fault == Fault::answer) {
    reader.integer("status", form.status, status_min, status_max, true);
    reader.boolean("after_commit", form.after_commit);
    reader.text("instead_of", form.instead_of);
    if (!form.instead_of.empty()) check_statuses(reader, "instead_of", form.instead_of);
  }
  read_name(reader, "body", body_names, form.body);
  reader.text("message", form.message);
  reader.text("text", form.text);
  using Body = AnswerForm::Body;
  if (!form.text.empty() && form.body != Body::json && form.body != Body::html && form.body != Body::text) {
    reader.fault("text", "goes with the bodies json, html and text only");
  }
  reader.finish();
  return form;
}

Ordinal read_ordinal(ObjectReader& reader) {
  Ordinal ordinal;
  int given = 0;
  for (std::size_t i = 0; i < ordinal_names.size(); ++i) {
    if (!reader.has(ordinal_names[i])) continue;
    ++given;
    reader.integer(ordinal_names[i], ordinal.n, 1, count_max);
    ordinal.kind = static_cast<Ordinal::Kind>(i);
  }
  if (given > 1) reader.fault("nth", "must stand alone: give one of nth, every_nth, from_nth");
  return ordinal;
}

Fault read_fault(ObjectReader& reader) {
  std::string name;
  reader.text("fault", name, true);
  if (const auto fault = parse_fault(name)) return *fault;
  std::string allowed;
  for (std::size_t i = 0; i < fault_count; ++i) {
    allowed += (i == 0 ? "" : ", ") + std::string(to_string(static_cast<Fault>(i)));
  }
  reader.fault("fault", "must be one of: " + allowed);
  return Fault::latency;
}

// Who is hit, and until when.
void read_filters(ObjectReader& reader, ChaosRule& rule) {
  reader.text("operation", rule.operation);
  check_operation(reader, "operation", rule.operation);
  reader.text("caller", rule.caller);
  if (const Json* header = reader.object("header")) {
    ObjectReader fields(*header, reader.path_of("header"), reader.faults());
    HeaderFilter filter;
    fields.text("name", filter.name, true);
    fields.text("glob", filter.glob);
    fields.finish();
    rule.header = std::move(filter);
  }
  if (const Json* window = reader.object("window")) {
    ObjectReader bounds(*window, reader.path_of("window"), reader.faults());
    ChaosWindow read;
    bounds.integer("from_ms", read.from_ms, 0, INT64_MAX);
    bounds.integer("to_ms", read.to_ms, 0, INT64_MAX, true);
    bounds.finish();
    if (read.from_ms >= read.to_ms) reader.fault("window", "is empty: from_ms must be less than to_ms");
    rule.window = read;
  }
  reader.text("until", rule.until);
  if (!rule.until.empty()) check_operation(reader, "until", rule.until);
}

ChaosRule read_rule(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  ChaosRule rule;
  rule.fault = read_fault(reader);
  read_filters(reader, rule);
  reader.number("probability", rule.probability, 0, 1);
  rule.ordinal = read_ordinal(reader);
  reader.integer("limit", rule.limit, -1, count_max);
  reader.integer("hold_ms", rule.hold_ms, 0, delay_max_ms);
  if (const Json* delay = reader.object("delay")) read_delay(*delay, reader.path_of("delay"), faults, rule.delay);
  if (const Json* answer = reader.object("answer")) {
    if (!takes_answer(rule.fault)) reader.fault("answer", "goes with the faults answer, rate_limited and daily_limit");
    rule.answer = read_answer(*answer, reader.path_of("answer"), faults, rule.fault);
  } else if (rule.fault == Fault::answer) {
    reader.fault("answer", "is required");
  }
  if (reader.has("sees") && rule.fault != Fault::duplicate_delivery) {
    reader.fault("sees", "goes with the fault duplicate_delivery");
  }
  read_name(reader, "sees", sees_names, rule.sees);
  if (reader.has("alters") && rule.fault != Fault::stores_other) {
    reader.fault("alters", "goes with the fault stores_other");
  }
  read_name(reader, "alters", alters_names, rule.alters);
  reader.finish();
  if (needs_delay(rule.fault) && rule.delay.is_nothing()) {
    reader.fault("delay", "is required, and must be more than nothing: it is what this fault does");
  }
  return rule;
}

// The call that a step waits for.
void read_trigger(ObjectReader& reader, ScriptStep& step) {
  if (reader.has("before") == reader.has("after")) reader.fault("before", "or after must name the operation, not both");
  step.after = reader.has("after");
  const std::string_view key = step.after ? "after" : "before";
  reader.text(key, step.operation, true);
  check_operation(reader, key, step.operation);
  reader.integer("nth", step.nth, 1, count_max);
}

ScriptStep read_step(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  ScriptStep step;
  read_trigger(reader, step);
  read_name(reader, "do", deed_names, step.deed, true);
  using Deed = ScriptStep::Deed;
  if (step.deed != Deed::cancel) reader.text("calendarId", step.calendar_id);
  if (step.deed == Deed::book) {
    reader.text("startTime", step.start);
    reader.text("contactName", step.contact_name);
    if (!step.start.empty() && !holdfast::parse_iso(step.start)) {
      reader.fault("startTime", "must be ISO 8601 with an offset");
    }
  }
  if (step.deed == Deed::cancel) reader.text("id", step.appointment_id);
  if (step.deed == Deed::edit_calendar) {
    const Json* change = reader.object("change");
    if (change == nullptr) {
      reader.fault("change", "is required: the calendar's fields as in a fixture");
    } else {
      step.change = holdfast::dump_json(*change);
      if (const auto read = changed_calendar({}, step.change); !read) reader.fault("change", read.error().message);
    }
  }
  reader.finish();
  return step;
}

}  // namespace

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

namespace {

Json answer_json(const AnswerForm& form, Fault fault) {
  Json entry{{"body", name_of(body_names, form.body)}, {"message", form.message}, {"text", form.text}};
  if (fault == Fault::answer) {
    entry["status"] = form.status;
    entry["after_commit"] = form.after_commit;
    entry["instead_of"] = form.instead_of;
  }
  return entry;
}

// Members beyond the first version's only where they say something, so that old plans read back as they were.
Json rule_json(const ChaosRule& rule) {
  Json entry{{"fault", to_string(rule.fault)},  {"operation", rule.operation},
             {"probability", rule.probability}, {"limit", rule.limit},
             {"hold_ms", rule.hold_ms},         {"delay", delay_json(rule.delay)}};
  if (rule.window) entry["window"] = {{"from_ms", rule.window->from_ms}, {"to_ms", rule.window->to_ms}};
  if (rule.caller != "*") entry["caller"] = rule.caller;
  if (rule.header) entry["header"] = {{"name", rule.header->name}, {"glob", rule.header->glob}};
  if (rule.ordinal.n > 0) entry[std::string(name_of(ordinal_names, rule.ordinal.kind))] = rule.ordinal.n;
  if (!rule.until.empty()) entry["until"] = rule.until;
  if (rule.answer) entry["answer"] = answer_json(*rule.answer, rule.fault);
  if (rule.sees != Sees::drawn) entry["sees"] = name_of(sees_names, rule.sees);
  if (rule.alters != Alters::drawn) entry["alters"] = name_of(alters_names, rule.alters);
  return entry;
}

Json step_json(const ScriptStep& step) {
  Json entry{{step.after ? "after" : "before", step.operation}, {"nth", step.nth}};
  entry["do"] = name_of(deed_names, step.deed);
  switch (step.deed) {
    case ScriptStep::Deed::book:
      entry["calendarId"] = step.calendar_id;
      entry["startTime"] = step.start;
      entry["contactName"] = step.contact_name;
      break;
    case ScriptStep::Deed::cancel:
      entry["id"] = step.appointment_id;
      break;
    case ScriptStep::Deed::edit_calendar:
      entry["calendarId"] = step.calendar_id;
      entry["change"] = holdfast::parse_json(step.change).value_or(Json::object());
      break;
  }
  return entry;
}

}  // namespace

holdfast::Result<ChaosPlan> parse_chaos(std::string_view text) {
  const auto parsed = holdfast::parse_json(text);
  if (!parsed) return holdfast::fail(parsed.error());
  Faults faults("the plan");
  ObjectReader reader(*parsed, "", faults);
  ChaosPlan plan;
  for_each_element(reader.array("rules"), "rules", [&](const Json& element, std::string path) {
    plan.rules.push_back(read_rule(element, std::move(path), faults));
  });
  for_each_element(reader.array("script"), "script", [&](const Json& element, std::string path) {
    plan.script.push_back(read_step(element, std::move(path), faults));
  });
  reader.finish();
  if (faults.any()) return faults.result();
  return plan;
}

std::string to_json(const ChaosPlan& plan) {
  Json rules = Json::array();
  for (const ChaosRule& rule : plan.rules) rules.push_back(rule_json(rule));
  Json whole{{"rules", std::move(rules)}};
  for (const ScriptStep& step : plan.script) whole["script"].push_back(step_json(step));
  return holdfast::dump_json(whole);
}

}  // namespace mock_ghl
