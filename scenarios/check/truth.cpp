// S5: what the assistant said against GHL's record at that moment.
#include <algorithm>
#include <map>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

std::string who(const Ask& ask, const WishFact& wish) {
  return wish.caller_name + " (call " + ask.call->plan.call_id + ")";
}

void report(Findings& findings, const Ask& ask, std::string sentence, std::vector<std::string> appointment_ids = {}) {
  findings.violations.push_back(
      {"S5", std::move(sentence), *ask.answered_at, std::move(appointment_ids), {ask.call->plan.call_id}});
}

std::string told_text(const History& history, const WishFact& wish, const Ask& ask) {
  return who(ask, wish) + " asked for " + slot_text(wish.start) + " and was told at " +
         run_time(history, *ask.answered_at) + " that \"" + ask.exchange->label + "\" (" + ask.exchange->timezone +
         ") is booked, ";
}

// "booked" for another time than was asked for is true when the person has an appointment then.
void check_elsewhere(const History& history, const WishFact& wish, const Ask& ask, const BookingIndex& index,
                     Findings& findings) {
  const auto meant = understand(ask.exchange->label, ask.exchange->timezone, *ask.answered_at);
  const auto there = index.at(wish.calendar_id, *meant);
  const bool has_it = std::ranges::any_of(there, [&](const auto* booking) {
    const bool ended = booking->ended_at && *booking->ended_at < ask.asked_at;
    return booking->created_at <= *ask.answered_at && !ended && index.is_contact_of(booking->contact_id, wish);
  });
  if (has_it) return;
  report(findings, ask,
         told_text(history, wish, ask) + "which means " + slot_text(*meant) + ", where nothing of theirs is.");
}

// The label must mean the slot that was asked for, to somebody who thinks in the zone that was named with it, and it
// must be what is read aloud.
bool check_label(const History& history, const WishFact& wish, const Ask& ask, Findings& findings) {
  const auto& exchange = *ask.exchange;
  if (exchange.label.empty()) return true;  // the promise is about the slot that was asked for
  const std::string told = told_text(history, wish, ask);
  if (understand(exchange.label, exchange.timezone, *ask.answered_at) != wish.start) {
    report(findings, ask, told + "which names no single instant.");
    return false;
  }
  // Calls that nothing names share their offers where they share their line.
  const bool is_named = ask.call->plan.channel != vapi_sim::Channel::unnamed;
  if (is_named && !ask.zone.empty() && !exchange.timezone.empty() && exchange.timezone != ask.zone) {
    report(findings, ask, told + "but it had been offered in " + ask.zone + ".");
    return false;
  }
  // Only ours is known to read its label out; others may put it in other words.
  if (history.has_ledger && exchange.say.find(exchange.label) == std::string::npos) {
    report(findings, ask, told + "but what was read aloud is \"" + exchange.say + "\".");
    return false;
  }
  return true;
}

// The name that is told with a booking is one that was said for this person.
void check_told_name(const WishFact& wish, const Ask& ask, const BookingIndex& index, Findings& findings) {
  const PersonFact* person = index.people().find(wish.person);
  if (ask.exchange->name.empty() || person == nullptr || person->names.contains(folded(ask.exchange->name))) return;
  report(findings, ask,
         who(ask, wish) + " asked for " + wish.caller_name + ", and was told that \"" + ask.exchange->name +
             "\" has the appointment.");
}

// Appointments at the slot, whoever's, live while the answer was under way.
std::vector<const BookingFact*> live_during(const BookingIndex& index, const WishFact& wish, const Ask& ask) {
  auto bookings = index.at(wish.calendar_id, wish.start);
  std::erase_if(bookings, [&](const auto* booking) {
    return !booking->ours() || booking->created_at > *ask.answered_at ||
           (booking->ended_at && *booking->ended_at < ask.asked_at);
  });
  return bookings;
}

