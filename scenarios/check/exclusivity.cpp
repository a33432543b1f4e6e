// S1 and S2: sweeps over the time of the run, with the live bookings of each resource ordered by their place in the
// calendar. What is live at once on one seat is little, so each event looks at little.
#include <algorithm>
#include <map>
#include <set>

#include "scenarios/check/checkers.hpp"
#include "scenarios/check/order.hpp"

namespace scenarios {

using holdfast::Instant;
using holdfast::Interval;

namespace {

// Intervals that are live now on one resource, found by overlap.
template <class Item>
class LiveSet {
 public:
  void add(const Interval& interval, const Item* item) {
    longest_ = std::max(longest_, interval.length());
    live_.emplace(interval.begin, item);
  }
  void remove(const Interval& interval, const Item* item) {
    for (auto it = live_.lower_bound(interval.begin); it != live_.end() && it->first == interval.begin; ++it) {
      if (it->second == item) {
        live_.erase(it);
        return;
      }
    }
  }
  template <class Visit>
  void overlapping(const Interval& interval, Visit visit) const {
    for (auto it = live_.lower_bound(interval.begin - longest_); it != live_.end() && it->first < interval.end; ++it) {
      if (it->second->interval.overlaps(interval)) visit(*it->second);
    }
  }

 private:
  std::multimap<Instant, const Item*> live_;
  holdfast::Duration longest_{0};
};

// How many of the intervals cover one instant of `within`, at the most. Two that overlap it need not overlap each
// other.
int most_at_once(const std::vector<Interval>& intervals, const Interval& within) {
  std::vector<std::pair<Instant, int>> edges;
  for (const Interval& interval : intervals) {
    edges.emplace_back(std::max(interval.begin, within.begin), +1);
    edges.emplace_back(std::min(interval.end, within.end), -1);
  }
  std::ranges::sort(edges);  // at one instant an end goes before a begin
  int now = 0;
  int most = 0;
  for (const auto& [at, change] : edges) most = std::max(most, now += change);
  return most;
}

std::vector<std::string> resources_of(const BookingFact& booking) {
  if (booking.user_ids.empty()) return {"calendar " + booking.calendar_id};
  std::vector<std::string> keys;
  for (const auto& user : booking.user_ids) keys.push_back("user " + user);
  return keys;
}

// One moment of the sweep. At one instant what ended goes before what began, and both before what was told.
struct Event {
  enum class Kind { ended, created, told, end_of_run };
  Instant at;
  Kind kind;
  const BookingFact* booking;
};

class Sweep {
 public:
  Sweep(const History& history, const std::map<const BookingFact*, Instant>& told, Findings& findings)
      : history_(history), told_(told), findings_(findings) {}

  void run(const Event& event) {
    const BookingFact& booking = *event.booking;
    switch (event.kind) {
      case Event::Kind::ended:
        for (const auto& key : resources_of(booking)) live_[key].remove(booking.interval, &booking);
        if (booking.ours()) ours_[booking.calendar_id].remove(booking.interval, &booking);
        break;
      case Event::Kind::created:
        for (const auto& key : resources_of(booking)) live_[key].add(booking.interval, &booking);
        // One of ours may still give way, so it counts against a promise only once it was told; a person's at once.
        if (!booking.ours()) check_promised_neighbours(booking, event.at);
        if (booking.ours()) check_own_crowd(booking, event.at);
        break;
      case Event::Kind::told:
        if (booking.live_at(event.at)) check_alone(booking, event.at, false);
        break;
      case Event::Kind::end_of_run:
        if (booking.live_at(event.at)) check_alone(booking, event.at, true);
        break;
    }
  }

 private:
  // A newcomer must not take the seat of one that was promised already.
  void check_promised_neighbours(const BookingFact& newcomer, Instant at) {
    std::set<const BookingFact*> promised;
    for (const auto& key : resources_of(newcomer)) {
      live_[key].overlapping(newcomer.interval, [&](const BookingFact& other) {
        if (&other != &newcomer && is_told(other, at)) promised.insert(&other);
      });
    }
    for (const auto* booking : promised) check_alone(*booking, at, false);
  }

