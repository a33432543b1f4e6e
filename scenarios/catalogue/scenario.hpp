// Scenario: one way in which a booking flow goes wrong, as a declarative JSON file: who calls, what fails, what must
// come of it. The same file becomes a plan for the virtual world and one, scaled down in time, for real sockets.
// README.md describes the file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "scenarios/check/checkers.hpp"
#include "scenarios/world/plan.hpp"

namespace scenarios {

// A count that must lie in [least, most].
struct CountRange {
  int least = 0;
  int most = 1'000'000;

  // Whether it says nothing; and whether a count lies within.
  bool any() const { return least == 0 && most == 1'000'000; }
  bool contains(int count) const { return least <= count && count <= most; }
};

// What is known of a contact.
struct OnFile {
  std::string phone;
  std::string email;
};

// What must have come of it besides that no rule was broken.
struct Expectations {
  // By call id: the last thing the caller may have been told, one of CallRecord::told ("" is: heard nothing). Callers
  // that are not named may be told anything. The call id followed by "#2" is about the second errand of a call, and so
  // on.
  std::map<std::string, std::vector<std::string>> told;
  // By call id: the last thing that was said to the caller has at least one of these in it.
  std::map<std::string, std::vector<std::string>> said;
  // By a contact's full name: how many appointments of the backend it has at the end.
  std::map<std::string, CountRange> holds;
  // By a text: how many of those have it in their title.
  std::map<std::string, CountRange> titled;
  // By a contact's full name: what is on file at the end; "" in a field that may be anything.
  std::map<std::string, OnFile> on_file;
  CountRange questions;          // that callers heard: need_info with `question`
  CountRange told_booked;        // callers whose last word was "booked"
  CountRange live_appointments;  // of the backend, at the end
  CountRange contacts_made;      // by the backend; people's own bookings do not count
  CountRange notes;              // on all contacts together
  CountRange confirmations;      // that customers got from GHL because of what the backend did
  CountRange cancellations;      // the same
  CountRange messages;           // that the backend wrote to customers in GHL's conversations
  CountRange tasks;              // for the staff, on contacts
};

// One scenario, ready to be played.
struct Scenario {
  std::string id;     // kebab-case
  std::string title;  // one line
  std::string why;    // the bug or quirk it comes from, for a stranger
  std::vector<std::string> rules;
  Expectations expected;
  std::vector<std::string> shows;  // ids of requirements
  std::string virtual_only;        // why sockets cannot show it; empty: they do
  RunPlan plan;                    // for the virtual world
  RunPlan socket_plan;             // for real sockets; empty (no callers) when they cannot show it

  // Whether it is played over sockets too.
  bool over_sockets() const { return virtual_only.empty(); }
};

// What the files leave to the moment. `now` is what "tomorrow 10:00" counts from over sockets.
struct CatalogueContext {
  holdfast::Instant now{};
};

// Reads one file. invalid_input names `file_name` and the path of what is wrong ("late.json: callers[0].wish.date must
// be a string"): JSON faults, unknown keys, wrong types, unknown names, values out of range, scenarios that cannot be
// played.
holdfast::Result<Scenario> parse_scenario(std::string_view text, std::string_view file_name,
                                          const CatalogueContext& context);

// The scenarios inside this program, by id. A failure is a bug (their test reads them all).
holdfast::Result<std::vector<Scenario>> builtin_scenarios(const CatalogueContext& context);
// Every *.json of a folder (not of folders in it), by id. invalid_input when a file is wrong or an id is used twice,
// not_found when the folder cannot be read or holds none.
holdfast::Result<std::vector<Scenario>> load_scenarios(const std::string& folder, const CatalogueContext& context);

// Those whose id fits one of the globs in `filter`, which is split at commas ("late-*,clean-booking"); all when it is
// empty.
std::vector<Scenario> filter_scenarios(std::vector<Scenario> scenarios, std::string_view filter);

// Expectations that a run did not meet, as violations of the rule "EXPECT".
std::vector<Violation> check_expectations(const Scenario& scenario, const History& history);

// Everything together: the rules and the expectations. What nobody can know about a caller counts only where the
// scenario wants every caller to hear how it ended.
Findings judge(const Scenario& scenario, const History& history);

}  // namespace scenarios
