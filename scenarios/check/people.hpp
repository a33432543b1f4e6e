// People: who is who in a run, in truth, read from the plans of the calls. A backend is told names, phones and e-mails,
// and may take two people for one or one for two; here nobody has to guess.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "scenarios/check/history.hpp"

namespace scenarios {

// One person, and everything that was ever said or shown for them.
struct PersonFact {
  std::string id;                // vapi_sim::person_of
  std::string name;              // as first said
  std::set<std::string> names;   // folded, every one that was said
  std::set<std::string> phones;  // said for them, or proven by the line of a call for them
  std::set<std::string> emails;  // folded
  std::set<std::string> lines;   // proven numbers of the calls for them
  std::set<std::string> calls;   // ids of the calls for them
};

// Lower case, one space between words, none around.
std::string folded(std::string_view text);

// Everybody for whom something was booked or asked in a call.
class People {
 public:
  explicit People(const History& history);
  const PersonFact* find(std::string_view id) const;
  const std::map<std::string, PersonFact, std::less<>>& all() const { return people_; }

 private:
  std::map<std::string, PersonFact, std::less<>> people_;
};

// True when a contact in GHL is this person: it has a name that was said for them, and a phone or an e-mail of theirs
// unless it has neither.
bool is_contact_of(const ContactFact& contact, const PersonFact& person);

}  // namespace scenarios
