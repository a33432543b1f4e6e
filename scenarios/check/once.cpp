// S4: every wish is at most one appointment, every errand as many as its caller wants in the end, for good.
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

bool came_in_several_calls(const std::vector<const WishFact*>& errand) {
  const auto* first = errand.front()->asks.front().call;
  return std::ranges::any_of(errand, [&](const WishFact* wish) {
    return std::ranges::any_of(wish->asks, [&](const Ask& ask) { return ask.call != first; });
  });
}

std::string wish_text(const WishFact& wish) {
  return wish.caller_name + " (call " + wish.asks.front().call->plan.call_id + ") and " + slot_text(wish.start) +
         " in calendar " + wish.calendar_id;
}

// The first instant from `from` on at which two of the bookings are live together.
std::optional<Instant> doubled_at(const std::vector<const BookingFact*>& bookings, Instant from, Instant end) {
  std::optional<Instant> first;
  for (std::size_t i = 0; i < bookings.size(); ++i) {
    for (std::size_t j = i + 1; j < bookings.size(); ++j) {
      // What the office restored or moved is its own business; what GHL made once more by itself has until the end to
      // be cleared away.
      if (bookings[i]->placed_by_person || bookings[j]->placed_by_person) continue;
      const bool by_chaos = bookings[i]->by_chaos || bookings[j]->by_chaos;
      const Instant both = std::max({by_chaos ? end : from, bookings[i]->created_at, bookings[j]->created_at});
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
  const auto doubled = doubled_at(bookings, told.value_or(history.ended_at), history.ended_at);
  if (!doubled) return;
  report(findings, "S4",
         "One wish became several appointments: " + wish_text(wish) + " had " + list_ids(bookings) +
             ", two of them live together at " + run_time(history, *doubled) +
             (told ? ", after \"booked\" was told at " + run_time(history, *told) : ", when the run ended") + ".",
         *doubled, wish, bookings);
}

// Told of another time than both this wish's and the one that was asked for: the office moved that one.
bool is_told_elsewhere(const Ask& ask, const WishFact& wish) {
  if (ask.status != booked_elsewhere || !ask.answered_at) return false;
  return understand(ask.exchange->label, ask.exchange->timezone, *ask.answered_at) != wish.start;
}

// True when another slot of the same errand took this one's place after this one was told booked for the last time.
bool is_replaced(const WishFact& wish, const ChangesOfMind& changes, const BookingIndex& index, Instant ended_at) {
  Instant told = Instant::min();
  for (const auto& ask : wish.asks) {
    if (ask.status == "booked" && ask.answered_at) told = std::max(told, *ask.answered_at);
  }
  return std::ranges::any_of(changes.errand_of(wish), [&](const WishFact* other) {
    if (other == &wish) return false;
    const auto bookings = index.of(*other);
    const bool live = std::ranges::any_of(bookings, [&](const auto* b) { return b->live_at(ended_at); });
    return std::ranges::any_of(other->asks, [&](const Ask& ask) {
      const bool is_told = ask.status == "booked" || is_told_elsewhere(ask, wish);
      const bool told_later = is_told && ask.answered_at && *ask.answered_at > told;
      return told_later || (live && !ask.exchange->is_duplicate && ask.exchange->asked_at > told);
    });
  });
}

// True when the caller gave this slot up for one that overlaps it and never heard how that ended: the first has to make
// way before the other can be had.
bool made_way(const History& history, const WishFact& wish, const ChangesOfMind& changes) {
  const auto* calendar = history.calendar(wish.calendar_id);
  if (calendar == nullptr) return false;
  return std::ranges::any_of(changes.after(wish), [&](const WishFact* later) {
    if (later->calendar_id != wish.calendar_id) return false;
    const auto apart = later->start > wish.start ? later->start - wish.start : wish.start - later->start;
    const Ask& last = later->asks.back();
    return apart < calendar->slot_duration + calendar->buffers && (!last.answered_at || last.status == "pending");
  });
}

void check_promise_kept(const History& history, const WishFact& wish, const std::vector<const BookingFact*>& bookings,
                        const ChangesOfMind& changes, Findings& findings) {
  const auto told = wish.told_booked_at();
  if (!told) return;
  const bool live = std::ranges::any_of(bookings, [&](const auto* b) { return b->live_at(history.ended_at); });
  const bool excused = std::ranges::any_of(bookings, [](const auto* b) { return b->cancelled_by_person; });
  if (live || excused) return;
  if (!bookings.empty() && made_way(history, wish, changes)) {
    findings.unknown.push_back(wish_text(wish) + ": given up for a time that overlaps it, and never heard of again");
    return;
  }
  report(findings, "S4",
         wish.caller_name + " (call " + wish.asks.front().call->plan.call_id + ") was told \"booked\" for " +
             slot_text(wish.start) + " at " + run_time(history, *told) +
             ", but at the end nothing of theirs is live there" +
             (bookings.empty() ? ", and nothing ever was."
                               : ": " + list_ids(bookings) + " ended, and no person did that."),
         *told, wish, bookings);
}

// Whoever took one slot instead of another has one appointment in the end, whatever was pending in between.
void check_changes(const History& history, const ChangesOfMind& changes, const BookingIndex& index,
                   Findings& findings) {
  for (const auto& errand : changes.errands()) {
    std::vector<const BookingFact*> live;
    std::string slots;
    for (const auto* wish : errand) {
      slots += (slots.empty() ? "" : ", then ") + slot_text(wish->start);
      for (const auto* booking : index.of(*wish)) {
        // What the office moved or restored is what it wants.
        if (booking->live_at(history.ended_at) && !booking->placed_by_person) live.push_back(booking);
      }
    }
    const bool several_slots = std::ranges::any_of(
        live, [&](const auto* booking) { return booking->interval.begin != live.front()->interval.begin; });
    if (!several_slots) continue;  // two at one slot are check_duplicates'
    if (std::ranges::any_of(errand, [](const WishFact* wish) { return wish->may_add; })) {
      findings.unknown.push_back(wish_text(*errand.front()) + ": whether another time was to be one more or instead " +
                                 "may have been asked, and was not heard");
      continue;
    }
    if (history.wall_was_set && came_in_several_calls(errand)) {
      findings.unknown.push_back(wish_text(*errand.front()) +
                                 ": a daemon whose wall was set, and that started again, " +
                                 "cannot tell how long ago another call was");
      continue;
    }
    report(findings, "S4",
           errand.front()->caller_name + " (call " + errand.front()->asks.front().call->plan.call_id + ") wanted " +
               slots + ", one of them in the end, but " + list_ids(live) + " are all live when the run ended.",
           errand.back()->last_wanted_at(), *errand.back(), live);
  }
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
    if (booking->live_at(history.ended_at) && !booking->placed_by_person) live.push_back(booking);
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

// Whether the backend can know that all of a person's asks come from one person: they came in one conversation, or
// from one line.
bool is_recognisable(const PersonFact& person, const History& history) {
  if (person.calls.size() == 1) return true;
  if (person.lines.size() != 1) return false;
  return std::ranges::all_of(history.calls, [&](const auto& call) {
    return !person.calls.contains(call.plan.call_id) || !vapi_sim::proven_number(call.plan.line).empty();
  });
}

bool was_corrected(const PersonFact& person) {
  return person.names.size() > 1 || person.phones.size() > 1 || person.emails.size() > 1;
}

// The places in the calendar that a contact ever had from the backend.
class ContactPlaces {
 public:
  explicit ContactPlaces(const History& history) {
    for (const auto& booking : history.bookings) {
      if (booking.ours()) places_[booking.contact_id].insert({booking.calendar_id, booking.interval.begin});
    }
  }
  bool meet(const std::string& one, const std::string& other) const {
    const auto a = places_.find(one);
    const auto b = places_.find(other);
    if (a == places_.end() || b == places_.end()) return false;
    return std::ranges::any_of(a->second, [&](const auto& place) { return b->second.contains(place); });
  }

 private:
  std::map<std::string, std::set<std::pair<std::string, Instant>>> places_;
};

// One person of one name is one contact: known again by a phone or an e-mail, or by the very slot that they asked for
// with other details. A contact with neither phone nor e-mail is left out: it can be found by nothing but its name.
class Contacts {
 public:
  Contacts(const History& history, Findings& findings) : history_(history), places_(history), findings_(findings) {
    for (const auto& contact : history.contacts) {
      if (contact.deleted || (contact.phone.empty() && contact.email.empty())) continue;
      by_name_.emplace(folded(contact.first_name + " " + contact.last_name), &contact);
    }
  }

  void check(const PersonFact& person) {
    if (!is_recognisable(person, history_)) return;
    for (const auto& name : person.names) {
      std::vector<const ContactFact*> own;
      const auto [first, last] = by_name_.equal_range(name);
      for (auto it = first; it != last; ++it) {
        // Who said something else before could not be known for the customer they are.
        if (!it->second->made_in_run && was_corrected(person)) continue;
        if (is_contact_of(*it->second, person)) own.push_back(it->second);
      }
      report_same(person, own);
    }
  }

 private:
  bool are_one(const ContactFact& one, const ContactFact& other) const {
    if (!one.made_in_run && !other.made_in_run) return false;
    if (one.location_id != other.location_id) return false;
    const bool same_phone = !one.phone.empty() && one.phone == other.phone;
    const bool same_email = !one.email.empty() && folded(one.email) == folded(other.email);
    return same_phone || same_email || places_.meet(one.id, other.id);
  }

  void report_same(const PersonFact& person, const std::vector<const ContactFact*>& own) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      for (std::size_t j = i + 1; j < own.size(); ++j) {
        if (!are_one(*own[i], *own[j])) continue;
        findings_.violations.push_back(
            {"S4",
             "One person, several contacts: " + person.name + " is " + own[i]->id + " and " + own[j]->id + ".",
             history_.ended_at,
             {},
             {person.calls.begin(), person.calls.end()}});
        return;
      }
    }
  }

  const History& history_;
  const ContactPlaces places_;
  Findings& findings_;
  std::multimap<std::string, const ContactFact*> by_name_;
};

// Only contacts that the backend made may be amended by what a caller says.
void check_strangers(const History& history, Findings& findings) {
  for (const auto& contact : history.contacts) {
    if (contact.made_in_run || !contact.changed) continue;
    findings.violations.push_back({"S4",
                                   "A contact that was there before, " + contact.id +
                                       ", has another name, phone or e-mail now: \"" + contact.first_name + " " +
                                       contact.last_name + "\", " + contact.phone + ", " + contact.email + ".",
                                   history.ended_at,
                                   {},
                                   {}});
  }
}

}  // namespace

void check_once(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                Findings& findings) {
  const ChangesOfMind changes(wishes);
  for (const auto& wish : wishes) {
    const auto bookings = index.of(wish);
    check_duplicates(history, wish, bookings, findings);
    if (!is_replaced(wish, changes, index, history.ended_at))
      check_promise_kept(history, wish, bookings, changes, findings);
    check_ghost(history, wish, bookings, findings);
  }
  check_changes(history, changes, index, findings);
  Contacts contacts(history, findings);
  for (const auto& [id, person] : index.people().all()) contacts.check(person);
  check_strangers(history, findings);
}

}  // namespace scenarios
