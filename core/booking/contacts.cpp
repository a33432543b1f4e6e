#include "core/booking/contacts.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "core/base/edit_distance.hpp"

namespace holdfast::booking {
namespace {

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

std::string_view last_word(std::string_view text) {
  const auto space = text.rfind(' ');
  return space == std::string_view::npos ? text : text.substr(space + 1);
}

net::Task<Result<ghl::Contact>> nobody() {
  co_return ghl::Contact{};
}

ghl::ContactDraft draft_of(const Person& person) {
  return {.first_name = person.first_name,
          .last_name = person.last_name,
          .email = person.email,
          .phone = person.phone,
          .timezone = "",
          .source = "phone assistant"};
}

}  // namespace

int name_fit(std::string_view heard, std::string_view on_file) {
  const std::string a = folded(heard).substr(0, 100);
  const std::string b = folded(on_file).substr(0, 100);
  if (a.empty() || b.empty()) return 0;
  if (a == b) return 2;
  if (last_word(a) == last_word(b) || edit_distance(a, b) <= 2) return 1;
  return a.substr(0, a.find(' ')) == b.substr(0, b.find(' ')) ? 1 : 0;
}

net::Task<Result<std::string>> ContactDesk::find(Person person, Instant deadline) {
  auto [by_phone, by_email] = co_await net::both(
      context_.runtime, person.phone.empty() ? nobody() : context_.client.find_contact_by_phone(person.phone, deadline),
      person.email.empty() ? nobody() : context_.client.find_contact_by_email(person.email, deadline));
  if (!by_phone) co_return fail(by_phone.error());
  if (!by_email) co_return fail(by_email.error());
  if (by_phone->id.empty()) co_return by_email->id;
  if (by_email->id.empty() || by_email->id == by_phone->id) co_return by_phone->id;
  const std::string heard = person.full_name();
  const int phone_fit = name_fit(heard, by_phone->first_name + " " + by_phone->last_name);
  const int email_fit = name_fit(heard, by_email->first_name + " " + by_email->last_name);
  co_return email_fit > phone_fit ? by_email->id : by_phone->id;
}

net::Task<Result<std::string>> ContactDesk::make(Person person, Instant deadline) {
  const auto made = co_await context_.client.upsert_contact(draft_of(person), deadline);
  if (made && !made->id.empty()) co_return made->id;
  // A refusal or a lost answer may hide a contact that was made (facts/ghl.md quirk 30): look before failing.
  const auto found = co_await find(std::move(person), deadline);
  if (found && !found->empty()) co_return found;
  if (!made) co_return fail(made.error());
  co_return fail(ErrorKind::transient, "GHL answered the contact upsert without an id; try again");
}

}  // namespace holdfast::booking