  // Whatever people do in GHL's screen, the backend itself may never have more bookings at one time than the calendar
  // seats, not even for a moment that it mends later: each of them sent its confirmation already. What GHL put
  // elsewhere or made once more is not the backend's doing.
  void check_own_crowd(const BookingFact& newcomer, Instant at) {
    if (newcomer.by_chaos || newcomer.placed_by_person) return;
    auto& own = ours_[newcomer.calendar_id];
    own.add(newcomer.interval, &newcomer);
    std::vector<const BookingFact*> crowd;
    std::vector<Interval> intervals;
    own.overlapping(newcomer.interval, [&](const BookingFact& other) {
      crowd.push_back(&other);
      intervals.push_back(other.interval);
    });
    const auto* calendar = history_.calendar(newcomer.calendar_id);
    const int seats = calendar == nullptr ? 1 : calendar->seats_in_all;
    if (most_at_once(intervals, newcomer.interval) > seats)
      report(newcomer, "calendar " + newcomer.calendar_id, crowd, seats, at);
  }

  bool is_told(const BookingFact& booking, Instant at) const {
    const auto told = told_.find(&booking);
    return told != told_.end() && told->second <= at;
  }

  // Others may share the seat only with the very same slot of the same calendar, and only as many as it seats.
  void check_alone(const BookingFact& booking, Instant at, bool is_end) {
    const auto* calendar = history_.calendar(booking.calendar_id);
    const int seats = calendar == nullptr ? 1 : calendar->seats_per_slot;
    for (const auto& key : resources_of(booking)) {
      std::vector<const BookingFact*> crowd;
      bool elsewhere = false;
      live_[key].overlapping(booking.interval, [&](const BookingFact& other) {
        const bool may_go = other.by_chaos || !is_told(other, at);
        if (&other != &booking && other.ours() && !is_end && may_go) return;
        crowd.push_back(&other);
        elsewhere |= other.calendar_id != booking.calendar_id || other.interval != booking.interval;
      });
      if (elsewhere || static_cast<int>(crowd.size()) > seats) report(booking, key, crowd, seats, at);
    }
  }

  void report(const BookingFact& booking, const std::string& key, const std::vector<const BookingFact*>& crowd,
              int seats, Instant at) {
    std::vector<std::string> ids;
    for (const auto* other : crowd) ids.push_back(other->id);
    std::ranges::sort(ids);
    if (!reported_.insert(ids).second) return;
    std::string who;
    for (const auto* other : crowd) {
      if (!who.empty()) who += ", ";
      const auto* contact = history_.contact(other->contact_id);
      who += other->id + " (" + (contact ? contact->first_name + " " + contact->last_name : "unknown contact") + ", " +
             other->source + ", since " + run_time(history_, other->created_at) + ")";
    }
    const auto told = told_.find(&booking);
    const bool promised = told != told_.end() && told->second <= at;
    findings_.violations.push_back(
        {"S1",
         key + " has " + std::to_string(seats) + " seat(s) at " + slot_text(booking.interval.begin) + ", but at " +
             run_time(history_, at) + " these all held it: " + who + ". " +
             (promised ? "Appointment " + booking.id + " had been told as booked at " + run_time(history_, told->second)
              : at == history_.ended_at ? "The run ended so"
                                        : "The backend made them all") +
             ".",
         at,
         std::move(ids),
         {}});
  }

