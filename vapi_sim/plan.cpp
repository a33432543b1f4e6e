#include "vapi_sim/plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vapi_sim {

std::string Persona::full_name() const {
  if (last_name.empty()) return first_name;
  return first_name.empty() ? last_name : first_name + " " + last_name;
}

std::string proven_number(const std::string& line) {
  // "ANONYMOUS", "RESTRICTED", "UNAVAILABLE", "UNKNOWN" and "PRIVATE" on a telephone's keys.
  static constexpr std::array<std::string_view, 5> stand_ins{"+266696687", "+7378742833", "+86282452253", "+8656696",
                                                             "+7748283"};
  if (line.size() < 9 || line.size() > 16 || line[0] != '+') return "";
  const bool digits = std::all_of(line.begin() + 1, line.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && std::ranges::find(stand_ins, line) == stand_ins.end() ? line : "";
}

const std::string& matter_of(const CallPlan& plan) {
  return plan.redial_of.empty() ? plan.call_id : plan.redial_of;
}

std::string person_of(const CallPlan& plan, std::size_t errand) {
  const Errand& wanted = plan.errands[errand];
  if (!wanted.person.empty()) return wanted.person;
  std::string from = proven_number(plan.line);
  if (from.empty()) from = wanted.attendee.phone;
  if (from.empty()) from = wanted.attendee.email;
  if (from.empty()) from = matter_of(plan);
  return wanted.attendee.full_name() + ", " + from;
}

}  // namespace vapi_sim
