// check_availability: what can be booked, and what this caller already asked for.
#pragma once

#include "core/booking/tools/tool.hpp"

namespace holdfast::booking {

class CheckAvailability final : public Tool {
 public:
  using Tool::Tool;
  static vapi::ToolDefinition describe();

  const vapi::ToolDefinition& definition() const override;
  net::Task<std::string> execute(ToolCall call) override;
  std::string late_reply() const override;
};

}  // namespace holdfast::booking
