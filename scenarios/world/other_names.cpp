#include "scenarios/world/other_names.hpp"

namespace scenarios {

namespace {

constexpr int letters = 26;
constexpr int shift = 11;

char other_letter(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>('a' + (c - 'a' + shift) % letters);
  if (c >= 'A' && c <= 'Z') return static_cast<char>('A' + (c - 'A' + shift) % letters);
  return c;
}

void rename(vapi_sim::Persona& said) {
  said.first_name = other_name(said.first_name);
  said.last_name = other_name(said.last_name);
  said.email = other_name(said.email);
}

}  // namespace

std::string other_name(std::string_view text) {
  std::string other(text);
  for (char& c : other) {
    if (c == '@') break;
    c = other_letter(c);
  }
  return other;
}

RunPlan with_other_names(RunPlan plan) {
  for (CallerPlan& caller : plan.callers) {
    for (auto& errand : caller.call.errands) {
      rename(errand.attendee);
      for (auto& correction : errand.corrections) rename(correction);
    }
  }
  for (std::size_t i = 0; i < plan.fixture.contacts.size(); ++i) {
    auto& fields = plan.fixture.contacts[i].fields;
    fields.first_name = other_name(fields.first_name);
    fields.last_name = other_name(fields.last_name);
    fields.email = fields.email.empty() ? "on.file" + std::to_string(i) + "@records.example" : other_name(fields.email);
    fields.company_name = "Quux and Daughters";
    fields.city = "Elsewhere";
  }
  for (PersonDeed& deed : plan.persons) deed.name = other_name(deed.name);
  return plan;
}

}  // namespace scenarios
