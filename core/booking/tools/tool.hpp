// Tool: something a voice model can ask the front desk to do. How to add one: core/booking/README.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/booking/availability.hpp"
#include "core/booking/bookings.hpp"
#include "core/booking/context.hpp"
#include "core/booking/tools/arguments.hpp"
#include "core/net/one_shot.hpp"
#include "core/vapi/messages.hpp"
#include "core/vapi/tool_definitions.hpp"

namespace holdfast::booking {

// What tools work with.
struct Desk {
  Context& context;
  Availability& availability;
  Bookings& bookings;
};

// Calls of one message are worked on side by side, but what they write down first happens in their order.
struct Turn {
  std::optional<net::OneShot<>> before;  // the call before this one has written; nullopt for the first
  net::OneShot<> mine;                   // set it once this call has written; the desk sets it at the end anyway
};

// The ids of the wishes that the calls before this one asked for in the same message. Shared by its calls.
using WishesBeside = std::shared_ptr<std::vector<std::string>>;

// One call of a tool.
struct ToolCall {
  std::string id;  // the transport's; empty when it does not tell this call from others
  Arguments arguments;
  vapi::Conversation conversation;
  WishesBeside beside;
  Turn turn;
  Instant deadline;

  // Offers and wishes belong to the conversation; without one, to the number that calls.
  std::string conversation_key() const;
};

// A tool is one object, made once per tenant. One loop.
class Tool {
 public:
  explicit Tool(Desk desk) : desk_(desk) {}
  virtual ~Tool() = default;

  // Name, arguments and descriptions: the schema that the model sees and the reader of its arguments come from this.
  virtual const vapi::ToolDefinition& definition() const = 0;
  // Does it; the reply is one of docs/tools.md. Never fails: what goes wrong is said in words.
  virtual net::Task<std::string> execute(ToolCall call) = 0;
  // The reply when the deadline came before the work was done: true in every case.
  virtual std::string late_reply() const = 0;

 protected:
  Desk desk_;
};

// The table: every tool, made for a tenant. And what each is to Vapi, for the assistant.
std::vector<std::unique_ptr<Tool>> make_tools(Desk desk);
std::vector<vapi::ToolDefinition> tool_definitions();

}  // namespace holdfast::booking
