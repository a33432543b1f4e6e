#include "core/booking/tools/book_appointment.hpp"
#include "core/booking/tools/check_availability.hpp"
#include "core/booking/tools/tool.hpp"

namespace holdfast::booking {

std::vector<std::unique_ptr<Tool>> make_tools(Desk desk) {
  std::vector<std::unique_ptr<Tool>> tools;
  tools.push_back(std::make_unique<CheckAvailability>(desk));
  tools.push_back(std::make_unique<BookAppointment>(desk));
  return tools;
}

std::vector<vapi::ToolDefinition> tool_definitions() {
  return {CheckAvailability::describe(), BookAppointment::describe()};
}

std::string ToolCall::conversation_key() const {
  if (!conversation.id.empty()) return conversation.id;
  return conversation.caller_number.empty() ? "anonymous" : "number:" + conversation.caller_number;
}

}  // namespace holdfast::booking
