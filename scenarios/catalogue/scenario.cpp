// Reading one scenario file.
#include "scenarios/catalogue/scenario.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "mock_ghl/model/reader.hpp"
#include "scenarios/catalogue/callers.hpp"
#include "scenarios/catalogue/fixtures.hpp"
#include "scenarios/catalogue/ids.hpp"
#include "scenarios/catalogue/requirements.hpp"
#include "vapi_sim/wire/reply_lint.hpp"

namespace scenarios {

using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::Json;
using mock_ghl::Faults;
using mock_ghl::for_each_element;
using mock_ghl::ObjectReader;

namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t socket_most_ms = 60'000;  // nobody waits longer
// A Wednesday morning in the clinic, far from any change of the clocks.
constexpr const char* usual_start = "2026-08-26T13:00:00Z";
constexpr std::array<std::string_view, 7> told_statuses{"booked", "taken", "pending", "need_info", "error", "none", ""};
// GHL's operations that the backend may use and a trigger may wait for.
constexpr std::array<std::string_view, 21> operations{"create-appointment",
                                                      "edit-appointment",
                                                      "get-appointment",
                                                      "get-calendar-events",
                                                      "get-blocked-slots",
                                                      "create-block-slot",
                                                      "get-slots",
                                                      "get-calendar",
                                                      "delete-event",
                                                      "get-calendars",
                                                      "search-contacts-advanced",
                                                      "get-duplicate-contact",
                                                      "get-appointments-for-contact",
                                                      "get-all-notes",
                                                      "create-note",
                                                      "get-contact",
                                                      "update-contact",
                                                      "delete-contact",
                                                      "upsert-contact",
                                                      "create-contact",
                                                      "get-location"};

// Over sockets time is real: everything that waits is scaled down, so that a scenario takes a few seconds.
holdfast::booking::Limits socket_limits() {
  return {.voice_deadline_ms = 1'500,
          .create_timeout_ms = 2'500,
          .send_bound_ms = 1'500,
          .settle_timeout_ms = 2'000,
          .hold_ttl_ms = 10'000,
          .hold_evidence_ms = 3'000,
          .read_lag_ms = 2'000,
          .late_arrival_window_ms = 2'500};
}

void read_limits(const Json& value, std::string path, Faults& faults, holdfast::booking::Limits& limits) {
  ObjectReader reader(value, std::move(path), faults);
  reader.integer("voice_deadline_ms", limits.voice_deadline_ms, 100, 60'000);
  reader.integer("create_timeout_ms", limits.create_timeout_ms, 100, 120'000);
  reader.integer("settle_timeout_ms", limits.settle_timeout_ms, 100, 120'000);
  reader.integer("send_bound_ms", limits.send_bound_ms, 100, 120'000);
  reader.integer("hold_ttl_ms", limits.hold_ttl_ms, 100, day_ms);
  reader.integer("hold_evidence_ms", limits.hold_evidence_ms, 0, day_ms);
  reader.integer("read_lag_ms", limits.read_lag_ms, 0, day_ms);
  reader.integer("longest_wait_ms", limits.longest_wait_ms, 100, day_ms);
  reader.integer("review_after_ms", limits.review_after_ms, 100, day_ms);
  reader.integer("job_lifetime_ms", limits.job_lifetime_ms, 100, 30 * day_ms);
  reader.integer("late_arrival_window_ms", limits.late_arrival_window_ms, 0, day_ms);
  reader.integer("offer_ttl_ms", limits.offer_ttl_ms, 1'000, day_ms);
  reader.integer("offered_slots_max", limits.offered_slots_max, 1, 20);
  reader.integer("search_days", limits.search_days, 1, 60);
  reader.finish();
}

// A time that sockets have of their own: it replaces the other there, and is only known elsewhere.
void read_for_sockets(ObjectReader& reader, std::string_view key, bool sockets, std::int64_t least_ms,
                      std::int64_t& out_ms) {
  if (sockets) {
    reader.integer(key, out_ms, least_ms, socket_most_ms);
  } else {
    reader.has(key);
  }
}

Trigger read_trigger(const Json& value, std::string path, bool sockets, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  Trigger trigger;
  reader.text("operation", trigger.operation);
  reader.integer("nth", trigger.nth, 1, 1'000'000);
  reader.boolean("on_answer", trigger.on_answer);
  reader.integer("delay_ms", trigger.delay_ms, 0, day_ms);
  read_for_sockets(reader, "socket_delay_ms", sockets, 0, trigger.delay_ms);
  const bool of_ledger = trigger.operation.starts_with("ledger.");
  if (!trigger.operation.empty() && !of_ledger &&
      std::ranges::find(operations, trigger.operation) == operations.end()) {
    reader.fault("operation",
                 "is not an operation the backend uses, such as create-appointment or get-slots, nor one of its ledger "
                 "(ledger.advance, ledger.any)");
  }
  reader.finish();
  return trigger;
}

CountRange read_range(ObjectReader& reader, std::string_view key, const Json& expect) {
  CountRange range;
  const Json* value = holdfast::find_member(expect, key);
  if (value == nullptr) return range;
  if (!value->is_array()) {
    reader.integer(key, range.least, 0, range.most);
    range.most = range.least;
    return range;
  }
  const Json* bounds = reader.array(key);
  const auto count = [](const Json& bound) {
    return bound.is_number_unsigned() && bound.get<std::uint64_t>() < 1'000'000;
  };
  if (bounds->size() != 2 || !count((*bounds)[0]) || !count((*bounds)[1]) || (*bounds)[1] < (*bounds)[0]) {
    reader.fault(key, "must be a count, or [least, most]");
    return range;
  }
  return {(*bounds)[0].get<int>(), (*bounds)[1].get<int>()};
}

// One reading of a file, for one of the two worlds.
class ScenarioReader {
 public:
  ScenarioReader(const Json& json, Faults& faults) : json_(json), faults_(faults), reader_(json, "", faults) {}

  // Reads everything. `now` set: the plan for sockets, scaled down and counting from then.
  Scenario read(std::optional<Instant> now) {
    sockets_ = now.has_value();
    reader_.text("id", scenario_.id, true);
    if (!scenario_.id.empty() && !is_kebab_case(scenario_.id)) reader_.fault("id", "must be kebab-case: like-this-1");
    reader_.text("title", scenario_.title, true);
    reader_.text("why", scenario_.why, true);
    read_rules();
    read_worlds();
    plan().name = scenario_.id;
    reader_.integer("seed", plan().seed, 0, INT64_MAX);
    read_start(now);
    read_fixture();
    if (faults_.any()) return scenario_;  // the rest needs the fixture
    read_times();
    read_notifier();
    read_callers();
    read_persons();
    read_machine();
    read_chaos();
    read_expectations();
    reader_.finish();
    return scenario_;
  }

 private:
  RunPlan& plan() { return scenario_.plan; }

  void read_rules() {
    reader_.texts("rules", scenario_.rules);
    if (scenario_.rules.empty()) reader_.fault("rules", "must name at least one rule");
    for (const auto& id : scenario_.rules) {
      const bool known = std::ranges::any_of(rules(), [&](const Rule& rule) { return rule.id == id; });
      if (!known && vapi_sim::explain_rule(id).empty()) reader_.fault("rules", "'" + id + "' is not a rule");
    }
  }

  void read_worlds() {
    reader_.text("virtual_only", scenario_.virtual_only);
    if (reader_.has("virtual_only") && scenario_.virtual_only.empty()) {
      reader_.fault("virtual_only", "must say why sockets cannot show it");
    }
    reader_.texts("shows", scenario_.shows);
    for (const auto& id : scenario_.shows) {
      if (find_requirement(id) == nullptr) reader_.fault("shows", "'" + id + "' is not a requirement");
    }
  }

  void read_start(std::optional<Instant> now) {
    std::string text = usual_start;
    reader_.text("start", text);
    const auto start = holdfast::parse_iso(text);
    if (!start) reader_.fault("start", "must be an instant with its offset, like 2026-10-31T16:00:00Z");
    // A scenario of a certain day brings it along; the others live now over sockets.
    const bool given = reader_.has("start");
    plan().start = now && !given ? *now : start.value_or(Instant{});
    plan().sets_clock = given;
  }

  void read_fixture() {
    const Json* value = holdfast::find_member(json_, "fixture");
    if (value != nullptr && value->is_object()) {
      reader_.object("fixture");
      auto fixture = mock_ghl::parse_fixture(holdfast::dump_json(*value));
      if (!fixture) return reader_.fault("fixture", fixture.error().message);
      plan().fixture = std::move(*fixture);
    } else {
      std::string name = "clinic";
      reader_.text("fixture", name);
      auto fixture = named_fixture(name);
      if (!fixture) return reader_.fault("fixture", "'" + name + "' is not a named fixture");
      plan().fixture = std::move(*fixture);
    }
    const auto& fixture = plan().fixture;
    if (fixture.locations.empty() || fixture.calendars.empty() || fixture.tokens.empty()) {
      return reader_.fault("fixture", "needs a location, a calendar and a token");
    }
    read_services();
    read_contacts();
  }

  void read_services() {
    for_each_element(reader_.array("services"), "services", [&](const Json& element, const std::string& path) {
      ObjectReader reader(element, path, faults_);
      holdfast::booking::Service service;
      reader.text("name", service.name, true);
      std::string calendar;
      reader.text("calendar", calendar, true);
      reader.finish();
      const auto& calendars = plan().fixture.calendars;
      const auto found = std::ranges::find(calendars, calendar, &mock_ghl::Calendar::name);
      if (found == calendars.end()) return reader.fault("calendar", "must be the name of a calendar of the fixture");
      service.calendar_id = found->id;
      plan().services.push_back(std::move(service));
    });
  }

  // Customers whom the business knows already.
  void read_contacts() {
    for_each_element(reader_.array("contacts"), "contacts", [&](const Json& element, const std::string& path) {
      ObjectReader reader(element, path, faults_);
      mock_ghl::ContactSeed seed;
      seed.location_id = plan().fixture.locations.front().id;
      reader.text("id", seed.id, true);
      reader.text("first_name", seed.fields.first_name, true);
      reader.text("last_name", seed.fields.last_name);
      reader.text("phone", seed.fields.phone);
      reader.text("email", seed.fields.email);
      reader.finish();
      plan().fixture.contacts.push_back(std::move(seed));
    });
  }

  void read_times() {
    if (sockets_) plan().limits = socket_limits();
    if (const Json* limits = reader_.object("limits"); limits != nullptr && !sockets_) {
      read_limits(*limits, "limits", faults_, plan().limits);
    }
    if (const Json* limits = reader_.object("socket_limits"); limits != nullptr && sockets_) {
      read_limits(*limits, "socket_limits", faults_, plan().limits);
    }
    reader_.integer("storm_ms", plan().storm_ms, 0, day_ms);
    reader_.integer("calm_ms", plan().calm_ms, 1'000, 7 * day_ms);
  }

  void read_notifier() {
    std::string name;
    reader_.text("notifier", name);
    if (name.empty()) return;
    const auto notifier = holdfast::booking::notifier_from(name);
    if (!notifier) return reader_.fault("notifier", "must be none, ghl, sms or email");
    plan().notifier = *notifier;
  }

  void read_callers() {
    std::vector<std::string> services;
    for (const auto& service : services_of(plan())) services.push_back(service.name);
    const CallersContext context{scenario_.id, services, sockets_};
    plan().callers = scenarios::read_callers(reader_.array("callers"), context, faults_);
    if (plan().callers.empty()) reader_.fault("callers", "must hold at least one caller");
  }

  void read_persons() {
    for_each_element(reader_.array("persons"), "persons", [&](const Json& element, const std::string& path) {
      plan().persons.push_back(read_person(element, path));
    });
  }

  PersonDeed read_person(const Json& element, const std::string& path) {
    ObjectReader reader(element, path, faults_);
    PersonDeed deed;
    std::string does;
    reader.text("does", does, true);
    const auto kind = parse_deed(does);
    if (!kind) reader.fault("does", "must be book, cancel, move, restore, delete, copy, edit, reassign or merge");
    deed.kind = kind.value_or(PersonDeed::Kind::book);
    std::string calendar;
    reader.text("calendar", calendar, true);
    const auto& calendars = plan().fixture.calendars;
    const auto found = std::ranges::find(calendars, calendar, &mock_ghl::Calendar::name);
    if (found == calendars.end()) {
      reader.fault("calendar", "must be the name of a calendar of the fixture");
    } else {
      deed.calendar_id = found->id;
    }
    std::string which = "nth_free";
    reader.text("which", which);
    if (which != "nth_free" && which != "requested") reader.fault("which", "must be nth_free or requested");
    deed.choice = which == "requested" ? PersonDeed::Choice::requested : PersonDeed::Choice::nth_free;
    reader.integer("index", deed.index, 0, 1'000);
    std::string from;
    reader.text("from", from);
    if (!from.empty()) deed.from = read_moment(reader, from);
    reader.text("name", deed.name);
    std::string whose = "backend";
    reader.text("whose", whose);
    if (whose != "backend" && whose != "office") reader.fault("whose", "must be backend or office");
    deed.whose = whose == "office" ? PersonDeed::Whose::office : PersonDeed::Whose::backend;
    reader.integer("to_index", deed.to_index, 0, 1'000);
    reader.integer("stood_ms", deed.stood_ms, 0, day_ms);
    reader.text("title", deed.title);
    reader.text("description", deed.description);
    if (const Json* trigger = reader.object("trigger")) {
      deed.trigger = read_trigger(*trigger, reader.path_of("trigger"), sockets_, faults_);
    }
    if (which == "requested" && deed.trigger.operation != "create-appointment") {
      reader.fault("which", "requested needs a trigger on create-appointment");
    }
    reader.finish();
    return deed;
  }

  // "tomorrow 10:00" or "2026-11-01 10:00", on the wall clock of the fixture's location.
  Instant read_moment(ObjectReader& reader, const std::string& text) {
    const auto zone = *holdfast::Zone::find(plan().fixture.locations.front().timezone);
    const std::size_t blank = text.find(' ');
    const std::string day = text.substr(0, blank);
    unsigned hour = 0, minute = 0;
    char rest = 0;
    const bool timed = blank != std::string::npos &&
                       std::sscanf(text.c_str() + blank + 1, "%2u:%2u%c", &hour, &minute, &rest) == 2 && hour < 24 &&
                       minute < 60;
    const auto date = day == "tomorrow" ? std::optional(holdfast::add_days(holdfast::date_in(zone, plan().start), 1))
                                        : holdfast::parse_date(day);
    if (!timed || !date) {
      reader.fault("from", "must be like \"tomorrow 10:00\" or \"2026-11-01 10:00\"");
      return {};
    }
    return zone.from_civil(*date, static_cast<int>(hour), static_cast<int>(minute), holdfast::WallClockPolicy::earliest)
        .value_or(Instant{});
  }

  // What happens to the daemon's machine: deaths, standstills, clocks.
  void read_machine() {
    for_each_element(reader_.array("crashes"), "crashes", [&](const Json& element, const std::string& path) {
      CrashPlan crash;
      read_event(element, path, "down_ms", 1, crash.down_ms, crash.trigger);
      plan().crashes.push_back(crash);
    });
    for_each_element(reader_.array("stalls"), "stalls", [&](const Json& element, const std::string& path) {
      StallPlan stall;
      read_event(element, path, "for_ms", 1, stall.for_ms, stall.trigger);
      plan().stalls.push_back(stall);
    });
    for_each_element(reader_.array("wall_steps"), "wall_steps", [&](const Json& element, const std::string& path) {
      WallStep step;
      read_event(element, path, "step_ms", -day_ms, step.step_ms, step.trigger);
      plan().wall_steps.push_back(step);
    });
    if (sockets_) check_machine_over_sockets();
  }

  // A machine of its own is a process there, and its ledger cannot be watched from outside.
  void check_machine_over_sockets() {
    const auto watches_ledger = [](const auto& planned) {
      return std::ranges::any_of(planned,
                                 [](const auto& each) { return each.trigger.operation.starts_with("ledger."); });
    };
    const bool process = needs_process(plan());
    if (process &&
        (watches_ledger(plan().crashes) || watches_ledger(plan().stalls) || watches_ledger(plan().persons))) {
      reader_.fault("crashes",
                    "or stalls with a trigger on the ledger cannot be played over sockets; say virtual_only");
    }
    if (process && (plan().sets_clock || !plan().wall_steps.empty())) {
      reader_.fault("crashes",
                    "or stalls and a clock that is set cannot be played together over sockets; say virtual_only");
    }
  }

  void read_event(const Json& element, const std::string& path, std::string_view key, std::int64_t least_ms,
                  std::int64_t& out_ms, Trigger& trigger) {
    ObjectReader reader(element, path, faults_);
    if (const Json* given = reader.object("trigger")) {
      trigger = read_trigger(*given, reader.path_of("trigger"), sockets_, faults_);
    }
    reader.integer(key, out_ms, least_ms, day_ms);
    read_for_sockets(reader, "socket_" + std::string(key), sockets_, least_ms, out_ms);
    reader.finish();
  }

  void read_chaos() {
    const Json* usual = reader_.object("chaos");
    const Json* hurried = reader_.object("socket_chaos");
    const bool scaled = sockets_ && hurried != nullptr;
    const Json* chosen = scaled ? hurried : usual;
    if (chosen == nullptr) return;
    auto chaos = mock_ghl::parse_chaos(holdfast::dump_json(*chosen));
    if (!chaos) return faults_.add(scaled ? "socket_chaos" : "chaos", chaos.error().message);
    plan().chaos = std::move(*chaos);
  }

  void read_expectations() {
    const Json* expect = reader_.object("expect");
    if (expect == nullptr) return reader_.fault("expect", "is required: what must come of it?");
    ObjectReader reader(*expect, "expect", faults_);
    Expectations& expected = scenario_.expected;
    expected.told_booked = read_range(reader, "told_booked", *expect);
    expected.live_appointments = read_range(reader, "live_appointments", *expect);
    expected.contacts_made = read_range(reader, "contacts_made", *expect);
    expected.notes = read_range(reader, "notes", *expect);
    expected.questions = read_range(reader, "questions", *expect);
    expected.confirmations = read_range(reader, "confirmations", *expect);
    expected.cancellations = read_range(reader, "cancellations", *expect);
    expected.messages = read_range(reader, "messages", *expect);
    expected.tasks = read_range(reader, "tasks", *expect);
    if (const Json* told = reader.object("told")) read_told(*told);
    read_counts(reader, "holds", expected.holds);
    read_counts(reader, "titled", expected.titled);
    if (const Json* on_file = reader.object("on_file")) read_on_file(*on_file);
    if (const Json* said = reader.object("said")) read_said(*said);
    reader.finish();
  }

  void read_counts(ObjectReader& reader, std::string_view key, std::map<std::string, CountRange>& counts) {
    const Json* object = reader.object(key);
    if (object == nullptr) return;
    ObjectReader entries(*object, reader.path_of(key), faults_);
    for (const auto& [name, count] : object->items()) counts[name] = read_range(entries, name, *object);
    entries.finish();
  }

  void read_on_file(const Json& on_file) {
    ObjectReader people(on_file, "expect.on_file", faults_);
    for (const auto& [name, fields] : on_file.items()) {
      const Json* object = people.object(name);
      if (object == nullptr) continue;
      ObjectReader contact(*object, people.path_of(name), faults_);
      OnFile& wanted = scenario_.expected.on_file[name];
      contact.text("phone", wanted.phone);
      contact.text("email", wanted.email);
      contact.finish();
    }
    people.finish();
  }

  void read_said(const Json& said) {
    ObjectReader callers(said, "expect.said", faults_);
    for (const auto& caller : plan().callers) {
      const std::string& call_id = caller.call.call_id;
      std::vector<std::string> parts;
      callers.texts(call_id.substr(scenario_.id.size() + 1), parts);
      if (!parts.empty()) scenario_.expected.said[call_id] = std::move(parts);
    }
    callers.finish();
  }

  void read_told(const Json& told) {
    ObjectReader callers(told, "expect.told", faults_);
    for (const auto& caller : plan().callers) {
      const std::string name = caller.call.call_id.substr(scenario_.id.size() + 1);
      read_last_words(callers, name, caller.call.call_id);
      for (std::size_t n = 1; n <= caller.call.errands.size(); ++n) {
        const std::string errand = "#" + std::to_string(n);
        read_last_words(callers, name + errand, caller.call.call_id + errand);
      }
    }
    callers.finish();
  }

  void read_last_words(ObjectReader& callers, const std::string& name, const std::string& key) {
    std::vector<std::string> allowed;
    callers.texts(name, allowed);
    for (const auto& status : allowed) {
      if (std::ranges::find(told_statuses, status) == told_statuses.end()) {
        callers.fault(name, "'" + status + "' is nothing a caller can be told");
      }
    }
    if (!allowed.empty()) scenario_.expected.told[key] = std::move(allowed);
  }

  const Json& json_;
  Faults& faults_;
  ObjectReader reader_;
  Scenario scenario_;
  bool sockets_ = false;
};

}  // namespace

holdfast::Result<Scenario> parse_scenario(std::string_view text, std::string_view file_name,
                                          const CatalogueContext& context) {
  const std::string prefix = std::string(file_name) + ": ";
  const auto json = holdfast::parse_json(text);
  if (!json) return holdfast::fail(ErrorKind::invalid_input, prefix + json.error().message);
  Faults faults;
  Scenario scenario = ScenarioReader(*json, faults).read(std::nullopt);
  if (!faults.any() && scenario.over_sockets()) {
    scenario.socket_plan = ScenarioReader(*json, faults).read(context.now).plan;
  }
  if (faults.any()) return holdfast::fail(ErrorKind::invalid_input, prefix + faults.result().error().message);
  return scenario;
}

}  // namespace scenarios
