// check_availability: what can be booked, and what this caller already asked for.
#pragma once

#include "core/booking/tools/tool.hpp"

namespace holdfast::booking {

// Reads GHL's free slots and, beside them, how the caller's own wishes stand (docs/tools.md).
class CheckAvailability final : public Tool {
 public:
  using Tool::Tool;
  // What it is to the assistant.
  static vapi::ToolDefinition describe();

  const vapi::ToolDefinition& definition() const override;
  net::Task<std::string> execute(ToolCall call) override;
  std::string late_reply() const override;
};

}  // namespace holdfast::booking
