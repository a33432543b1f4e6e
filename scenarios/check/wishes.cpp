#include "scenarios/check/wishes.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include "scenarios/check/order.hpp"
#include "vapi_sim/assistant/interpretation.hpp"
#include "vapi_sim/caller/understanding.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

// A slot as it was read out.
struct HeardSlot {
  Instant heard_at{};
  Instant start{};
  std::string zone;
};

// What a conversation heard: the slot each code stands for, each time it was read out.
class OffersHeard {
 public:
  explicit OffersHeard(const vapi_sim::CallPlan& plan) : plan_(plan) {}

  void hear(const vapi_sim::Exchange& exchange) {
    if (!exchange.answered_at || exchange.raw.empty()) return;
    const bool check = exchange.tool == "check_availability";
    const auto answer = vapi_sim::interpret_result(
        check ? vapi_sim::Tool::check_availability : vapi_sim::Tool::book_appointment, false, exchange.raw);
    const auto& wish = plan_.errands[exchange.errand].wish;
    const std::string& zone = answer.timezone.empty() ? wish.timezone : answer.timezone;
    for (const auto& slot : answer.slots) {
      const auto start = understand(slot.label, zone, *exchange.answered_at);
      if (start) slots_[slot.code].push_back({*exchange.answered_at, *start, zone});
    }
  }
  // As it was heard last before it was asked for.
  const HeardSlot* find(const std::string& code, Instant asked_at) const {
    const auto it = slots_.find(code);
    if (it == slots_.end()) return nullptr;
    const HeardSlot* last = &it->second.front();
    for (const HeardSlot& slot : it->second) {
      if (slot.heard_at <= asked_at) last = &slot;
    }
    return last;
  }

 private:
  const vapi_sim::CallPlan& plan_;
  std::map<std::string, std::vector<HeardSlot>> slots_;
};

// Exchanges of a call in the order things were heard.
std::vector<const vapi_sim::Exchange*> by_answer(const vapi_sim::CallRecord& call) {
  std::vector<const vapi_sim::Exchange*> order;
  for (const auto& exchange : call.exchanges) order.push_back(&exchange);
  sort_stably(order, [](const auto* a, const auto* b) {
    return a->answered_at.value_or(Instant::max()) < b->answered_at.value_or(Instant::max());
  });
  return order;
}

// A label that cannot be read stays a "booked" of the slot that was asked for, for S5 to find.
std::string status_of(const vapi_sim::Exchange& exchange, const HeardSlot& asked) {
  if (exchange.status != "booked" || exchange.label.empty() || !exchange.answered_at) return exchange.status;
  const auto meant = understand(exchange.label, exchange.timezone, *exchange.answered_at);
  return !meant || *meant == asked.start ? exchange.status : std::string(booked_elsewhere);
}

// How many asks a backend sees in one: where the wire has no id of its own for each, a second delivery after a lost
// answer looks like a model that asks again.
int asks_as_seen(const vapi_sim::Exchange& exchange, vapi_sim::Protocol protocol) {
  return protocol == vapi_sim::Protocol::tool_calls ? 1 : std::max(1, exchange.deliveries);
}

// Gathers the wishes of one call after the other.
class WishBook {
 public:
  explicit WishBook(const History& history) : history_(history) {}

  void add(const vapi_sim::CallRecord& call) {
    OffersHeard heard(call.plan);
    for (const auto* exchange : by_answer(call)) heard.hear(*exchange);
    std::map<std::pair<std::string, std::string>, Instant> first_asked;
    for (const auto& exchange : call.exchanges) {
      if (exchange.tool != "book_appointment") continue;
      const std::pair message{exchange.tool_call_id, exchange.arguments};
      const Instant asked_at = first_asked.try_emplace(message, exchange.asked_at).first->second;
      const auto& errand = call.plan.errands[exchange.errand];
      const auto* calendar = history_.calendar_of_service(errand.wish.service);
      const HeardSlot* slot = heard.find(exchange.slot_code, asked_at);
      if (calendar == nullptr || slot == nullptr) continue;
      WishFact& wish = find(call, exchange.errand, calendar->id, slot->start);
      wish.adds |= errand.second_thought == vapi_sim::SecondThought::add;
      // Asked whether it is one more or instead, and asked for again twice without an answer: one more (docs/tools.md).
      // And one more is what a caller says is one more.
      if (exchange.confirm.empty() && wish.was_asked) ++wish.unanswered;
      if (!exchange.confirm.empty()) wish.unanswered = std::numeric_limits<int>::min() / 2;
      if (!exchange.answered_at) wish.unheard += asks_as_seen(exchange, call.plan.protocol);
      wish.may_add |= wish.unheard + std::max(wish.unanswered, 0) >= 2 && exchange.confirm.empty();
      wish.was_asked |= exchange.question == "add_or_replace";
      wish.was_added |= wish.unanswered >= 2 || exchange.confirm == "add";
      if (exchange.confirm == "replace") replaced_.insert(wish.errand);
      wish.asks.push_back(
          Ask{&call, &exchange, asked_at, exchange.answered_at, status_of(exchange, *slot), slot->zone});
    }
  }

