// S3 and S4: every refusal has its reason, and every wish at most one booking, for good.
#include <algorithm>
#include <map>
#include <set>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

bool is_refusal(const std::string& status) {
  return status == "taken" || status == "error";
}

std::vector<std::string> calls_of(const WishFact& wish) {
  std::vector<std::string> ids;
  for (const auto& ask : wish.asks) {
    if (ids.empty() || ids.back() != ask.call->plan.call_id) ids.push_back(ask.call->plan.call_id);
  }
  return ids;
}

std::string wish_text(const WishFact& wish) {
  return wish.caller_name + " (call " + wish.asks.front().call->plan.call_id + ") and " + slot_text(wish.start) +
         " in calendar " + wish.calendar_id;
}

// The first instant from `from` on at which two of the bookings are live together.
std::optional<Instant> doubled_at(const std::vector<const BookingFact*>& bookings, Instant from) {
  std::optional<Instant> first;
  for (std::size_t i = 0; i < bookings.size(); ++i) {
    for (std::size_t j = i + 1; j < bookings.size(); ++j) {
      const Instant both = std::max({from, bookings[i]->created_at, bookings[j]->created_at});
      if (!bookings[i]->live_at(both) || !bookings[j]->live_at(both)) continue;
      if (!first || both < *first) first = both;
    }
  }
  return first;
}

void report(Findings& findings, std::string rule, std::string sentence, Instant at, const WishFact& wish,
            const std::vector<const BookingFact*>& bookings) {
  Violation violation{std::move(rule), std::move(sentence), at, {}, calls_of(wish)};
  for (const auto* booking : bookings) violation.appointment_ids.push_back(booking->id);
  findings.violations.push_back(std::move(violation));
}

std::string list_ids(const std::vector<const BookingFact*>& bookings) {
  std::string text;
  for (const auto* booking : bookings) text += (text.empty() ? "" : ", ") + booking->id;
  return text;
}

void check_duplicates(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& bookings,
                      Findings& findings) {
  const auto told = wish.told_booked_at();
  const auto doubled = doubled_at(bookings, told.value_or(history.ended_at));
  if (!doubled) return;
  report(findings, "S4",
         "One wish became several appointments: " + wish_text(wish) + " had " + list_ids(bookings) +
             ", two of them live together at " + run_time(history, *doubled) +
             (told ? ", after \"booked\" was told at " + run_time(history, *told) : ", when the run ended") + ".",
         *doubled, wish, bookings);
}

void check_promise_kept(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& bookings,
                        Findings& findings) {
  const auto told = wish.told_booked_at();
  if (!told) return;
  const bool live = std::ranges::any_of(bookings, [&](const auto* b) { return b->live_at(history.ended_at); });
  const bool excused = std::ranges::any_of(bookings, [](const auto* b) { return b->cancelled_by_person; });
  if (live || excused) return;
  report(findings, "S4",
         wish.caller_name + " (call " + wish.asks.front().call->plan.call_id + ") was told \"booked\" for " +
             slot_text(wish.start) + " at " + run_time(history, *told) +
             ", but at the end nothing of theirs is live there" +
             (bookings.empty() ? ", and nothing ever was."
                               : ": " + list_ids(bookings) + " ended, and no person did that."),
         *told, wish, bookings);
}

// A ghost: every ask was answered with a refusal, none left open, and yet something of theirs is live at the end.
void check_ghost(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& bookings,
                 Findings& findings) {
  if (wish.told_booked_at()) return;
  std::optional<Instant> refused;
  for (const auto& ask : wish.asks) {
    if (ask.answered_at && is_refusal(ask.status) && (!refused || *ask.answered_at > *refused))
      refused = ask.answered_at;
  }
  const bool open = std::ranges::any_of(wish.asks, [&](const Ask& ask) {
    if (is_refusal(ask.status)) return false;
    return !refused || !ask.answered_at || *ask.answered_at > *refused || ask.exchange->asked_at >= *refused;
  });
  std::vector<const BookingFact*> live;
  for (const auto* booking : bookings) {
    if (booking->live_at(history.ended_at)) live.push_back(booking);
  }
  if (live.empty()) return;
  if (!refused || open) {
    findings.unknown.push_back(wish_text(wish) + ": booked as " + list_ids(live) +
                               ", but the caller never heard how it ended");
    return;
  }
  report(findings, "S4",
         "A ghost: " + wish_text(wish) + " were refused for good at " + run_time(history, *refused) + ", yet " +
             list_ids(live) + " is live at the end.",
         *refused, wish, live);
}

