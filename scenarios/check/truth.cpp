// S5: what the assistant said against GHL's record at that moment.
#include <algorithm>
#include <cctype>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string who(const Ask& ask, const WishFact& wish) {
  return wish.caller_name + " (call " + ask.call->plan.call_id + ")";
}

void report(Findings& findings, const Ask& ask, std::string sentence, std::vector<std::string> appointment_ids = {}) {
  findings.violations.push_back(
      {"S5", std::move(sentence), *ask.answered_at, std::move(appointment_ids), {ask.call->plan.call_id}});
}

// The label must mean the slot that was asked for, to somebody who thinks in the zone that was named with it.
bool check_label(const History& history, const WishFact& wish, const Ask& ask, Findings& findings) {
  const auto& exchange = *ask.exchange;
  if (exchange.label.empty()) return true;  // the promise is about the slot that was asked for
  const auto meant = understand(exchange.label, exchange.timezone, *ask.answered_at);
  if (meant == wish.start) return true;
  report(findings, ask,
         who(ask, wish) + " asked for " + slot_text(wish.start) + " and was told at " +
             run_time(history, *ask.answered_at) + " that \"" + exchange.label + "\" (" + exchange.timezone +
             ") is booked, which " + (meant ? "means " + slot_text(*meant) : std::string("names no single instant")) +
             ".");
  return false;
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

void check_name(const History& history, const WishFact& wish, const Ask& ask, const BookingFact& booking,
                Findings& findings) {
  const auto* contact = history.contact(booking.contact_id);
  if (contact == nullptr || !contact->made_in_run) return;
  // Families share a number: any name that was ever given for this wish will do.
  const std::string on_file = lower(contact->first_name + " " + contact->last_name);
  const auto& own = ask.call->plan.persona;
  if (on_file == lower(own.first_name + " " + own.last_name)) return;
  for (const auto& call : history.calls) {
    const auto& persona = call.plan.persona;
    if (persona.phone != wish.phone || (wish.phone.empty() && persona.email != wish.email)) continue;
    if (on_file == lower(persona.first_name + " " + persona.last_name)) return;
  }
  report(findings, ask,
         who(ask, wish) + " was told \"booked\", but appointment " + booking.id + " is for contact " + contact->id +
             ", \"" + contact->first_name + " " + contact->last_name + "\".",
         {booking.id});
}

}  // namespace

void check_truth(const History& history, const std::vector<WishFact>& wishes, const BookingIndex& index,
                 Findings& findings) {
  for (const auto& wish : wishes) {
    for (const auto& ask : wish.asks) {
      if (ask.status != "booked" || !ask.answered_at) continue;
      if (!check_label(history, wish, ask, findings)) continue;
      const auto live = live_during(index, wish, ask);
      const auto own =
          std::ranges::find_if(live, [&](const auto* b) { return index.is_contact_of(b->contact_id, wish); });
      if (own != live.end()) {
        check_name(history, wish, ask, **own, findings);
        continue;
      }
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
      }
      report(findings, ask,
             who(ask, wish) + " was told at " + run_time(history, *ask.answered_at) + " that " + slot_text(wish.start) +
                 " is booked, but at that moment " + instead + ".",
             std::move(ids));
      break;
    }
  }
}

}  // namespace scenarios
