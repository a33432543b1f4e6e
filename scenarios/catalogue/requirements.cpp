#include "scenarios/catalogue/requirements.hpp"

#include <algorithm>

namespace scenarios {

const std::vector<Requirement>& requirements() {
  static const std::vector<Requirement> table{
      {"W1.1", "The same tool call again: no second create, and the present standing is told", ""},
      {"W1.2", "A new tool call id with the same arguments: the same", ""},
      {"W1.3", "A redelivery after a crash: the same", ""},
      {"W2.1", "A reused tool call id with another slot is another wish", ""},
      {"W2.2", "A reused tool call id with another attendee is another wish", ""},
      {"W3.1", "The same call and slot with the phone corrected: the same wish, one appointment", ""},
      {"W3.2", "… with the e-mail corrected, completed or dropped", ""},
      {"W3.3", "… of a hidden number, first with a spoken phone, then with an e-mail only", ""},
      {"W3.4", "Only a contact that the wish made is amended", ""},
      {"W3.5", "A correction never touches a stranger's contact", ""},
      {"W4.1", "A hidden caller hears \"pending\" and redials with the number shown: the same wish", ""},
      {"W4.2", "A call back from the same line, same person, same slot: the same wish", ""},
      {"W5.1", "Another person on the same line wants the same slot of a class: a seat of their own", ""},
      {"W5.2", "… of one seat: \"taken\", with alternatives", ""},
      {"W5.3", "Nobody hears another person's name or outcome", ""},
      {"W6.1", "A hidden caller names somebody's phone and learns nothing", ""},
      {"W6.2", "Details go to the number on file", ""},
      {"W7.1", "One call books for two people: two bookings, each with a contact of its own", ""},
      {"W7.2", "Whose a booking is, is asked where it is unclear", ""},
      {"W8.1", "A name that may or may not be one person: one question", ""},
      {"W8.2", "A name that fits two: one question", ""},
      {"W8.3", "The question is stored: no guess, and no loop when the answer is forgotten", ""},
      {"W9.1", "\"Pending\", then another slot: exactly one lives, as told", ""},
      {"W9.2", "… and then the first again", ""},
      {"W9.3", "… and the other is refused: the first counts again, and that is told", ""},
      {"W9.4", "… also after a crash (at every point: scenarios_catalogue_play_test)", ""},
      {"W10.1", "check_availability while the own wish is pending: the own hold hides nothing", ""},
      {"W10.2", "… while it is booked: the answer says what they have", ""},
      {"W11.1", "A second time in one call, asked once and added", ""},
      {"W11.2", "A second time in one call, asked once and taken instead", ""},
      {"W11.3", "… and the answer is forgotten", ""},
      {"W12.1", "Legacy function-call messages: several bookings a call, and a repeat is recognised", ""},
      {"W12.2", "Messages of hooks: the same", ""},
      {"W12.3", "Messages without ids: the same", ""},
      {"W13", "Two services on one calendar: what was offered is what is booked", ""},
      {"W14", "An offer that ran out, repeated by one who is booked: the present standing", ""},
      {"T1.1", "GHL is the record: what was moved is told as it stands", ""},
      {"T1.2", "… what was cancelled", ""},
      {"T1.3", "… what was restored", ""},
      {"T1.4", "… what was deleted", ""},
      {"T1.5", "… what was edited, copied, reassigned or merged", ""},
      {"T1.6", "What the office frees is offered again within 30 s", ""},
      {"T1.7", "A moved booking blocks nothing at its old time; the hold ends on evidence", ""},
      {"T2.1", "What GHL stored is compared with what was asked: the start", ""},
      {"T2.2", "… the end", ""},
      {"T2.3", "… the calendar", ""},
      {"T2.4", "… the location", "tests/core/booking/front_desk_test.cpp"},
      {"T2.5", "… the contact", ""},
      {"T2.6", "… the marker", ""},
      {"T2.7", "A 401 after the commit is read back before anything is told", ""},
      {"T2.8", "… a 429 or another refusal", ""},
      {"T2.9", "… a foreign or unusable id", ""},
      {"T3.1", "\"Gone\" needs proof", ""},
      {"T3.2", "\"Ours alone\" needs proof", ""},
      {"T3.3", "Whatever may have been made is watched until it cannot be", ""},
      {"T3.4", "The send is bounded", ""},
      {"T3.5", "One configured notifier tells the customer once, after it was verified", ""},
      {"T3.6", "A wish that yields gives the customer neither \"booked\" nor \"cancelled\"", ""},
      {"T4.1", "A wait that GHL asks for beyond the bound refuses, releases and says so", ""},
      {"T4.2", "Every \"pending\" ends", ""},
      {"T4.3", "What is not settled in time becomes a review, and a person is told", ""},
      {"T4.4", "holdfastd review list, show, resolve", "tests/core/daemon/operator_test.cpp"},
      {"T5.1", "What follows a booking outlives an outage of a day", ""},
      {"T5.2", "holdfastd jobs list, show, retry, drop", "tests/core/daemon/operator_test.cpp"},
      {"T6.1", "service_booking sells the seats that GHL sells", ""},
      {"T6.2", "… collective", ""},
      {"T6.3", "… round-robin", ""},
      {"T6.4", "… event", ""},
      {"T6.5", "\"Nothing free\" names the range that was searched", ""},
      {"T6.6", "Beyond the horizon it says from when to when one can book", ""},
      {"T7.1", "A step of the wall clock changes nothing a caller hears", ""},
      {"T7.2", "The hour that comes twice, and the one that does not exist", ""},
      {"T7.3", "Settled wishes and offers are pruned by age", "tests/core/ledger/contract_reviews_test.cpp"},
      {"T8.1", "/readyz fails while the ledger cannot write", "tests/core/daemon/application_test.cpp"},
      {"T8.2", "A ledger file that was deleted or replaced is noticed", "tests/core/ledger/sqlite_identity_test.cpp"},
  };
  return table;
}

const Requirement* find_requirement(std::string_view id) {
  const auto found = std::ranges::find(requirements(), id, &Requirement::id);
  return found == requirements().end() ? nullptr : &*found;
}

}  // namespace scenarios