void check_contacts(const History& history, Findings& findings) {
  std::map<std::string, std::vector<const ContactFact*>> by_phone;
  for (const auto& contact : history.contacts) {
    if (!contact.deleted && !contact.phone.empty()) by_phone[contact.phone].push_back(&contact);
  }
  for (const auto& [phone, contacts] : by_phone) {
    const auto made = std::ranges::count_if(contacts, [](const auto* c) { return c->made_in_run; });
    if (contacts.size() < 2 || made == 0) continue;
    std::string ids;
    for (const auto* contact : contacts) ids += (ids.empty() ? "" : ", ") + contact->id;
    findings.violations.push_back(
        {"S4", "One person, several contacts: " + phone + " belongs to " + ids + ".", history.ended_at, {}, {}});
  }
}

// Somebody else who wanted or had a seat that overlaps this wish's, before it was told "taken".
class Rivals {
 public:
  Rivals(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index)
      : history_(history), index_(index) {
    for (const auto& wish : wishes) wishes_.emplace(wish.start, &wish);
    for (const auto& calendar : history.calendars) longest_ = std::max(longest_, calendar.slot_duration);
    for (const auto& booking : history.bookings) {
      bookings_.emplace(booking.interval.begin, &booking);
      longest_ = std::max(longest_, booking.interval.length());
    }
  }

  bool exist_for(const WishFact& wish, Instant before) const {
    const auto* calendar = history_.calendar(wish.calendar_id);
    if (calendar == nullptr) return true;
    // Two neighbours may need both their buffers between them.
    holdfast::Duration reach{0};
    for (const auto& any : history_.calendars) reach = std::max(reach, any.buffers);
    reach += calendar->buffers;
    const holdfast::Interval around{wish.start - reach, wish.start + calendar->slot_duration + reach};
    // A wish in another calendar counts too: its hold may be on the user whom both calendars share.
    for (auto it = wishes_.upper_bound(around.begin - longest_); it != wishes_.end() && it->first < around.end; ++it) {
      if (it->second != &wish && it->second->asks.front().exchange->asked_at < before) return true;
    }
    for (auto it = bookings_.upper_bound(around.begin - longest_); it != bookings_.end() && it->first < around.end;
         ++it) {
      const BookingFact& booking = *it->second;
      if (booking.interval.overlaps(around) && booking.created_at < before && !is_own(booking, wish)) return true;
    }
    return false;
  }

 private:
  // A booking of theirs that a person cancelled explains a "taken" as well as a stranger's.
  bool is_own(const BookingFact& booking, const WishFact& wish) const {
    return booking.ours() && !booking.cancelled_by_person && index_.is_contact_of(booking.contact_id, wish);
  }

  const History& history_;
  const BookingIndex& index_;
  std::multimap<Instant, const WishFact*> wishes_;
  std::multimap<Instant, const BookingFact*> bookings_;
  holdfast::Duration longest_{0};
};

}  // namespace

void check_once(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                Findings& findings) {
  const Rivals rivals(history, wishes, index);
  for (const auto& wish : wishes) {
    const auto bookings = index.of(wish);
    check_duplicates(history, wish, bookings, findings);
    check_promise_kept(history, wish, bookings, findings);
    check_ghost(history, wish, bookings, findings);
    for (const auto& ask : wish.asks) {
      if (ask.status != "taken" || !ask.answered_at || rivals.exist_for(wish, *ask.answered_at)) continue;
      if (*ask.answered_at >= wish.start) continue;  // the time itself has passed
      report(findings, "S3",
             wish.caller_name + " (call " + ask.call->plan.call_id + ") was told at " +
                 run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
                 " was taken, but nobody else ever had or wanted it.",
             *ask.answered_at, wish, bookings);
      break;
    }
  }
  check_contacts(history, findings);
}

}  // namespace scenarios
