// What the assistant and the caller do, one errand after the other.
#include <algorithm>
#include <utility>

#include "vapi_sim/assistant/conversation.hpp"

namespace vapi_sim {

using holdfast::milliseconds;
using holdfast::net::Task;

namespace {

// After this many lost races a caller gives up.
constexpr int alternatives_max = 3;

const OfferedSlot* slot_labelled(const std::vector<OfferedSlot>& slots, const std::string& label) {
  const auto found = std::ranges::find(slots, label, &OfferedSlot::label);
  return found == slots.end() ? nullptr : &*found;
}

}  // namespace

Task<void> Conversation::converse() {
  say(HistoryRow::Kind::assistant, "Hello, how may I help?");
  const Wish& first = plan_.errands.front().wish;
  say(HistoryRow::Kind::user, "I would like an appointment " + first.date + " " + first.time_of_day);
  // Only tool-calls carry several calls that can be told apart.
  const bool together = plan_.behaviour.book_together && plan_.protocol == Protocol::tool_calls;
  if (together && plan_.errands.size() > 1) co_return co_await run_together();
  for (std::size_t errand = 0; errand < plan_.errands.size() && may_go_on(); ++errand) co_await run_errand(errand);
}

Task<void> Conversation::run_errand(std::size_t errand) {
  std::optional<OfferedSlot> slot;
  while (!slot) {
    const std::optional<Interpretation> offer = co_await find_slots(errand);
    if (!offer || !co_await pause(plan_.behaviour.think_ms)) co_return;
    slot = choose(errand, *offer);
    // Who hears that their own wish is pending asks again how it ended.
    const bool waits = record_.told_of[errand] == "pending" && pending_asks_left_ > 0 && may_go_on();
    if (!slot && !waits) co_return;
    if (slot) break;
    --pending_asks_left_;
    if (!co_await pause(plan_.behaviour.pending_wait_ms)) co_return;
  }
  say(HistoryRow::Kind::user, slot->label + " please");
  Interpretation outcome = co_await book(errand, *slot);
  co_await pursue(errand, std::move(outcome));
}

// All errands are looked for first and then booked in one message.
Task<void> Conversation::run_together() {
  std::vector<std::pair<std::size_t, OfferedSlot>> chosen;
  for (std::size_t errand = 0; errand < plan_.errands.size() && may_go_on(); ++errand) {
    const std::optional<Interpretation> offer = co_await find_slots(errand);
    if (!offer) continue;
    if (const auto slot = choose(errand, *offer)) chosen.emplace_back(errand, *slot);
  }
  if (chosen.empty() || !co_await pause(plan_.behaviour.think_ms)) co_return;
  std::vector<ToolRequest> requests;
  for (const auto& [errand, slot] : chosen) requests.push_back(make_booking(errand, slot));
  booked_before_ = true;
  const DeliveryPtr delivery = post(std::move(requests));
  if (!delivery) co_return;
  for (const auto& [errand, slot] : chosen) remember(errand, slot);
  if (!co_await await_any({delivery})) co_return;
  for (std::size_t i = 0; i < chosen.size(); ++i) hear(*delivery, i);
  for (std::size_t i = 0; i < chosen.size() && may_go_on(); ++i) {
    Interpretation outcome = co_await book_until_settled(chosen[i].first, chosen[i].second, delivery->answers[i]);
    co_await pursue(chosen[i].first, std::move(outcome));
  }
}

// Everything after the first outcome: alternatives, corrections, second thoughts.
Task<void> Conversation::pursue(std::size_t errand, Interpretation outcome) {
  const Errand& wanted = plan_.errands[errand];
  ErrandState& state = states_[errand];
  for (int taken = 0; taken < alternatives_max && plan_.behaviour.accept_alternative; ++taken) {
    if (outcome.status != "taken" || outcome.slots.empty() || !may_go_on()) break;
    const OfferedSlot next = outcome.slots.front();
    if (!is_recognisable(errand) && may_have_another(errand, next.label)) break;
    if (!co_await pause(plan_.behaviour.think_ms)) co_return;
    say(HistoryRow::Kind::user, "Then " + next.label);
    outcome = co_await book(errand, next);
  }
  while (state.told < wanted.corrections.size() && !outcome.status.empty() && outcome.status != "taken") {
    if (!may_go_on() || !co_await pause(plan_.behaviour.think_ms)) co_return;
    say(HistoryRow::Kind::user, "Let me correct that");
    ++state.told;
    outcome = co_await book(errand, *state.slot);
  }
  if (wanted.second_thought != SecondThought::none && outcome.status == "booked") co_await think_twice(errand);
  if (plan_.behaviour.reissue_book_new_id && may_go_on() && co_await pause(plan_.behaviour.think_ms)) {
    co_await book(errand, *state.slot);
  }
}

// Another time as well, or instead.
Task<void> Conversation::think_twice(std::size_t errand) {
  if (!may_go_on() || !is_recognisable(errand) || !co_await pause(plan_.behaviour.think_ms)) co_return;
  const auto another = co_await find_another(errand);
  if (!another || !co_await pause(plan_.behaviour.think_ms)) co_return;
  say(HistoryRow::Kind::user, "And what about " + another->label);
  co_await book(errand, *another);
}

// Asks for times, a second time when there was no answer or the calendar could not be read: a model calls again then,
// with a new id (facts/vapi.md 8.3). nullopt when there is nothing to choose from.
Task<std::optional<Interpretation>> Conversation::find_slots(std::size_t errand) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::vector<ToolRequest> requests;
    requests.push_back(make_check(errand));
    const DeliveryPtr delivery = post(std::move(requests));
    if (!delivery || !co_await await_any({delivery})) co_return std::nullopt;
    hear(*delivery, 0);
    const Interpretation& answer = delivery->answers[0];
    if (answer.status == "available" && !answer.slots.empty()) {
      offer_timezone_ = answer.timezone;
      co_return answer;
    }
    if (!answer.status.empty() && answer.status != "error") break;
    if (attempt == 0) co_await pause(plan_.behaviour.think_ms);
  }
  co_return std::nullopt;
}