  const History& history_;
  const std::map<const BookingFact*, Instant>& told_;
  Findings& findings_;
  std::map<std::string, LiveSet<BookingFact>> live_;
  std::map<std::string, LiveSet<BookingFact>> ours_;  // the backend's own, by calendar
  std::set<std::vector<std::string>> reported_;
};

// When "booked" was told of a wish, each time.
std::vector<Instant> booked_answers(const WishFact& wish) {
  std::vector<Instant> answers;
  for (const auto& ask : wish.asks) {
    if (ask.status == "booked" && ask.answered_at) answers.push_back(*ask.answered_at);
  }
  std::ranges::sort(answers);
  return answers;
}

// A claim: one caller was told that a slot is theirs, from then until a person cancelled it.
struct Claim {
  const WishFact* wish;
  Interval interval;
  Instant from;
  Instant to;
};

// When the caller first asked for another slot instead of this one, after `told_at`.
Instant given_up_at(const WishFact& wish, const ChangesOfMind& changes, Instant told_at) {
  Instant first = Instant::max();
  for (const auto* other : changes.errand_of(wish)) {
    if (other == &wish) continue;
    for (const Ask& ask : other->asks) {
      if (!ask.exchange->is_duplicate && ask.exchange->asked_at > told_at)
        first = std::min(first, ask.exchange->asked_at);
    }
  }
  return first;
}

// A wish's claims: each begins with a "booked" and ends when a person cancels or the caller asks for another slot
// instead. A "booked" that repeats what was recorded before a cancellation claims nothing new.
std::vector<Claim> claims_of(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index) {
  std::vector<Claim> claims;
  const ChangesOfMind changes(wishes);
  for (const auto& wish : wishes) {
    const auto* calendar = history.calendar(wish.calendar_id);
    if (calendar == nullptr) continue;
    std::vector<Instant> cancels;
    const auto bookings = index.of(wish);
    for (const auto* booking : bookings) {
      if (booking->cancelled_by_person && booking->ended_at) cancels.push_back(*booking->ended_at);
    }
    std::ranges::sort(cancels);
    Instant claimed_until = Instant::min();
    for (const Instant told_at : booked_answers(wish)) {
      if (told_at < claimed_until) continue;
      const bool cancelled = !cancels.empty() && cancels.front() <= told_at;
      const bool stands = std::ranges::any_of(bookings, [&](const auto* b) { return b->live_at(told_at); });
      if (cancelled && !stands) continue;
      const auto cancel = std::ranges::upper_bound(cancels, told_at);
      claimed_until = cancel == cancels.end() ? Instant::max() : *cancel;
      claimed_until = std::min(claimed_until, given_up_at(wish, changes, told_at));
      claims.push_back({&wish, {wish.start, wish.start + calendar->slot_duration}, told_at, claimed_until});
    }
  }
  sort_stably(claims, [](const Claim& a, const Claim& b) { return a.from < b.from; });
  return claims;
}

void check_claims(const History& history, const std::vector<Claim>& claims, Findings& findings) {
  std::map<std::string, LiveSet<Claim>> live;
  std::multimap<Instant, const Claim*> ends;
  for (const auto& claim : claims) {
    while (!ends.empty() && ends.begin()->first <= claim.from) {
      const Claim* ended = ends.begin()->second;
      live[ended->wish->calendar_id].remove(ended->interval, ended);
      ends.erase(ends.begin());
    }
    auto& here = live[claim.wish->calendar_id];
    here.add(claim.interval, &claim);
    ends.emplace(claim.to, &claim);
    std::vector<const Claim*> crowd;
    std::vector<Interval> intervals;
    here.overlapping(claim.interval, [&](const Claim& other) {
      crowd.push_back(&other);
      intervals.push_back(other.interval);
    });
    const int seats = history.calendar(claim.wish->calendar_id)->seats_in_all;
    if (most_at_once(intervals, claim.interval) <= seats) continue;
    std::string who;
    Violation violation{"S2", "", claim.from, {}, {}};
    for (const auto* other : crowd) {
      if (!who.empty()) who += " and ";
      who += other->wish->caller_name + " (at " + run_time(history, other->from) + ")";
      violation.call_ids.push_back(other->wish->asks.front().call->plan.call_id);
    }
    violation.sentence = who + " were all told that they have " + slot_text(claim.interval.begin) + " in calendar " +
                         claim.wish->calendar_id + ", which seats " + std::to_string(seats) + ": a contradiction.";
    findings.violations.push_back(std::move(violation));
  }
}

}  // namespace

void check_exclusivity(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                       Findings& findings) {
  std::map<const BookingFact*, Instant> told;
  std::vector<Event> events;
  for (const auto& wish : wishes) {
    const auto answers = booked_answers(wish);
    for (const auto* booking : index.of(wish)) {
      // Told of this booking, not of one that was cancelled before it.
      const auto first = std::ranges::lower_bound(answers, booking->created_at);
      if (first == answers.end()) continue;
      told.emplace(booking, *first);
      events.push_back({*first, Event::Kind::told, booking});
    }
  }
  for (const auto& booking : history.bookings) {
    if (booking.ended_at == booking.created_at) continue;
    events.push_back({booking.created_at, Event::Kind::created, &booking});
    if (booking.ended_at) events.push_back({*booking.ended_at, Event::Kind::ended, &booking});
    if (booking.ours()) events.push_back({history.ended_at, Event::Kind::end_of_run, &booking});
  }
  sort_stably(events, [](const Event& a, const Event& b) { return a.at != b.at ? a.at < b.at : a.kind < b.kind; });
  Sweep sweep(history, told, findings);
  for (const auto& event : events) sweep.run(event);
  check_claims(history, claims_of(history, wishes, index), findings);
}

}  // namespace scenarios
