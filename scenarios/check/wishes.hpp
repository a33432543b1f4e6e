// Wishes: what people asked for, derived from what they heard and from the truth of their plans. A wish is a person's.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/check/history.hpp"
#include "scenarios/check/people.hpp"

namespace scenarios {

// One time a booking was asked for, and what came back.
struct Ask {
  const vapi_sim::CallRecord* call = nullptr;
  const vapi_sim::Exchange* exchange = nullptr;
  holdfast::Instant asked_at{};  // of the first exchange with this tool call id and these arguments
  std::optional<holdfast::Instant> answered_at;
  // Of the exchange; booked_elsewhere when what was said to be booked is another time than was asked for: moved, or
  // wanted instead in the meantime.
  std::string status;
  std::string zone;  // in which the slot was offered
};
inline constexpr std::string_view booked_elsewhere = "booked elsewhere";

// One wish: one person, one calendar, one start, however often, in however many conversations and over whichever lines
// it was asked for.
struct WishFact {
  std::string person;
  std::string errand;      // the matter and the errand of it in which it was asked for first
  bool adds = false;       // a second slot of this errand is wanted beside the first, not instead of it
  bool may_add = false;    // whoever lost the answers may have been asked that, and be taken for wanting both
  int unheard = 0;         // asks that had no answer, as a backend counts them
  bool was_asked = false;  // whether it is
  int unanswered = 0;      // asks without an answer since then
  bool was_added = false;  // the answer was, or had to be taken for, one more
  std::string calendar_id;
  holdfast::Instant start{};
  std::string caller_name;
  std::vector<Ask> asks;  // by asked_at

  // When the caller was first told that it is booked.
  std::optional<holdfast::Instant> told_booked_at() const;
  // When it was wanted for the last time: repeated deliveries of a message want nothing new.
  holdfast::Instant last_wanted_at() const;
};

// The instant a label means to a caller; foreign backends also say ISO times. nullopt when it names no single instant.
std::optional<holdfast::Instant> understand(std::string_view label, std::string_view zone, holdfast::Instant heard_at);

// The wishes of all calls. A slot code is what the labels read out with it mean to the caller, read without any help
// from the backend. Asks with a code that was never read out are left out.
std::vector<WishFact> derive_wishes(const History& history);

// The errands in which one slot was wanted instead of another. `wishes` must outlive it.
class ChangesOfMind {
 public:
  explicit ChangesOfMind(const std::vector<WishFact>& wishes);
  // The wishes of each errand that wants one appointment and asked for several slots, in the order in which they were
  // last wanted: the last is what the caller wants in the end.
  const std::vector<std::vector<const WishFact*>>& errands() const { return errands_; }
  // The wishes of the errand of `wish`, and those of them that were wanted later; empty when it is the only one.
  std::span<const WishFact* const> errand_of(const WishFact& wish) const;
  std::span<const WishFact* const> after(const WishFact& wish) const;

 private:
  std::vector<std::vector<const WishFact*>> errands_;
  std::map<const WishFact*, std::pair<std::size_t, std::size_t>> places_;  // for looking up only
};

// Bookings of people, by calendar and start.
class BookingIndex {
 public:
  explicit BookingIndex(const History& history);
  // By calendar and start, whoever's; in order of creation.
  std::vector<const BookingFact*> at(std::string_view calendar_id, holdfast::Instant start) const;
  // The backend's bookings of the wish's person at its slot.
  std::vector<const BookingFact*> of(const WishFact& wish) const;
  // True when the contact is the wish's person.
  bool is_contact_of(std::string_view contact_id, const WishFact& wish) const;
  const People& people() const { return people_; }

 private:
  std::map<std::pair<std::string, holdfast::Instant>, std::vector<const BookingFact*>> bookings_;
  std::map<std::string, const ContactFact*, std::less<>> contacts_;
  People people_;
};

}  // namespace scenarios