// What a look at the calendar reports as the caller's own is theirs; and what they were told they have is reported.
class OwnBookings {
 public:
  OwnBookings(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
              const ChangesOfMind& changes, Findings& findings)
      : history_(history), index_(index), changes_(changes), findings_(findings) {
    for (const auto& wish : wishes) {
      by_start_.emplace(wish.start, &wish);
      for (const auto& ask : wish.asks) {
        auto& here = by_call_[ask.call->plan.call_id];
        if (here.empty() || here.back() != &wish) here.push_back(&wish);
      }
    }
  }

  void check(const vapi_sim::CallRecord& call, const vapi_sim::Exchange& look) const {
    if (!look.answered_at || look.is_duplicate) return;
    for (const auto& own : look.yours) check_reported(call, look, own);
    // Where nothing names the conversation, or only the message before, nobody knows whose look it is.
    const bool is_named =
        call.plan.channel == vapi_sim::Channel::call || call.plan.channel == vapi_sim::Channel::chat_session;
    if (is_named && (look.status == "available" || look.status == "none")) check_complete(call, look);
  }

 private:
  void report(const vapi_sim::CallRecord& call, const vapi_sim::Exchange& look, std::string sentence) const {
    findings_.violations.push_back({"S5",
                                    "In call " + call.plan.call_id + " a look at the calendar at " +
                                        run_time(history_, *look.answered_at) + " " + std::move(sentence),
                                    *look.answered_at,
                                    {},
                                    {call.plan.call_id}});
  }

  // The zone of the labels; the caller's own words, or the business's, where the reply does not say.
  const std::string& zone_of(const vapi_sim::CallRecord& call, const vapi_sim::Exchange& look) const {
    if (!look.timezone.empty()) return look.timezone;
    const std::string& own = call.plan.errands[look.errand].wish.timezone;
    return own.empty() ? history_.zone : own;
  }

  // A wish of this call, or of a person with whom it shares its line.
  bool is_own(const WishFact& wish, const vapi_sim::CallRecord& call) const {
    const PersonFact* person = index_.people().find(wish.person);
    return person != nullptr && (person->calls.contains(call.plan.call_id) ||
                                 person->lines.contains(vapi_sim::proven_number(call.plan.line)));
  }

  bool is_of_caller(const BookingFact& booking, const vapi_sim::CallRecord& call) const {
    return std::ranges::any_of(by_start_, [&](const auto& entry) {
      return is_own(*entry.second, call) && index_.is_contact_of(booking.contact_id, *entry.second);
    });
  }

  void check_reported(const vapi_sim::CallRecord& call, const vapi_sim::Exchange& look,
                      const vapi_sim::OwnBooking& own) const {
    const auto start = understand(own.label, zone_of(call, look), *look.answered_at);
    const auto [first, last] = by_start_.equal_range(start.value_or(Instant{}));
    bool wanted = false;
    bool stands = false;
    for (auto it = first; it != last; ++it) {
      if (!is_own(*it->second, call)) continue;
      wanted = true;
      for (const auto* booking : index_.of(*it->second)) {
        const bool ended = booking->ended_at && *booking->ended_at < look.asked_at;
        stands |= booking->created_at <= *look.answered_at && !ended;
      }
    }
    // Where a person put it, nobody need have asked for it.
    for (const auto& booking : history_.bookings) {
      if (!start || booking.interval.begin != *start || !booking.placed_by_person || !is_of_caller(booking, call))
        continue;
      wanted = true;
      stands |= booking.created_at <= *look.answered_at && !(booking.ended_at && *booking.ended_at < look.asked_at);
    }
    if (start && wanted && (own.status != "booked" || stands)) return;
    report(call, look,
           "reported \"" + own.label + "\" as " + own.status + " for the caller, " +
               (wanted ? "but GHL has no such appointment of theirs." : "but they never asked for it."));
  }

