// The scripted assistant at work on one call: check, choose, book, confirm. The engine of place_call.
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

// One tool-calls message under way, with its redeliveries.
struct Delivery {
  std::vector<WireToolCall> calls;      // as on the wire, static parameters included
  std::vector<std::size_t> exchanges;   // their places in the record
  std::vector<HistoryRow> history;      // the conversation when it was sent
  std::vector<Interpretation> answers;  // one per call once done
  bool done = false;                    // answered or given up
};

// One call. Used once, on one executor; must outlive run(), which ends only when nothing of the call is under way.
class Conversation {
 public:
  Conversation(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend, CallPlan plan);
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // The whole call.
  holdfast::net::Task<CallRecord> run();

 private:
  using DeliveryPtr = std::shared_ptr<Delivery>;

  // The assistant's script. Each returns early when the caller is gone.
  holdfast::net::Task<void> converse();
  holdfast::net::Task<std::optional<Interpretation>> find_slots();
  holdfast::net::Task<Interpretation> book_until_settled(OfferedSlot slot);
  holdfast::net::Task<Interpretation> ask_booking(OfferedSlot slot);
  holdfast::net::Task<Interpretation> repeat_booking(DeliveryPtr first, OfferedSlot slot);

  // The line. post() sends a message and comes back at once; nullptr when the bound of exchanges is reached.
  DeliveryPtr post(std::vector<WireToolCall> calls, const OfferedSlot* slot);
  holdfast::net::Task<void> deliver(DeliveryPtr delivery);
  void take_reply(Delivery& delivery, const holdfast::net::HttpResponse& response);
  // Waits until one of the deliveries has a readable booking answer or all are done; false when the caller left first.
  holdfast::net::Task<bool> await_any(std::vector<DeliveryPtr> deliveries);
  // Waits as long as the caller stays; false when they left.
  holdfast::net::Task<bool> pause(std::int64_t duration_ms);
  holdfast::net::Task<void> send_event(std::string body);
  holdfast::net::HttpRequest make_request(std::string body) const;
  MessageContext context_now() const;

  // The caller's ear.
  bool gone() const;
  void hear(const Delivery& delivery, std::size_t call, const OfferedSlot* slot);
  void say(HistoryRow::Kind who, std::string text);

  WireToolCall make_check();
  WireToolCall make_booking(const OfferedSlot& slot);
  std::string next_id();

  holdfast::net::Runtime runtime_;
  holdfast::net::HttpTransport& backend_;
  CallPlan plan_;
  CallRecord record_;
  holdfast::net::TaskGroup deliveries_;
  std::unique_ptr<holdfast::net::Timer> news_;  // woken when a delivery is done; only the script waits on it
  holdfast::SplitMix64 ids_;
  std::vector<HistoryRow> history_;
  std::optional<holdfast::Instant> leaves_at_;  // when the caller hangs up
  std::string offer_timezone_;
  int pending_asks_left_;
  bool booked_before_ = false;  // the first booking request has left
  bool exhausted_ = false;      // the bound of exchanges was reached
};

}  // namespace vapi_sim
