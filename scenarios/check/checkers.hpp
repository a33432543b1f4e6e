// The checkers: what must always hold, decided from a History alone (facts/anchors.md B.2). Each violation names its
// rule, says in one sentence who was promised what and when, and names the ids to look for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/check/history.hpp"
#include "scenarios/check/wishes.hpp"

namespace scenarios {

// A broken rule.
struct Violation {
  std::string rule;      // "S1" …, or the id of a reply rule, "VAPI-…"
  std::string sentence;  // for a stranger: names, instants, ids
  holdfast::Instant at{};
  std::vector<std::string> appointment_ids;
  std::vector<std::string> call_ids;
};

// A rule with its stable id and what it says.
struct Rule {
  std::string_view id;
  std::string_view title;
  std::string_view meaning;
};

// All rules of ours, in order; the reply rules are vapi_sim::reply_rules().
const std::vector<Rule>& rules();

// What a check came to. `unknown` lists what nobody can know, such as what a caller who hung up has; it is never
// counted as ok where an outcome is expected.
struct Findings {
  std::vector<Violation> violations;
  std::vector<std::string> unknown;
};

// Applies every rule. O(n log n) in calls and appointments.
Findings check_all(const History& history);

// The parts, for tests. Each appends to `findings`.
// S1 exclusivity: the backend alone never has more bookings at one time than the calendar seats; and from the moment a
// caller was told that a booking of ours stands, and at the end of the run, nobody else holds its seat. S2: no two
// callers were told booked for the same seat.
void check_exclusivity(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                       Findings& findings);
// S3: who was told "taken" lost to somebody else's wish or booking that was there while they asked.
void check_refusals(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                    Findings& findings);
// S4: exactly once per person's wish and as often as wanted per errand, no ghost after a refusal, one contact a person,
// and nobody else's contact touched.
void check_once(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                Findings& findings);
// S5: what was told is what GHL's record said at that moment: slot, person, zone, and a label that means that instant;
// and a look at the calendar says what the caller has.
void check_truth(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                 Findings& findings);
// S11, the direct part: no reply holds a name, phone or e-mail that its caller did not say. (disclosure.hpp has the
// other.)
void check_replies_disclose_nothing(const History& history, const People& people, Findings& findings);
// S5 and S4 over time: what people moved, cancelled, restored or made in GHL is told as it stands and left alone.
void check_office(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                  Findings& findings);
// S6, the customer's side: no second confirmation, no cancellation of what nobody was told.
void check_notices(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                   Findings& findings);
// S6: everything comes to rest, and ledger and GHL agree, also about what is free. S8: replies came within the voice
// deadline. Reply rules.
void check_settled(const History& history, Findings& findings);

}  // namespace scenarios