  // What was first asked for in another conversation is told of to a trusted line only.
  static bool is_hidden_from(const vapi_sim::CallRecord& call, const WishFact& wish) {
    const vapi_sim::CallRecord& first = *wish.asks.front().call;
    const std::string line = vapi_sim::proven_number(call.plan.line);
    return &first != &call && (line.empty() || line != vapi_sim::proven_number(first.plan.line));
  }

  // Whoever was told "booked" in this conversation, and has it, hears of it when they look again.
  void check_complete(const vapi_sim::CallRecord& call, const vapi_sim::Exchange& look) const {
    // Without an id a conversation is known by its line alone, which others share: nothing is told of then.
    if (call.plan.channel == vapi_sim::Channel::unnamed) return;
    const auto here = by_call_.find(call.plan.call_id);
    if (here == by_call_.end()) return;
    for (const auto* wish : here->second) {
      const auto later = changes_.after(*wish);
      if (std::ranges::any_of(later, [&](const auto* w) { return w->asks.front().asked_at < look.asked_at; })) continue;
      const bool told = std::ranges::any_of(wish->asks, [&](const Ask& ask) {
        return ask.call == &call && ask.exchange->heard && ask.status == "booked" && *ask.answered_at < look.asked_at;
      });
      const auto bookings = index_.of(*wish);
      const bool stands = std::ranges::any_of(
          bookings, [&](const auto* b) { return b->live_at(look.asked_at) && b->live_at(*look.answered_at); });
      const bool said = std::ranges::any_of(look.yours, [&](const auto& own) {
        return understand(own.label, zone_of(call, look), *look.answered_at) == wish->start;
      });
      if (!told || !stands || said || is_hidden_from(call, *wish)) continue;
      report(call, look, "did not say that " + wish->caller_name + " has " + slot_text(wish->start) + ".");
    }
  }

  const History& history_;
  const BookingIndex& index_;
  const ChangesOfMind& changes_;
  Findings& findings_;
  std::multimap<Instant, const WishFact*> by_start_;
  std::map<std::string, std::vector<const WishFact*>> by_call_;
};

}  // namespace

void check_truth(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                 Findings& findings) {
  for (const auto& wish : wishes) {
    for (const auto& ask : wish.asks) {
      if (!ask.answered_at) continue;
      if (ask.status == booked_elsewhere) check_elsewhere(history, wish, ask, index, findings);
      if (ask.status != "booked") continue;
      if (!check_label(history, wish, ask, findings)) continue;
      const auto live = live_during(index, wish, ask);
      const auto own =
          std::ranges::find_if(live, [&](const auto* b) { return index.is_contact_of(b->contact_id, wish); });
      check_told_name(wish, ask, index, findings);
      if (own != live.end()) continue;
      // A person was faster than the question whether it still stands could be asked: the ledger's word is stale, not
      // wrong, and the office tells its customer.
      const auto ever = index.of(wish);
      if (std::ranges::any_of(
              ever, [&](const auto* b) { return b->cancelled_by_person && b->created_at <= *ask.answered_at; })) {
        findings.unknown.push_back(who(ask, wish) + " was told that " + slot_text(wish.start) +
                                   " is booked after a person had cancelled it in GHL");
        continue;
      }
      std::string instead = "nothing was booked there";
      std::vector<std::string> ids;
      if (!live.empty()) {
        instead = "what was booked there belongs to contact " + live.front()->contact_id;
        ids.push_back(live.front()->id);
        if (const auto* contact = history.contact(live.front()->contact_id))
          instead += ", \"" + contact->first_name + " " + contact->last_name + "\"";
      }
      report(findings, ask,
             who(ask, wish) + " was told at " + run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
                 " is booked, but at that moment " + instead + ".",
             std::move(ids));
      break;
    }
  }
  const ChangesOfMind changes(wishes);
  const OwnBookings own(history, wishes, index, changes, findings);
  for (const auto& call : history.calls) {
    for (const auto& exchange : call.exchanges) {
      if (exchange.tool == "check_availability") own.check(call, exchange);
    }
  }
}

}  // namespace scenarios
