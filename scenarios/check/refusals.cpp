// S3: every "taken" has its reason: somebody else had or wanted the seat while it was asked for.
#include <algorithm>
#include <map>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

// What the calendar shows may be this old, and a hold that nobody needs any more may live this long.
constexpr holdfast::Duration stale_for = holdfast::seconds(60);
constexpr holdfast::Duration held_for = holdfast::seconds(90);

bool is_refusal(const std::string& status) {
  return status == "taken" || status == "error" || status == "none";
}

// Until when a wish may have held its seat. Whoever was refused for good holds nothing; what became of a wish that was
// never told so, nobody knows.
Instant held_until(const WishFact& wish, const std::vector<const BookingFact*>& bookings) {
  Instant until = wish.asks.front().exchange->asked_at;
  for (const auto* booking : bookings) {
    if (!booking->ended_at) return Instant::max();
    until = std::max(until, *booking->ended_at);
  }
  const Ask* last = nullptr;
  for (const Ask& ask : wish.asks) {
    if (!ask.answered_at) return Instant::max();
    if (last == nullptr || *ask.answered_at >= *last->answered_at) last = &ask;
  }
  const bool ended = is_refusal(last->status) || (last->status == "booked" && !bookings.empty());
  if (!ended) return Instant::max();
  // What was told booked is held as long as its bookings stand; a refusal ends it when it is told.
  if (last->status != "booked") until = std::max(until, *last->answered_at);
  return until + held_for;
}

// Somebody else who wanted or had a seat that overlaps this wish's while it was asked for.
class Rivals {
 public:
  Rivals(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index)
      : history_(history), index_(index) {
    for (const auto& wish : wishes) {
      wishes_.emplace(wish.start, Held{&wish, held_until(wish, index.of(wish))});
    }
    for (const auto& calendar : history.calendars) longest_ = std::max(longest_, calendar.slot_duration);
    for (const auto& booking : history.bookings) {
      bookings_.emplace(booking.interval.begin, &booking);
      longest_ = std::max(longest_, booking.interval.length());
    }
  }

  // Whether so many seats were somebody else's that none may have been left.
  bool explain(const WishFact& wish, const Ask& ask) const {
    const auto* calendar = history_.calendar(wish.calendar_id);
    if (calendar == nullptr || was_taken_away(wish, ask)) return true;
    // Two neighbours may need both their buffers between them.
    holdfast::Duration reach{0};
    for (const auto& any : history_.calendars) reach = std::max(reach, any.buffers);
    reach += calendar->buffers;
    const holdfast::Interval around{wish.start - reach, wish.start + calendar->slot_duration + reach};
    int seats = 0;
    for (auto it = wishes_.upper_bound(around.begin - longest_); it != wishes_.end() && it->first < around.end; ++it) {
      if (is_rival(*it->second.wish, it->second.until, wish, ask)) {
        seats += seats_of(*calendar, it->second.wish->calendar_id, it->first == wish.start);
      }
    }
    for (auto it = bookings_.upper_bound(around.begin - longest_); it != bookings_.end() && it->first < around.end;
         ++it) {
      if (has_it_themselves(*it->second, wish, ask)) return true;
      if (it->second->interval.overlaps(around) && is_rival(*it->second, wish, ask)) {
        seats += seats_of(*calendar, it->second->calendar_id, it->first == wish.start);
      }
    }
    // Which of its users a calendar with several gives a visit, GHL decides: the seats of one may be gone.
    return seats >= calendar->seats_per_slot;
  }

 private:
  struct Held {
    const WishFact* wish;
    Instant until;
  };

  // Their own appointment there, which a person cancelled before they were answered; or which GHL made and denied, and
  // which was taken back.
  bool was_taken_away(const WishFact& wish, const Ask& ask) const {
    const auto own = index_.of(wish);
    return std::ranges::any_of(own, [&](const auto* booking) {
      if (booking->denied && booking->ended_at) return true;
      return booking->cancelled_by_person && booking->ended_at && *booking->ended_at <= *ask.answered_at;
    });
  }

  // What one visit takes: a seat of the same slot; of any other, everything its user has at that time.
  static int seats_of(const CalendarFact& calendar, const std::string& calendar_id, bool same_start) {
    return calendar_id == calendar.id && same_start ? 1 : calendar.seats_per_slot;
  }

