// S5 and S4 over time: GHL is the record. What the office moved, cancelled, restored or made is told as it stands and
// left as it is.
#include <algorithm>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

// GHL's readings are that far behind at the most: a deed that is older can be known.
constexpr holdfast::Duration read_lag{20'000};

std::string who(const Ask& ask, const WishFact& wish) {
  return wish.caller_name + " (call " + ask.call->plan.call_id + ")";
}

std::string seconds_text(holdfast::Duration duration) {
  return std::to_string(duration.count() / 1'000) + " s";
}

void report(Findings& findings, const Ask& ask, std::string sentence, std::string appointment_id) {
  findings.violations.push_back(
      {"S5", std::move(sentence), *ask.answered_at, {std::move(appointment_id)}, {ask.call->plan.call_id}});
}

// Whether the label names another time at which an appointment of this caller stood: one that was moved there.
bool tells_where_it_stands(const WishFact& wish, const BookingIndex& index, const Ask& ask) {
  const auto& exchange = *ask.exchange;
  if (exchange.label.empty()) return false;
  const auto meant = understand(exchange.label, exchange.timezone, *ask.answered_at);
  if (!meant || *meant == wish.start) return false;
  return std::ranges::any_of(index.at(wish.calendar_id, *meant), [&](const BookingFact* booking) {
    return booking->live_at(*ask.answered_at) && index.is_contact_of(booking->contact_id, wish);
  });
}

// "booked" for an appointment that a person had taken away long before it was asked about.
void check_told_booked(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& own,
                       const BookingIndex& index, const Ask& ask, Findings& findings) {
  const Instant asked_at = ask.exchange->asked_at;
  const BookingFact* last = nullptr;
  for (const auto* booking : own) {
    if (booking->created_at > *ask.answered_at) continue;
    if (!booking->ended_at || *booking->ended_at + read_lag > asked_at) return;
    if (last == nullptr || *last->ended_at < *booking->ended_at) last = booking;
  }
  if (last == nullptr || !last->cancelled_by_person || tells_where_it_stands(wish, index, ask)) return;
  report(findings, ask,
         who(ask, wish) + " was told at " + run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
             " is booked, but the office had taken appointment " + last->id + " away from there " +
             seconds_text(asked_at - *last->ended_at) + " before it was asked.",
         last->id);
}

// A visit of another length than the calendar's, which nobody in the office made so: GHL kept it so by itself.
void check_stored(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& own,
                  const Ask& ask, Findings& findings) {
  const auto* calendar = history.calendar(wish.calendar_id);
  for (const auto* booking : own) {
    if (calendar == nullptr || booking->placed_by_person || !booking->live_at(*ask.answered_at)) continue;
    if (booking->interval.length() == calendar->slot_duration) continue;
    report(findings, ask,
           who(ask, wish) + " was told at " + run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
               " is booked, but GHL holds appointment " + booking->id + " until " + slot_text(booking->interval.end) +
               ", " + std::to_string(booking->interval.length() / holdfast::minutes{1}) + " minutes instead of " +
               std::to_string(calendar->slot_duration / holdfast::minutes{1}) + ".",
           booking->id);
    return;
  }
}

// "taken" for a time at which the caller's own appointment had long stood again.
void check_told_taken(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& own,
                      const Ask& ask, Findings& findings) {
  const Instant asked_at = ask.exchange->asked_at;
  for (const auto* booking : own) {
    const bool stands = booking->live_at(*ask.answered_at) && booking->created_at + read_lag <= asked_at;
    if (!stands || !booking->placed_by_person) continue;
    report(findings, ask,
           who(ask, wish) + " was told at " + run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
               " is taken, but it is their own appointment " + booking->id + ", which the office put there " +
               seconds_text(asked_at - booking->created_at) + " before it was asked.",
           booking->id);
    return;
  }
}

// Only people end what people made: a copy with our marker in it is theirs too.
void check_left_alone(const History& history, Findings& findings) {
  for (const auto& booking : history.bookings) {
    if (booking.ours() || !booking.ended_at || booking.cancelled_by_person) continue;
    if (*booking.ended_at == booking.created_at) continue;
    findings.violations.push_back({"S4",
                                   "The backend took away what the office had made: appointment " + booking.id +
                                       " at " + slot_text(booking.interval.begin) + " ended at " +
                                       run_time(history, *booking.ended_at) + ", and no person did that.",
                                   *booking.ended_at,
                                   {booking.id},
                                   {}});
  }
}

}  // namespace

void check_office(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                  Findings& findings) {
  for (const auto& wish : wishes) {
    const auto own = index.of(wish);
    for (const auto& ask : wish.asks) {
      if (!ask.answered_at || ask.exchange->is_duplicate) continue;
      if (ask.status == "booked") check_told_booked(history, wish, own, index, ask, findings);
      if (ask.status == "booked") check_stored(history, wish, own, ask, findings);
      if (ask.status == "taken") check_told_taken(history, wish, own, ask, findings);
    }
  }
  check_left_alone(history, findings);
}

}  // namespace scenarios