// The slot that the caller takes (place_call says which).
std::optional<OfferedSlot> Conversation::choose(std::size_t errand, const Interpretation& offer) {
  const auto wanted = memory_.wanted.find(errand);
  if (!plan_.redial_of.empty() && wanted != memory_.wanted.end()) {
    const bool may_change = is_recognisable(errand);
    const OfferedSlot* same = slot_labelled(offer.slots, wanted->second);
    if (same != nullptr && (may_change || !may_have_another(errand, same->label))) return *same;
    const auto own = std::ranges::find(offer.yours, wanted->second, &OwnBooking::label);
    if (own != offer.yours.end()) {
      settle_own(errand, own->status);
      return std::nullopt;
    }
    if (!may_change) return std::nullopt;
  }
  const int last = static_cast<int>(offer.slots.size()) - 1;
  return offer.slots[static_cast<std::size_t>(std::clamp(plan_.errands[errand].wish.choice, 0, last))];
}

void Conversation::settle_own(std::size_t errand, const std::string& status) {
  record_.told = status;
  record_.told_of[errand] = status;
}

// Looks again for a slot that was not asked for in this errand yet.
Task<std::optional<OfferedSlot>> Conversation::find_another(std::size_t errand) {
  const std::optional<Interpretation> offer = co_await find_slots(errand);
  if (!offer) co_return std::nullopt;
  for (const OfferedSlot& slot : offer->slots) {
    const auto& asked = states_[errand].asked;
    if (std::ranges::find(asked, slot.label) == asked.end()) co_return slot;
  }
  co_return std::nullopt;
}

