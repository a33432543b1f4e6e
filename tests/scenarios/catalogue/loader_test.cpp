// Reading scenario files: what is understood, and what is refused with its place.
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "scenarios/catalogue/builtin.hpp"
#include "scenarios/catalogue/fixtures.hpp"
#include "scenarios/catalogue/scenario.hpp"

namespace scenarios {
namespace {

const CatalogueContext context{.now = *holdfast::parse_iso("2026-09-02T12:00:00Z")};

constexpr std::string_view small = R"({
  "id": "small-one", "title": "T", "why": "W", "rules": ["S1"],
  "callers": [{"id": "ada", "first_name": "Ada", "wish": {"service": "Follow-up"}}],
  "expect": {}
})";

// `small` with `from` replaced by `to`.
std::string changed(std::string_view from, std::string_view to) {
  std::string text(small);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(std::string_view text) {
  const auto scenario = parse_scenario(text, "some.json", context);
  if (scenario) return "accepted";
  EXPECT_EQ(scenario.error().kind, holdfast::ErrorKind::invalid_input);
  return scenario.error().message;
}

Scenario read(std::string_view text) {
  auto scenario = parse_scenario(text, "some.json", context);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().message;
  return scenario.value_or(Scenario{});
}

TEST(Catalogue, EveryBuiltinScenarioCanBeRead) {
  const auto scenarios = builtin_scenarios(context);
  ASSERT_TRUE(scenarios.has_value()) << scenarios.error().message;
  EXPECT_EQ(scenarios->size(), builtin_files().size());
  EXPECT_GE(scenarios->size(), 19U);
  std::set<std::string> ids;
  std::set<std::string> call_ids;
  for (const Scenario& scenario : *scenarios) {
    EXPECT_TRUE(ids.insert(scenario.id).second) << scenario.id;
    EXPECT_EQ(scenario.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos) << scenario.id;
    EXPECT_NE(scenario.why.find('.'), std::string::npos) << scenario.id << ": why must be a sentence";
    EXPECT_EQ(scenario.plan.name, scenario.id);
    EXPECT_FALSE(scenario.plan.callers.empty());
    EXPECT_EQ(scenario.over_sockets(), !scenario.socket_plan.callers.empty()) << scenario.id;
    for (const auto& caller : scenario.plan.callers) {
      EXPECT_TRUE(call_ids.insert(caller.call.call_id).second) << caller.call.call_id;
      EXPECT_EQ(caller.call.target, tenant_target());
    }
    EXPECT_TRUE(mock_ghl::check_fixture(scenario.plan.fixture).has_value()) << scenario.id;
  }
  for (const BuiltinFile& file : builtin_files()) {
    const std::string name(file.name.substr(0, file.name.size() - 5));
    EXPECT_TRUE(ids.contains(name)) << "the file " << file.name << " must be called as its id";
  }
}

TEST(Catalogue, NamedFixturesAreConsistent) {
  for (const auto name : fixture_names()) {
    const auto fixture = named_fixture(name);
    ASSERT_TRUE(fixture.has_value()) << name;
    EXPECT_TRUE(mock_ghl::check_fixture(*fixture).has_value()) << name;
  }
  EXPECT_FALSE(named_fixture("palace").has_value());
}

TEST(Catalogue, DefaultsAreTheClinicOnAnOrdinaryMorningInBothWorlds) {
  const Scenario scenario = read(small);
  EXPECT_TRUE(scenario.over_sockets());
  EXPECT_EQ(holdfast::format_iso_utc(scenario.plan.start), "2026-08-26T13:00:00.000Z");
  EXPECT_EQ(scenario.socket_plan.start, context.now);
  EXPECT_EQ(scenario.plan.fixture.calendars.size(), 3U);
  EXPECT_EQ(scenario.plan.limits.late_arrival_window_ms, holdfast::booking::Limits{}.late_arrival_window_ms);
  EXPECT_LE(scenario.socket_plan.limits.late_arrival_window_ms, 3'000);
  EXPECT_LE(scenario.socket_plan.limits.voice_deadline_ms, 1'500);
  EXPECT_TRUE(scenario.expected.live_appointments.any());
  EXPECT_EQ(scenario.plan.callers[0].call.call_id, "small-one.ada");
  EXPECT_EQ(scenario.plan.callers[0].call.line, "");
}

TEST(Catalogue, EveryFieldReachesThePlan) {
  const Scenario scenario = read(R"({
    "id": "full", "title": "T", "why": "W", "rules": ["S1", "VAPI-ids"], "shows": ["W1.1", "T8.2"],
    "virtual_only": "it is a test", "seed": 9,
    "start": "2026-10-31T16:00:00Z", "fixture": "night-clinic", "storm_ms": 1000, "calm_ms": 2000,
    "limits": {"voice_deadline_ms": 900, "offered_slots_max": 2},
    "callers": [{"id": "ada", "first_name": "Ada", "last_name": "King", "phone": "+14155550101",
      "email": "a@b.example", "start_ms": 70, "socket_start_ms": 5, "shape": "flat/string",
      "wish": {"service": "Posture class", "date": "tomorrow", "time_of_day": "noon", "timezone": "Pacific",
               "choice": 2},
      "behaviour": {"repeat_book_same_id": true, "repeat_book_concurrently": true, "reissue_book_new_id": true,
        "two_tools_one_message": true, "accept_alternative": false, "hang_up_after_book_ms": 4, "pending_asks_max": 3,
        "pending_wait_ms": 11, "delivery_retries": 0, "server_timeout_ms": 12, "think_ms": 13},
      "socket_behaviour": {"think_ms": 1}}],
    "persons": [{"does": "cancel", "calendar": "Follow-up", "index": 3, "from": "2026-11-01 10:15", "name": "Gus",
                 "trigger": {"operation": "get-slots", "nth": 2, "on_answer": true, "delay_ms": 6}},
                {"does": "book", "calendar": "Consultation", "which": "requested",
                 "trigger": {"operation": "create-appointment"}},
                {"does": "copy", "calendar": "Consultation", "whose": "office", "to_index": 4, "stood_ms": 500},
                {"does": "edit", "calendar": "Consultation", "title": "Lunch", "description": "-"}],
    "notifier": "sms",
    "crashes": [{"trigger": {"delay_ms": 8}, "down_ms": 77}],
    "stalls": [{"trigger": {"operation": "ledger.advance", "nth": 3}, "for_ms": 99}],
    "wall_steps": [{"step_ms": -3600000}],
    "chaos": {"rules": [{"fault": "late_commit", "delay": {"fixed_ms": 5}}]},
    "expect": {"told": {"ada": ["", "booked"]}, "told_booked": 1, "live_appointments": [0, 2], "contacts_made": 1,
               "notes": [1, 1], "confirmations": 1, "cancellations": 0, "messages": 2, "tasks": [0, 3], "said": {"ada": ["soon", "later"]}}})");
  const RunPlan& plan = scenario.plan;
  EXPECT_FALSE(scenario.over_sockets());
  EXPECT_EQ(scenario.virtual_only, "it is a test");
  EXPECT_EQ(scenario.shows, (std::vector<std::string>{"W1.1", "T8.2"}));
  EXPECT_EQ(plan.seed, 9U);
  EXPECT_EQ(plan.storm_ms, 1'000);
  EXPECT_EQ(plan.calm_ms, 2'000);
  EXPECT_EQ(plan.limits.voice_deadline_ms, 900);
  EXPECT_EQ(plan.limits.offered_slots_max, 2);
  const auto& caller = plan.callers.at(0);
  EXPECT_EQ(caller.start_ms, 70);
  EXPECT_EQ(caller.call.errands[0].attendee.email, "a@b.example");
  EXPECT_EQ(caller.call.errands[0].wish.choice, 2);
  EXPECT_EQ(caller.call.errands[0].wish.timezone, "Pacific");
  EXPECT_EQ(caller.call.shape.nesting, vapi_sim::Shape::Nesting::flat);
  const auto& behaviour = caller.call.behaviour;
  EXPECT_TRUE(behaviour.repeat_book_same_id && behaviour.repeat_book_concurrently && behaviour.reissue_book_new_id &&
              behaviour.two_tools_one_message && !behaviour.accept_alternative);
  EXPECT_EQ(behaviour.hang_up_after_book_ms, 4);
  EXPECT_EQ(behaviour.pending_asks_max, 3);
  EXPECT_EQ(behaviour.pending_wait_ms, 11);
  EXPECT_EQ(behaviour.delivery_retries, 0);
  EXPECT_EQ(behaviour.server_timeout_ms, 12);
  EXPECT_EQ(behaviour.think_ms, 13);
  const auto& deed = plan.persons.at(0);
  EXPECT_EQ(deed.kind, PersonDeed::Kind::cancel);
  EXPECT_EQ(deed.index, 3);
  EXPECT_EQ(deed.name, "Gus");
  // After the change of the clocks: standard time, UTC-5.
  EXPECT_EQ(holdfast::format_iso_utc(deed.from), "2026-11-01T15:15:00.000Z");
  EXPECT_EQ(deed.trigger.operation, "get-slots");
  EXPECT_EQ(deed.trigger.nth, 2);
  EXPECT_TRUE(deed.trigger.on_answer);
  EXPECT_EQ(deed.trigger.delay_ms, 6);
  EXPECT_EQ(plan.persons.at(1).choice, PersonDeed::Choice::requested);
  EXPECT_EQ(plan.persons.at(2).kind, PersonDeed::Kind::copy);
  EXPECT_EQ(plan.persons.at(2).whose, PersonDeed::Whose::office);
  EXPECT_EQ(plan.persons.at(2).to_index, 4);
  EXPECT_EQ(plan.persons.at(2).stood_ms, 500);
  EXPECT_EQ(plan.persons.at(3).title + plan.persons.at(3).description, "Lunch-");
  EXPECT_EQ(plan.notifier, holdfast::booking::Notifier::sms);
  EXPECT_EQ(plan.crashes.at(0).down_ms, 77);
  EXPECT_EQ(plan.stalls.at(0).for_ms, 99);
  EXPECT_EQ(plan.stalls.at(0).trigger.operation, "ledger.advance");
  EXPECT_EQ(plan.wall_steps.at(0).step_ms, -3'600'000);
  EXPECT_EQ(plan.chaos.rules.at(0).fault, mock_ghl::Fault::late_commit);
  EXPECT_EQ(scenario.expected.told.at("full.ada"), (std::vector<std::string>{"", "booked"}));
  EXPECT_EQ(scenario.expected.live_appointments.most, 2);
  EXPECT_EQ(scenario.expected.notes.least, 1);
  EXPECT_EQ(scenario.expected.confirmations.least, 1);
  EXPECT_EQ(scenario.expected.cancellations.most, 0);
  EXPECT_EQ(scenario.expected.messages.least, 2);
  EXPECT_EQ(scenario.expected.tasks.most, 3);
  EXPECT_EQ(scenario.expected.said.at("full.ada"), (std::vector<std::string>{"soon", "later"}));
}

TEST(Catalogue, SocketsTakeTheirOwnTimes) {
  const std::string text = changed(R"("expect": {})",
                                   R"("limits": {"hold_ttl_ms": 7000}, "socket_limits": {"hold_ttl_ms": 800},
    "chaos": {"rules": [{"fault": "hang", "delay": {"fixed_ms": 9000}}]},
    "socket_chaos": {"rules": [{"fault": "hang", "delay": {"fixed_ms": 90}}]},
    "persons": [{"does": "book", "calendar": "Follow-up", "from": "tomorrow 10:00",
                 "trigger": {"delay_ms": 5000, "socket_delay_ms": 50}}],
    "crashes": [{"down_ms": 4000, "socket_down_ms": 40}], "expect": {})");
  const Scenario scenario = read(text);
  EXPECT_EQ(scenario.plan.limits.hold_ttl_ms, 7'000);
  EXPECT_EQ(scenario.socket_plan.limits.hold_ttl_ms, 800);
  EXPECT_EQ(scenario.plan.chaos.rules.at(0).delay.min_ms, 9'000);
  EXPECT_EQ(scenario.socket_plan.chaos.rules.at(0).delay.min_ms, 90);
  EXPECT_EQ(holdfast::format_iso_utc(scenario.plan.persons.at(0).from), "2026-08-27T14:00:00.000Z");
  EXPECT_EQ(holdfast::format_iso_utc(scenario.socket_plan.persons.at(0).from), "2026-09-03T14:00:00.000Z");
  EXPECT_EQ(scenario.plan.persons.at(0).trigger.delay_ms, 5'000);
  EXPECT_EQ(scenario.socket_plan.persons.at(0).trigger.delay_ms, 50);
  EXPECT_EQ(scenario.plan.crashes.at(0).down_ms, 4'000);
  EXPECT_EQ(scenario.socket_plan.crashes.at(0).down_ms, 40);
  EXPECT_FALSE(scenario.socket_plan.sets_clock);
  const Scenario dated = read(changed(R"("expect": {})", R"("start": "2026-10-31T16:00:00Z", "expect": {})"));
  EXPECT_EQ(dated.socket_plan.start, dated.plan.start);
  EXPECT_TRUE(dated.socket_plan.sets_clock) << "a day of its own comes along";
  const Scenario waiting = read(changed(R"("wish")", R"("behaviour": {"think_ms": 9000, "delivery_retries": 3},
    "socket_behaviour": {"pending_wait_ms": 44}, "wish")"));
  const auto& behaviour = waiting.socket_plan.callers.at(0).call.behaviour;
  EXPECT_LE(behaviour.think_ms, 1'000);
  EXPECT_EQ(behaviour.delivery_retries, 3);
  EXPECT_EQ(behaviour.pending_wait_ms, 44);
  EXPECT_EQ(waiting.plan.callers.at(0).call.behaviour.think_ms, 9'000);
}

struct Mistake {
  const char* from;
  const char* to;
  const char* message;  // its beginning
};

TEST(Catalogue, EveryMistakeIsNamedWithItsPlace) {
  const std::vector<Mistake> mistakes{
      {R"("id": "small-one")", R"("id": "Small_One")", "some.json: id: must be kebab-case"},
      {R"("id": "small-one")", R"("id": 7)", "some.json: id: must be a string"},
      {R"("id": "small-one",)", "", "some.json: id: is required"},
      {R"("title": "T",)", "", "some.json: title: is required"},
      {R"("why": "W",)", "", "some.json: why: is required"},
      {R"(["S1"])", "[]", "some.json: rules: must name at least one rule"},
      {R"(["S1"])", R"(["S99"])", "some.json: rules: 'S99' is not a rule"},
      {R"("expect": {})", R"("expects": {})", "some.json: expect: is required"},
      {R"("expect": {})", R"("expect": {}, "virtual_only": "")", "some.json: virtual_only: must say why"},
      {R"("expect": {})", R"("expect": {}, "shows": ["W99"])", "some.json: shows: 'W99' is not a requirement"},
      {R"("expect": {})", R"("expect": {}, "colour": 1)", "some.json: colour: is not a known key"},
      {R"("expect": {})", R"("expect": {}, "start": "tomorrow")", "some.json: start: must be an instant"},
      {R"("expect": {})", R"("expect": {}, "fixture": "palace")", "some.json: fixture: 'palace' is not"},
      {R"("expect": {})", R"("expect": {}, "fixture": {"calendars": 1})", "some.json: fixture: calendars: must be"},
      {R"("expect": {})", R"("expect": {}, "limits": {"hold_ttl": 1})", "some.json: limits.hold_ttl: is not a known"},
      {R"("expect": {})", R"("expect": {}, "socket_limits": {"hold_ttl_ms": -1})",
       "some.json: socket_limits.hold_ttl_ms: must be between"},
      {R"("expect": {})", R"("expect": {}, "chaos": {"rules": [{"fault": "flood"}]})",
       "some.json: chaos: rules[0].fault: must be one of"},
      {R"("expect": {})", R"("expect": {}, "socket_chaos": {"rule": []})", "some.json: socket_chaos: rule: is not"},
      {R"("expect": {})", R"("expect": {}, "crashes": [{"trigger": {"operation": "ledger.any"}}])",
       "some.json: crashes: or stalls with a trigger on the ledger cannot"},
      {R"("expect": {})", R"("expect": {}, "stalls": [{"trigger": {"operation": "ledger.advance"}}])",
       "some.json: crashes: or stalls with a trigger on the ledger cannot"},
      {R"("expect": {})", R"("expect": {}, "stalls": [{}], "wall_steps": [{}])",
       "some.json: crashes: or stalls and a clock that is set cannot"},
      {R"("expect": {})", R"("expect": {}, "stalls": [{}], "start": "2026-10-31T16:00:00Z")",
       "some.json: crashes: or stalls and a clock that is set cannot"},
      {R"("expect": {})", R"("expect": {}, "notifier": "pigeon")", "some.json: notifier: must be none, ghl, sms"},
      {R"("expect")", R"("persons": [{"does": "move", "calendar": "Follow-up", "whose": "nobody"}], "expect")",
       "some.json: persons[0].whose: must be backend or office"},
      {R"("expect": {})", R"("expect": {"told": {"bob": ["booked"]}})", "some.json: expect.told.bob: is not a known"},
      {R"("expect": {})", R"("expect": {"told": {"ada": ["happy"]}})", "some.json: expect.told.ada: 'happy' is"},
      {R"("expect": {})", R"("expect": {"notes": "one"})", "some.json: expect.notes: must be a whole number"},
      {R"("expect": {})", R"("expect": {"notes": [2, 1]})", "some.json: expect.notes: must be a count, or"},
      {R"("expect": {})", R"("expect": {"note": 1})", "some.json: expect.note: is not a known key"},
      {R"("callers": [{)", R"("callers": [{"id": "ada", "first_name": "A", "wish": {"service": "Follow-up"}}, {)",
       "some.json: callers[1].id: is used twice"},
      {R"("first_name": "Ada",)", "", "some.json: callers[0].first_name: is required"},
      {R"("service": "Follow-up")", R"("service": "Massage")", "some.json: callers[0].wish.service: must be the name"},
      {R"("service": "Follow-up")", R"("service": "Follow-up", "date": 5)",
       "some.json: callers[0].wish.date: must be a string"},
      {R"("wish")", R"("shape": "round", "wish")", "some.json: callers[0].shape: is not a wire shape"},
      {R"("wish")", R"("behaviour": {"shout": true}, "wish")", "some.json: callers[0].behaviour.shout: is not a known"},
      {R"("wish")", R"("behaviour": {"repeat_book_same_id": 1}, "wish")",
       "some.json: callers[0].behaviour.repeat_book_same_id: must be true or false"},
      {R"("expect")", R"("persons": [{"does": "dance", "calendar": "Follow-up"}], "expect")",
       "some.json: persons[0].does: must be book, cancel, move, restore, delete, copy, edit, reassign or merge"},
      {R"("expect")", R"("persons": [{"does": "book", "calendar": "Massage"}], "expect")",
       "some.json: persons[0].calendar: must be the name"},
      {R"("expect")", R"("persons": [{"does": "book", "calendar": "Follow-up", "from": "soon"}], "expect")",
       "some.json: persons[0].from: must be like"},
      {R"("expect")", R"("persons": [{"does": "book", "calendar": "Follow-up", "which": "requested"}], "expect")",
       "some.json: persons[0].which: requested needs"},
      {R"("expect")",
       R"("persons": [{"does": "book", "calendar": "Follow-up", "trigger": {"operation": "get-slot"}}], "expect")",
       "some.json: persons[0].trigger.operation: is not an operation"},
  };
  for (const Mistake& mistake : mistakes) {
    const std::string message = error_of(changed(mistake.from, mistake.to));
    EXPECT_EQ(message.substr(0, std::string_view(mistake.message).size()), mistake.message) << message;
  }
  EXPECT_EQ(error_of("{").substr(0, 11), "some.json: ");
  EXPECT_EQ(error_of("[]"), "some.json: the file: must be an object");
  EXPECT_EQ(error_of(R"({"id": "x", "title": "T", "why": "W", "rules": ["S1"], "expect": {}})"),
            "some.json: callers: must hold at least one caller");
}

// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("holdfast-catalogue-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  void put(const std::string& name, std::string_view text) const { std::ofstream(path_ / name) << text; }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(Catalogue, AFolderIsReadByIdAndItsMistakesNameTheFile) {
  const Folder folder;
  EXPECT_EQ(load_scenarios(folder.path(), context).error().kind, holdfast::ErrorKind::not_found);
  EXPECT_EQ(load_scenarios(folder.path() + "/none", context).error().kind, holdfast::ErrorKind::not_found);
  folder.put("b.json", changed("small-one", "alpha"));
  folder.put("a.json", changed("small-one", "beta"));
  folder.put("notes.txt", "not a scenario");
  const auto loaded = load_scenarios(folder.path(), context);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message;
  ASSERT_EQ(loaded->size(), 2U);
  EXPECT_EQ(loaded->at(0).id, "alpha");
  EXPECT_EQ(loaded->at(1).id, "beta");
  folder.put("c.json", changed("small-one", "beta"));
  EXPECT_EQ(load_scenarios(folder.path(), context).error().message, "two scenarios have the id beta; rename one");
  folder.put("c.json", "{}");
  EXPECT_EQ(load_scenarios(folder.path(), context).error().message, "c.json: id: is required");
}

TEST(Catalogue, FiltersAreGlobsSplitAtCommas) {
  const auto ids = [](std::string_view filter) {
    std::string text;
    for (const auto& scenario : filter_scenarios(builtin_scenarios(context).value(), filter)) text += scenario.id + " ";
    return text;
  };
  EXPECT_EQ(ids("dst-*"), "dst-weekend-autumn dst-weekend-spring ");
  EXPECT_EQ(ids("clean-booking,two-tools-*"), "clean-booking two-tools-one-message ");
  EXPECT_EQ(ids("nothing"), "");
  EXPECT_EQ(ids(",").size(), 0U);
  EXPECT_EQ(ids(""), ids("*"));
}

History quiet_history() {
  History history;
  history.began_at = context.now;
  history.ended_at = context.now + holdfast::minutes(5);
  vapi_sim::CallRecord call;
  call.plan.call_id = "small-one.ada";
  call.plan.errands[0].attendee.first_name = "Ada";
  call.told = "booked";
  history.calls.push_back(call);
  BookingFact ours;
  ours.id = "a1";
  ours.contact_id = "c1";
  ours.created_at = context.now;
  BookingFact cancelled = ours;
  cancelled.id = "a2";
  cancelled.ended_at = context.now + holdfast::minutes(1);
  BookingFact person = ours;
  person.id = "a3";
  person.contact_id = "c2";
  person.source = "calendar_page";
  history.bookings = {ours, cancelled, person};
  history.contacts = {{"c1", "Ada", "", "", "", true, false},
                      {"c2", "Walk-in", "", "", "", true, false},
                      {"c3", "Old", "", "", "", false, false},
                      {"c4", "Gone", "", "", "", true, true}};
  history.notes = {{"c1", "one"}};
  return history;
}

TEST(Expectations, CountWhatIsOursAndLivesAtTheEnd) {
  Scenario scenario;
  scenario.expected.told["small-one.ada"] = {"booked", "taken"};
  scenario.expected.told_booked = {1, 1};
  scenario.expected.live_appointments = {1, 1};
  scenario.expected.contacts_made = {1, 1};
  scenario.expected.notes = {1, 1};
  EXPECT_TRUE(check_expectations(scenario, quiet_history()).empty());
}

TEST(Expectations, EachUnmetOneIsASentence) {
  Scenario scenario;
  scenario.expected.told["small-one.ada"] = {"taken", ""};
  scenario.expected.told["small-one.ben"] = {"booked"};
  scenario.expected.told_booked = {0, 0};
  scenario.expected.live_appointments = {2, 3};
  scenario.expected.contacts_made = {2, 2};
  scenario.expected.notes = {0, 0};
  const auto violations = check_expectations(scenario, quiet_history());
  ASSERT_EQ(violations.size(), 6U);
  for (const auto& violation : violations) EXPECT_EQ(violation.rule, "EXPECT");
  EXPECT_EQ(violations[0].sentence,
            "Ada (call small-one.ada) was told \"booked\" at last, where \"taken\" or nothing was due.");
  EXPECT_EQ(violations[1].sentence, "The call small-one.ben did not end.");
  EXPECT_EQ(violations[3].sentence,
            "The scenario ends with 1 appointments of the backend in GHL, but it must be 2 to 3.");
}

}  // namespace
}  // namespace scenarios
