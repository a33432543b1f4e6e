#include "scenarios/check/history.hpp"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "scenarios/check/order.hpp"
#include "vapi_sim/assistant/interpretation.hpp"
#include "vapi_sim/caller/understanding.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

// What a conversation has heard so far: the instant each code stands for.
class OffersHeard {
 public:
  explicit OffersHeard(const vapi_sim::CallPlan& plan) : plan_(plan) {}

  void hear(const vapi_sim::Exchange& exchange) {
    if (!exchange.answered_at || exchange.raw.empty()) return;
    const bool check = exchange.tool == "check_availability";
    const auto answer = vapi_sim::interpret_result(
        check ? vapi_sim::Tool::check_availability : vapi_sim::Tool::book_appointment, false, exchange.raw);
    const std::string& zone = answer.timezone.empty() ? plan_.wish.timezone : answer.timezone;
    for (const auto& slot : answer.slots) {
      const auto start = understand(slot.label, zone, *exchange.answered_at);
      if (start) starts_[slot.code] = *start;
    }
  }
  std::optional<Instant> start_of(const std::string& code) const {
    const auto it = starts_.find(code);
    return it == starts_.end() ? std::nullopt : std::optional(it->second);
  }

 private:
  const vapi_sim::CallPlan& plan_;
  std::map<std::string, Instant> starts_;
};

// Exchanges of a call in the order things were heard: an offer is known to the asks that were made after it.
std::vector<const vapi_sim::Exchange*> by_answer(const vapi_sim::CallRecord& call) {
  std::vector<const vapi_sim::Exchange*> order;
  for (const auto& exchange : call.exchanges) order.push_back(&exchange);
  sort_stably(order, [](const auto* a, const auto* b) {
    return a->answered_at.value_or(Instant::max()) < b->answered_at.value_or(Instant::max());
  });
  return order;
}

std::string full_name(const vapi_sim::Persona& persona) {
  return persona.last_name.empty() ? persona.first_name : persona.first_name + " " + persona.last_name;
}

}  // namespace

std::optional<Instant> understand(std::string_view label, std::string_view zone, Instant heard_at) {
  const auto iso = holdfast::parse_iso(label);
  return iso ? iso : vapi_sim::understand_label(label, zone, heard_at);
}

const CalendarFact* History::calendar(std::string_view id) const {
  const auto it = std::ranges::find(calendars, id, &CalendarFact::id);
  return it == calendars.end() ? nullptr : &*it;
}

const CalendarFact* History::calendar_of_service(std::string_view service) const {
  if (service.empty() && calendars.size() == 1) return &calendars.front();
  const auto it = std::ranges::find(calendars, service, &CalendarFact::service);
  return it == calendars.end() ? nullptr : &*it;
}

const ContactFact* History::contact(std::string_view id) const {
  const auto it = std::ranges::find(contacts, id, &ContactFact::id);
  return it == contacts.end() ? nullptr : &*it;
}

std::optional<Instant> WishFact::told_booked_at() const {
  std::optional<Instant> first;
  for (const Ask& ask : asks) {
    if (ask.status == "booked" && ask.answered_at && (!first || *ask.answered_at < *first)) first = ask.answered_at;
  }
  return first;
}

std::vector<WishFact> derive_wishes(const History& history) {
  using Key = std::tuple<std::string, std::string, std::string, Instant>;
  std::map<Key, WishFact> wishes;
  for (const auto& call : history.calls) {
    const auto* calendar = history.calendar_of_service(call.plan.wish.service);
    if (calendar == nullptr) continue;
    OffersHeard heard(call.plan);
    for (const auto* exchange : by_answer(call)) heard.hear(*exchange);
    std::map<std::string, Instant> first_asked;
    for (const auto& exchange : call.exchanges) {
      if (exchange.tool != "book_appointment") continue;
      const Instant asked_at = first_asked.try_emplace(exchange.tool_call_id, exchange.asked_at).first->second;
      const auto start = heard.start_of(exchange.slot_code);
      if (!start) continue;
      const auto& persona = call.plan.persona;
      // A hidden number is nobody's: without an e-mail each call is a caller of its own.
      const std::string alone = persona.phone.empty() && persona.email.empty() ? call.plan.call_id : "";
      WishFact& wish =
          wishes[Key(persona.phone + alone, persona.phone.empty() ? persona.email : "", calendar->id, *start)];
      if (wish.asks.empty()) {
        wish.phone = persona.phone;
        wish.email = persona.email;
        wish.calendar_id = calendar->id;
        wish.start = *start;
        wish.caller_name = full_name(persona);
      }
      wish.asks.push_back(Ask{&call, &exchange, asked_at, exchange.answered_at, exchange.status});
    }
  }
  std::vector<WishFact> sorted;
  for (auto& [key, wish] : wishes) {
    sort_stably(wish.asks, [](const Ask& a, const Ask& b) { return a.exchange->asked_at < b.exchange->asked_at; });
    sorted.push_back(std::move(wish));
  }
  return sorted;
}

BookingIndex::BookingIndex(const History& history) {
  for (const auto& booking : history.bookings) {
    bookings_[{booking.calendar_id, booking.interval.begin}].push_back(&booking);
  }
  for (const auto& contact : history.contacts) contacts_[contact.id] = &contact;
}

std::vector<const BookingFact*> BookingIndex::at(std::string_view calendar_id, Instant start) const {
  const auto it = bookings_.find({std::string(calendar_id), start});
  return it == bookings_.end() ? std::vector<const BookingFact*>{} : it->second;
}

bool BookingIndex::is_contact_of(std::string_view contact_id, const WishFact& wish) const {
  const auto it = contacts_.find(contact_id);
  if (it == contacts_.end()) return false;
  const ContactFact& contact = *it->second;
  return (!wish.phone.empty() && contact.phone == wish.phone) || (!wish.email.empty() && contact.email == wish.email);
}

std::vector<const BookingFact*> BookingIndex::of(const WishFact& wish) const {
  auto bookings = at(wish.calendar_id, wish.start);
  std::erase_if(bookings,
                [&](const auto* booking) { return !booking->ours() || !is_contact_of(booking->contact_id, wish); });
  return bookings;
}

std::string run_time(const History& history, Instant instant) {
  const std::int64_t ms = (instant - history.began_at).count();
  char text[48];
  std::snprintf(text, sizeof(text), "+%lld:%02lld.%03lld", static_cast<long long>(ms / 60'000),
                static_cast<long long>(ms / 1'000 % 60), static_cast<long long>(ms % 1'000));
  return text;
}

std::string slot_text(Instant start) {
  std::string text = holdfast::format_iso_utc(start);
  return text.size() > 16 ? text.substr(0, 16) + "Z" : text;
}

}  // namespace scenarios
