// The scripted assistant at work on one conversation: check, choose, book, confirm. The engine of place_call.
// script.cpp is what the assistant does, conversation.cpp the line and the caller's ear.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "core/net/task_group.hpp"
#include "vapi_sim/assistant/interpretation.hpp"
#include "vapi_sim/call.hpp"
#include "vapi_sim/wire/server_message.hpp"

namespace vapi_sim {

// One tool call that the assistant wants to make.
struct ToolRequest {
  std::size_t errand = 0;
  WireToolCall call;
  std::optional<OfferedSlot> slot;  // of a booking
  Persona said;
  std::string confirm;
};

// One message under way, with its redeliveries.
struct Delivery {
  std::vector<ToolRequest> requests;
  std::vector<std::size_t> exchanges;   // their places in the record
  std::vector<HistoryRow> history;      // the conversation when it was sent
  std::vector<Interpretation> answers;  // one per request once done
  int turn = 0;
  bool done = false;  // answered or given up
};

// Where one errand stands.
struct ErrandState {
  std::size_t told = 0;             // how many of its corrections were said
  std::string confirm;              // what the assistant passes on for the slot it asks for now
  std::vector<std::string> asked;   // labels of the slots asked for in this call, in order, each once
  std::optional<OfferedSlot> slot;  // asked for last
  bool changed_mind = false;        // took another slot while the first was pending
};

// One conversation. Used once, on one executor; must outlive run(), which ends only when nothing of it is under way.
class Conversation {
 public:
  // `memory` may be nullptr.
  Conversation(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend, CallPlan plan,
               CallerMemory* memory);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // The whole conversation.
  holdfast::net::Task<CallRecord> run();

 private:
  using DeliveryPtr = std::shared_ptr<Delivery>;
  using Outcome = holdfast::net::Task<Interpretation>;

  // The assistant's script. Each returns early when the caller is gone.
  holdfast::net::Task<void> converse();
  holdfast::net::Task<void> run_errand(std::size_t errand);
  holdfast::net::Task<void> run_together();
  holdfast::net::Task<void> pursue(std::size_t errand, Interpretation outcome);
  holdfast::net::Task<void> think_twice(std::size_t errand);
  holdfast::net::Task<std::optional<Interpretation>> find_slots(std::size_t errand);
  std::optional<OfferedSlot> choose(std::size_t errand, const Interpretation& offer);
  holdfast::net::Task<std::optional<OfferedSlot>> find_another(std::size_t errand);
  Outcome book(std::size_t errand, OfferedSlot slot);
  Outcome book_until_settled(std::size_t errand, OfferedSlot slot, Interpretation outcome);
  Outcome change_while_pending(std::size_t errand, OfferedSlot first);
  Outcome ask_booking(std::size_t errand, OfferedSlot slot);
  Outcome repeat_booking(DeliveryPtr first, std::size_t booking);
  holdfast::net::Task<void> deliver_late_duplicate(DeliveryPtr first);
  bool asked_for_any(std::size_t errand, const std::vector<OwnBooking>& times) const;
  void answer_question(std::size_t errand, const Interpretation& asked);
  bool is_recognisable(std::size_t errand) const;
  bool may_have(std::size_t errand, const std::string& label) const;
  bool may_have_another(std::size_t errand, const std::string& label) const;
  void settle_own(std::size_t errand, const std::string& status);
  bool may_go_on() const { return !exhausted_ && !gone(); }

  // The line. post() sends a message and comes back at once; nullptr when the bound of exchanges is reached.
  DeliveryPtr post(std::vector<ToolRequest> requests, bool is_duplicate = false);
  holdfast::net::Task<void> deliver(DeliveryPtr delivery);
  std::string render(const Delivery& delivery, int redelivery) const;
  void take_reply(Delivery& delivery, const holdfast::net::HttpResponse& response);
  // Waits until one of the deliveries has a readable answer to its last request or all are done; false when the caller
  // left first.
  holdfast::net::Task<bool> await_any(std::vector<DeliveryPtr> deliveries);
  // Waits as long as the caller stays; false when they left.
  holdfast::net::Task<bool> pause(std::int64_t duration_ms);
  holdfast::net::Task<void> send_event(std::string body);
  holdfast::net::HttpRequest make_request(std::string body) const;
  MessageContext context_now() const;

  // The caller's ear.
  bool gone() const;
  void hear(const Delivery& delivery, std::size_t request);
  void say(HistoryRow::Kind who, std::string text);

  const Persona& as_told_now(std::size_t errand) const;
  ToolRequest make_check(std::size_t errand);
  ToolRequest make_booking(std::size_t errand, const OfferedSlot& slot);
  void remember(std::size_t errand, const OfferedSlot& slot);
  std::string next_id();

  holdfast::net::Runtime runtime_;
  holdfast::net::HttpTransport& backend_;
  CallPlan plan_;
  CallerMemory own_memory_;
  CallerMemory& memory_;
  CallRecord record_;
  holdfast::net::TaskGroup deliveries_;
  std::unique_ptr<holdfast::net::Timer> news_;  // woken when a delivery is done; only the script waits on it
  holdfast::SplitMix64 ids_;
  std::vector<HistoryRow> history_;
  std::vector<ErrandState> states_;
  std::optional<holdfast::Instant> leaves_at_;  // when the caller hangs up
  std::string offer_timezone_;
  int turns_ = 0;
  int pending_asks_left_;
  int questions_left_ = 4;       // so that a backend that asks for ever ends the call
  bool booked_before_ = false;   // the first booking request has left
  bool forgot_confirm_ = false;  // the one time was used up
  bool exhausted_ = false;       // the bound of exchanges was reached
};

}  // namespace vapi_sim
