#include "scenarios/check/people.hpp"

#include <algorithm>
#include <cctype>

namespace scenarios {

namespace {

void learn(PersonFact& person, const vapi_sim::Persona& said) {
  const std::string name = said.full_name();
  if (person.name.empty()) person.name = name;
  if (!name.empty()) person.names.insert(folded(name));
  if (!said.phone.empty()) person.phones.insert(said.phone);
  if (!said.email.empty()) person.emails.insert(folded(said.email));
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      out += static_cast<char>(std::tolower(byte));
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

People::People(const History& history) {
  for (const auto& call : history.calls) {
    const std::string line = vapi_sim::proven_number(call.plan.line);
    for (std::size_t i = 0; i < call.plan.errands.size(); ++i) {
      const auto& errand = call.plan.errands[i];
      PersonFact& person = people_[vapi_sim::person_of(call.plan, i)];
      person.id = vapi_sim::person_of(call.plan, i);
      learn(person, errand.attendee);
      for (const auto& correction : errand.corrections) learn(person, correction);
      if (!line.empty()) {
        person.phones.insert(line);
        person.lines.insert(line);
      }
      person.calls.insert(call.plan.call_id);
    }
  }
}

const PersonFact* People::find(std::string_view id) const {
  const auto it = people_.find(id);
  return it == people_.end() ? nullptr : &it->second;
}

bool is_contact_of(const ContactFact& contact, const PersonFact& person) {
  if (!person.names.contains(folded(contact.first_name + " " + contact.last_name))) return false;
  if (contact.phone.empty() && contact.email.empty()) return true;
  const auto is_phone = [&](const std::string& phone) { return person.phones.contains(phone); };
  const auto is_email = [&](const std::string& email) { return person.emails.contains(folded(email)); };
  return is_phone(contact.phone) || is_email(contact.email) || std::ranges::any_of(contact.merged_phones, is_phone) ||
         std::ranges::any_of(contact.merged_emails, is_email);
}

}  // namespace scenarios