  std::vector<WishFact> take() {
    std::vector<WishFact> sorted;
    for (auto& [key, wish] : wishes_) {
      sort_stably(wish.asks, [](const Ask& a, const Ask& b) { return a.exchange->asked_at < b.exchange->asked_at; });
      // "One more" may be said of another errand's time: where one was wanted instead of another, that counts.
      wish.adds |= wish.was_added && !replaced_.contains(wish.errand);
      sorted.push_back(std::move(wish));
    }
    return sorted;
  }

 private:
  using Key = std::tuple<std::string, std::string, Instant>;

  WishFact& find(const vapi_sim::CallRecord& call, std::size_t errand, const std::string& calendar_id, Instant start) {
    const std::string person = vapi_sim::person_of(call.plan, errand);
    WishFact& wish = wishes_[Key(person, calendar_id, start)];
    if (!wish.asks.empty()) return wish;
    wish.person = person;
    wish.errand = vapi_sim::matter_of(call.plan) + "/" + std::to_string(errand);
    wish.calendar_id = calendar_id;
    wish.start = start;
    wish.caller_name = call.plan.errands[errand].attendee.full_name();
    return wish;
  }

  const History& history_;
  std::map<Key, WishFact> wishes_;
  std::set<std::string> replaced_;  // errands of which one time was wanted instead of another
};

}  // namespace

std::optional<Instant> understand(std::string_view label, std::string_view zone, Instant heard_at) {
  const auto iso = holdfast::parse_iso(label);
  return iso ? iso : vapi_sim::understand_label(label, zone, heard_at);
}

std::optional<Instant> WishFact::told_booked_at() const {
  std::optional<Instant> first;
  for (const Ask& ask : asks) {
    if (ask.status == "booked" && ask.answered_at && (!first || *ask.answered_at < *first)) first = ask.answered_at;
  }
  return first;
}

Instant WishFact::last_wanted_at() const {
  Instant last = asks.front().exchange->asked_at;
  for (const Ask& ask : asks) {
    if (!ask.exchange->is_duplicate) last = std::max(last, ask.exchange->asked_at);
  }
  return last;
}

std::vector<WishFact> derive_wishes(const History& history) {
  WishBook book(history);
  for (const auto& call : history.calls) book.add(call);
  return book.take();
}

ChangesOfMind::ChangesOfMind(const std::vector<WishFact>& wishes) {
  std::map<std::string, std::vector<const WishFact*>> errands;
  for (const WishFact& wish : wishes) {
    if (!wish.adds) errands[wish.errand].push_back(&wish);
  }
  for (auto& [id, asked] : errands) {
    if (asked.size() < 2) continue;
    sort_stably(asked, [](const WishFact* a, const WishFact* b) { return a->last_wanted_at() < b->last_wanted_at(); });
    for (std::size_t place = 0; place < asked.size(); ++place) places_[asked[place]] = {errands_.size(), place};
    errands_.push_back(std::move(asked));
  }
}

std::span<const WishFact* const> ChangesOfMind::errand_of(const WishFact& wish) const {
  const auto it = places_.find(&wish);
  if (it == places_.end()) return {};
  return errands_[it->second.first];
}

std::span<const WishFact* const> ChangesOfMind::after(const WishFact& wish) const {
  const auto it = places_.find(&wish);
  if (it == places_.end()) return {};
  return std::span<const WishFact* const>(errands_[it->second.first]).subspan(it->second.second + 1);
}

BookingIndex::BookingIndex(const History& history) : people_(history) {
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
  const auto contact = contacts_.find(contact_id);
  const PersonFact* person = people_.find(wish.person);
  return contact != contacts_.end() && person != nullptr && scenarios::is_contact_of(*contact->second, *person);
}

std::vector<const BookingFact*> BookingIndex::of(const WishFact& wish) const {
  auto bookings = at(wish.calendar_id, wish.start);
  std::erase_if(bookings,
                [&](const auto* booking) { return !booking->ours() || !is_contact_of(booking->contact_id, wish); });
  return bookings;
}

}  // namespace scenarios