  // Calendars that take up the same people's time.
  bool meet(const std::string& a, const std::string& b) const {
    if (a == b) return true;
    const auto* left = history_.calendar(a);
    const auto* right = history_.calendar(b);
    if (left == nullptr || right == nullptr) return true;
    return std::ranges::any_of(left->user_ids, [&](const std::string& user) {
      return std::ranges::find(right->user_ids, user) != right->user_ids.end();
    });
  }

  // The slots that one errand wants instead of each other are never in each other's way.
  static bool is_same_errand(const WishFact& a, const WishFact& b) {
    return a.person == b.person && a.errand == b.errand && !a.adds;
  }

  bool is_rival(const WishFact& other, Instant until, const WishFact& wish, const Ask& ask) const {
    if (&other == &wish || is_same_errand(other, wish) || !meet(other.calendar_id, wish.calendar_id)) return false;
    return other.asks.front().exchange->asked_at < *ask.answered_at && ask.asked_at <= until;
  }

  bool is_rival(const BookingFact& booking, const WishFact& wish, const Ask& ask) const {
    if (!meet(booking.calendar_id, wish.calendar_id) && !shares_user(booking, wish)) return false;
    if (booking.created_at >= *ask.answered_at) return false;
    if (booking.ended_at && *booking.ended_at + stale_for < ask.asked_at) return false;
    if (!booking.ours()) return true;
    if (!index_.is_contact_of(booking.contact_id, wish)) return true;
    // What they have at a time that overlaps is not given up for one that they may not get.
    return booking.interval.begin != wish.start || !of_same_errand(booking, wish);
  }

  // Nobody is in two places: a time that overlaps what the person has already is not for them.
  bool has_it_themselves(const BookingFact& booking, const WishFact& wish, const Ask& ask) const {
    const auto* calendar = history_.calendar(wish.calendar_id);
    const holdfast::Interval visit{wish.start, wish.start + calendar->slot_duration};
    const bool stood = booking.created_at < *ask.answered_at && (!booking.ended_at || *booking.ended_at > ask.asked_at);
    return stood && booking.interval.begin != wish.start && booking.interval.overlaps(visit) &&
           index_.is_contact_of(booking.contact_id, wish);
  }

  bool shares_user(const BookingFact& booking, const WishFact& wish) const {
    const auto* calendar = history_.calendar(wish.calendar_id);
    return std::ranges::any_of(booking.user_ids, [&](const std::string& user) {
      return std::ranges::find(calendar->user_ids, user) != calendar->user_ids.end();
    });
  }

  // A booking of the wish's own person: for this slot, or for another one of the same errand.
  bool of_same_errand(const BookingFact& booking, const WishFact& wish) const {
    if (booking.calendar_id == wish.calendar_id && booking.interval.begin == wish.start) return true;
    const auto [first, last] = wishes_.equal_range(booking.interval.begin);
    return std::any_of(first, last, [&](const auto& entry) {
      return entry.second.wish->calendar_id == booking.calendar_id && is_same_errand(*entry.second.wish, wish);
    });
  }

  const History& history_;
  const BookingIndex& index_;
  std::multimap<Instant, Held> wishes_;
  std::multimap<Instant, const BookingFact*> bookings_;
  holdfast::Duration longest_{0};
};

}  // namespace

void check_refusals(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                    Findings& findings) {
  const Rivals rivals(history, wishes, index);
  for (const auto& wish : wishes) {
    for (const auto& ask : wish.asks) {
      if (ask.status != "taken" || !ask.answered_at) continue;
      // What a repeated message hears when the caller has moved on is nobody's refusal.
      if (ask.exchange->is_duplicate && !ask.exchange->heard) continue;
      if (*ask.answered_at >= wish.start) continue;  // the time itself has passed
      if (rivals.explain(wish, ask)) continue;
      std::string own;
      std::vector<std::string> ids;
      for (const auto* booking : index.of(wish)) {
        own += (own.empty() ? "; their own appointment there is " : ", ") + booking->id;
        ids.push_back(booking->id);
      }
      findings.violations.push_back({"S3",
                                     wish.caller_name + " (call " + ask.call->plan.call_id + ") was told at " +
                                         run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
                                         " was taken, but nobody else had or wanted it then" + own + ".",
                                     *ask.answered_at,
                                     std::move(ids),
                                     {ask.call->plan.call_id}});
      break;
    }
  }
}

}  // namespace scenarios