Task<Interpretation> Conversation::book(std::size_t errand, OfferedSlot slot) {
  Interpretation outcome = co_await ask_booking(errand, slot);
  co_return co_await book_until_settled(errand, std::move(slot), std::move(outcome));
}

// Asks again with new ids while the outcome is pending, a question has to be answered or no answer came at all.
Task<Interpretation> Conversation::book_until_settled(std::size_t errand, OfferedSlot slot, Interpretation outcome) {
  while (may_go_on()) {
    if (outcome.status == "need_info" && !outcome.question.empty() && questions_left_ > 0) {
      --questions_left_;
      answer_question(errand, outcome);
      if (!co_await pause(plan_.behaviour.think_ms)) break;
    } else if ((outcome.status == "pending" || outcome.status.empty()) && pending_asks_left_ > 0) {
      --pending_asks_left_;
      if (!co_await pause(plan_.behaviour.pending_wait_ms)) break;
      const bool changes = plan_.errands[errand].when_pending != WhenPending::ask_again && is_recognisable(errand);
      if (outcome.status == "pending" && changes && !states_[errand].changed_mind) {
        states_[errand].changed_mind = true;
        co_return co_await change_while_pending(errand, std::move(slot));
      }
      if (states_[errand].told < plan_.errands[errand].corrections.size()) ++states_[errand].told;
    } else {
      break;
    }
    outcome = co_await ask_booking(errand, slot);
  }
  co_return outcome;
}

// The caller does not wait for the first slot: another one, and perhaps the first again.
Task<Interpretation> Conversation::change_while_pending(std::size_t errand, OfferedSlot first) {
  const auto another = co_await find_another(errand);
  if (!another || !co_await pause(plan_.behaviour.think_ms)) co_return co_await book(errand, std::move(first));
  say(HistoryRow::Kind::user, "Then rather " + another->label);
  Interpretation outcome = co_await book(errand, *another);
  if (plan_.errands[errand].when_pending == WhenPending::take_another) co_return outcome;
  if (!may_go_on() || !co_await pause(plan_.behaviour.think_ms)) co_return outcome;
  say(HistoryRow::Kind::user, "No, " + first.label + " after all");
  co_return co_await book(errand, std::move(first));
}

// Whether the backend can know that it is the caller of before: the same number is shown and the same name said.
bool Conversation::is_recognisable(std::size_t errand) const {
  if (plan_.redial_of.empty()) return true;
  const auto named = memory_.named.find(errand);
  const bool same_name = named == memory_.named.end() || named->second == as_told_now(errand).full_name();
  return !proven_number(plan_.line).empty() && memory_.line == plan_.line && same_name;
}

// Whether the caller has this slot, or may have it as far as they know: an ask without an answer under the very same
// name would have been known again.
bool Conversation::may_have(std::size_t errand, const std::string& label) const {
  const auto heard = memory_.heard.find({errand, label});
  if (heard == memory_.heard.end()) return false;
  const bool was_named_otherwise = states_[errand].told > 0 || !plan_.redial_of.empty();
  return heard->second == "booked" || heard->second == "pending" || (heard->second.empty() && was_named_otherwise);
}

// Whether the caller has another slot of this errand, or may have it as far as they know.
bool Conversation::may_have_another(std::size_t errand, const std::string& label) const {
  return std::ranges::any_of(memory_.heard, [&](const auto& entry) {
    const auto& [slot, status] = entry;
    if (slot.first != errand || slot.second == label) return false;
    return status == "booked" || status == "pending" || status.empty();
  });
}

// Whether one of these times is one that the caller asked for on this errand.
bool Conversation::asked_for_any(std::size_t errand, const std::vector<OwnBooking>& times) const {
  return std::ranges::any_of(times, [&](const OwnBooking& time) {
    const std::string& service = plan_.errands[errand].wish.service;
    const bool is_other_service = !service.empty() && !time.service.empty() && time.service != service;
    return !is_other_service && memory_.heard.contains({errand, time.label});
  });
}

