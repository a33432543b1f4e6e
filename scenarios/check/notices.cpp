// S6, the customer's side: what somebody received who did not hear the assistant. A confirmation stands for what was
// made and told, once; nobody gets a cancellation of what they were never told.
#include <algorithm>
#include <map>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

void report(const History& history, Findings& findings, std::string sentence, Instant at, std::string appointment_id) {
  findings.violations.push_back(
      {"S6", "At " + run_time(history, at) + " " + std::move(sentence), at, {std::move(appointment_id)}, {}});
}

bool confirms(const NoticeFact& notice) {
  return notice.kind == NoticeFact::Kind::booked || notice.kind == NoticeFact::Kind::written;
}

// By appointment: from when on its caller knows of it, being told that it is booked, or wants another time instead.
std::map<std::string, Instant> first_known(const std::vector<WishFact>& wishes, const BookingIndex& index) {
  const ChangesOfMind changes(wishes);
  std::map<std::string, Instant> known;
  const auto note = [&](const BookingFact& booking, Instant at) {
    const auto [entry, fresh] = known.try_emplace(booking.id, at);
    entry->second = std::min(entry->second, at);
  };
  for (const auto& wish : wishes) {
    for (const auto* booking : index.of(wish)) {
      for (const auto& ask : wish.asks) {
        const bool told = ask.status == "booked" && ask.answered_at && *ask.answered_at >= booking->created_at;
        if (told) note(*booking, *ask.answered_at);
      }
      // Perhaps they went back to it later: what counts is that they asked for another one meanwhile.
      for (const auto* other : changes.errand_of(wish)) {
        if (other == &wish) continue;
        for (const auto& ask : other->asks) {
          if (ask.asked_at > wish.asks.front().asked_at) note(*booking, ask.asked_at);
        }
      }
    }
  }
  return known;
}

// The appointments of ours by the reference that their descriptions carry, as far as messages name one ("Ref …").
std::string referred_appointment(const History& history, const NoticeFact& notice) {
  const auto at = notice.text.rfind("Ref ");
  if (at == std::string::npos) return {};
  std::string reference = notice.text.substr(at + 4);
  reference.resize(std::min(reference.size(), reference.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz")));
  if (reference.empty()) return {};
  const auto booking = std::ranges::find_if(history.bookings, [&](const BookingFact& each) {
    return each.ours() && each.description.find(reference) != std::string::npos;
  });
  return booking == history.bookings.end() ? std::string() : booking->id;
}

// One appointment's messages: what people did begins a new story.
class Story {
 public:
  Story(const History& history, const std::map<std::string, Instant>& known, Findings& findings)
      : history_(history), known_(known), findings_(findings) {}

  void next(const NoticeFact& notice) {
    State& state = states_[notice.appointment_id];
    if (notice.by_person) {
      state.touched = true;
      state.confirmations = 0;
      return;
    }
    if (confirms(notice) && ++state.confirmations > 1) {
      report(history_, findings_,
             "the customer got a second confirmation of appointment " + notice.appointment_id + ", the " +
                 std::to_string(state.confirmations) + ". of them.",
             notice.at, notice.appointment_id);
    }
    if (notice.kind == NoticeFact::Kind::cancelled && !state.touched && !is_known(notice)) {
      report(history_, findings_,
             std::string("the customer got a cancellation of appointment ") + notice.appointment_id + ", which " +
                 (state.confirmations > 0 ? "had been confirmed to them by message, but which" : "they never had:") +
                 " nobody was told is booked.",
             notice.at, notice.appointment_id);
    }
  }

 private:
  struct State {
    int confirmations = 0;
    bool touched = false;  // by a person
  };
  bool is_known(const NoticeFact& notice) const {
    const auto known = known_.find(notice.appointment_id);
    return known != known_.end() && known->second <= notice.at;
  }

  const History& history_;
  const std::map<std::string, Instant>& known_;
  Findings& findings_;
  std::map<std::string, State> states_;
};

// By appointment, when the first message of a kind came.
struct Messages {
  std::map<std::string, Instant> confirmed;
  std::map<std::string, Instant> cancelled;
};

// Two appointments of one wish that were both confirmed are two confirmations, whatever became of the first, unless the
// customer was told that it ended.
void check_wish(const History& history, const std::vector<const BookingFact*>& bookings, const Messages& messages,
                Findings& findings) {
  const BookingFact* before = nullptr;
  for (const auto* booking : bookings) {
    const auto at = messages.confirmed.find(booking->id);
    if (at == messages.confirmed.end() || (before != nullptr && before->id == booking->id)) continue;
    const auto taken_back = before == nullptr ? messages.cancelled.end() : messages.cancelled.find(before->id);
    const bool ended = taken_back != messages.cancelled.end() && taken_back->second <= at->second;
    if (before != nullptr && !ended) {
      report(history, findings,
             "the customer got a confirmation of appointment " + booking->id + " for " +
                 slot_text(booking->interval.begin) + ", after one of appointment " + before->id +
                 " for the very same wish.",
             at->second, booking->id);
    }
    before = booking;
  }
}

}  // namespace

void check_notices(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                   Findings& findings) {
  std::map<std::string, bool> ours;
  for (const auto& booking : history.bookings) ours.emplace(booking.id, booking.ours());
  const auto known = first_known(wishes, index);
  Story story(history, known, findings);
  Messages messages;
  for (NoticeFact notice : history.notices) {
    if (notice.kind == NoticeFact::Kind::written) notice.appointment_id = referred_appointment(history, notice);
    const auto owner = ours.find(notice.appointment_id);
    if (owner == ours.end() || !owner->second) continue;
    story.next(notice);
    if (confirms(notice) && !notice.by_person) {
      messages.confirmed.try_emplace(notice.appointment_id, notice.at);
    }
    if (notice.kind == NoticeFact::Kind::cancelled) messages.cancelled.try_emplace(notice.appointment_id, notice.at);
  }
  for (const auto& wish : wishes) check_wish(history, index.of(wish), messages, findings);
}

}  // namespace scenarios
