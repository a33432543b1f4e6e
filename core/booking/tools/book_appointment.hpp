// book_appointment: books an offered slot, exactly once, and says how it stands.
#pragma once

#include "core/booking/tools/tool.hpp"

namespace holdfast::booking {

// Opens the wish in its turn, waits for it until the deadline, and tells how it stands (docs/tools.md).
class BookAppointment final : public Tool {
 public:
  using Tool::Tool;
  // What it is to the assistant.
  static vapi::ToolDefinition describe();

  const vapi::ToolDefinition& definition() const override;
  net::Task<std::string> execute(ToolCall call) override;
  std::string late_reply() const override;

 private:
  net::Task<std::string> tell(Standing standing, BookingRequest asked, ToolCall call);
  net::Task<std::string> tell_refused(Standing standing, BookingRequest asked, ToolCall call);
  net::Task<std::string> offer_others(std::string status, std::string say, BookingRequest asked, ToolCall call);
  net::Task<std::string> unknown_code(ToolCall call);
};

}  // namespace holdfast::booking