// By the truth of the plan; a model that forgets passes nothing the first time and is asked once more.
void Conversation::answer_question(std::size_t errand, const Interpretation& asked) {
  ErrandState& state = states_[errand];
  state.confirm.clear();
  if (plan_.behaviour.forget_confirm && !forgot_confirm_) {
    forgot_confirm_ = true;
    return;
  }
  if (asked.question == "same_or_another") {
    const bool is_their_own = !plan_.errands[errand].has_namesake && may_have(errand, state.slot->label);
    state.confirm = is_their_own ? "same" : "another";
  } else if (asked.question == "add_or_replace") {
    const bool instead = plan_.errands[errand].second_thought != SecondThought::add;
    const bool is_of_errand =
        asked.yours.empty() ? may_have_another(errand, state.slot->label) : asked_for_any(errand, asked.yours);
    state.confirm = instead && is_of_errand ? "replace" : "add";
  }
}

// Sends one booking, with what the behaviour adds to the first of a call, and returns what the caller heard.
Task<Interpretation> Conversation::ask_booking(std::size_t errand, OfferedSlot slot) {
  const bool is_first = !booked_before_;
  booked_before_ = true;
  std::vector<ToolRequest> requests;
  if (is_first && plan_.behaviour.two_tools_one_message && plan_.protocol == Protocol::tool_calls) {
    requests.push_back(make_check(errand));
  }
  requests.push_back(make_booking(errand, slot));
  const DeliveryPtr delivery = post(std::move(requests));
  if (!delivery) co_return Interpretation{};
  remember(errand, slot);
  if (is_first && plan_.behaviour.hang_up_after_book_ms) {
    leaves_at_ = runtime_.now() + milliseconds(*plan_.behaviour.hang_up_after_book_ms);
  }
  if (is_first && plan_.behaviour.late_duplicate_ms) deliveries_.spawn(deliver_late_duplicate(delivery));
  const std::size_t booking = delivery->requests.size() - 1;
  if (is_first && plan_.behaviour.repeat_book_concurrently) {
    const DeliveryPtr twin = post(delivery->requests, /*is_duplicate=*/true);
    std::vector<DeliveryPtr> both = {delivery};
    if (twin) both.push_back(twin);
    if (!co_await await_any(both)) co_return Interpretation{};
    const bool use_twin = twin && twin->done && (!delivery->done || delivery->answers[booking].status.empty());
    const DeliveryPtr& answered = use_twin ? twin : delivery;
    hear(*answered, booking);
    co_return answered->answers[booking];
  }
  std::vector<DeliveryPtr> waited = {delivery};
  if (!co_await await_any(std::move(waited))) co_return Interpretation{};
  hear(*delivery, booking);
  if (is_first && plan_.behaviour.repeat_book_same_id) {
    co_return co_await repeat_booking(delivery, booking);
  }
  co_return delivery->answers[booking];
}

// The same message once more. Vapi takes the first answer to an id, so the second is heard only when the first was
// lost.
Task<Interpretation> Conversation::repeat_booking(DeliveryPtr first, std::size_t booking) {
  const DeliveryPtr again = post(first->requests, /*is_duplicate=*/true);
  if (!again) co_return first->answers[booking];
  std::vector<DeliveryPtr> waited = {again};
  const bool stayed = co_await await_any(std::move(waited));
  if (!stayed || !first->answers[booking].status.empty()) co_return first->answers[booking];
  hear(*again, booking);
  co_return again->answers[booking];
}

Task<void> Conversation::deliver_late_duplicate(DeliveryPtr first) {
  co_await holdfast::net::sleep_for(runtime_.clock, milliseconds(*plan_.behaviour.late_duplicate_ms));
  post(first->requests, /*is_duplicate=*/true);
}

}  // namespace vapi_sim
