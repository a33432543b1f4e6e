#include "core/booking/tool_arguments.hpp"

#include <algorithm>
#include <cctype>

#include "core/base/phone.hpp"
#include "core/booking/slot_code.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

// GHL takes 5,000 characters of a description; the marker needs some of them.
constexpr std::size_t notes_bytes_max = 4'500;

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// Cuts at a UTF-8 boundary.
std::string shortened(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

bool is_placeholder(std::string_view text) {
  const std::string folded = lower(text);
  return folded == "n/a" || folded == "none" || folded == "null" || folded == "unknown" || folded == "undefined";
}

std::unexpected<Question> ask(std::string say) {
  return std::unexpected(Question{std::move(say)});
}

std::expected<Service, Question> find_service(const Tenant& tenant, const std::string& wanted) {
  if (wanted.empty() && tenant.services.size() == 1) return tenant.services.front();
  const std::string folded = lower(wanted);
  for (const Service& service : tenant.services) {
    if (!folded.empty() && lower(service.name) == folded) return service;
  }
  std::vector<std::string> names;
  const Service* near = nullptr;
  int near_count = 0;
  for (const Service& service : tenant.services) {
    names.push_back(service.name);
    const std::string name = lower(service.name);
    if (!folded.empty() && (name.find(folded) != std::string::npos || folded.find(name) != std::string::npos)) {
      near = &service;
      ++near_count;
    }
  }
  if (near_count == 1) return *near;
  return ask("Which would you like to book: " + spoken_choices(names) + "?");
}

// An email as a model hears it: "jo at example dot com" too. Empty when it cannot be one.
std::string read_email(std::string_view spoken) {
  std::string text = lower(spoken);
  const auto replace_all = [&](std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  };
  replace_all(" at ", "@");
  replace_all(" dot ", ".");
  std::erase_if(
      text, [](char c) { return std::isspace(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) < 0x20; });
  const auto at = text.find('@');
  if (at == std::string::npos || at == 0 || text.find('@', at + 1) != std::string::npos) return "";
  const auto dot = text.find('.', at + 2);
  if (dot == std::string::npos || dot + 1 >= text.size() || text.size() > 254) return "";
  return text;
}

Person read_names(const Arguments& arguments) {
  Person person{arguments.text("first_name"), arguments.text("last_name"), "", ""};
  if (person.first_name.empty() && person.last_name.empty()) {
    const std::string name = arguments.text("name");
    const auto space = name.rfind(' ');
    person.first_name = trimmed(name.substr(0, space));
    if (space != std::string::npos) person.last_name = trimmed(name.substr(space + 1));
  }
  return person;
}

}  // namespace

std::string text_argument(const Json& arguments, std::string_view key, std::size_t bytes_max) {
  const Json* value = find_member(arguments, key);
  if (value == nullptr) return "";
  std::string text;
  if (value->is_string())
    text = value->get<std::string>();
  else if (value->is_number() || value->is_boolean())
    text = dump_json(*value);
  text = trimmed(text);
  return is_placeholder(text) ? "" : shortened(std::move(text), bytes_max);
}

std::string trusted_number(const Tenant& tenant, const vapi::Conversation& conversation, const Json& arguments) {
  // A forwarded call may show the business's own number, for everybody: that is nobody's line.
  const auto called = to_e164(conversation.called_number, tenant.region);
  const auto is_own = [&](const std::string& number) {
    return (called && number == *called) || std::ranges::find(tenant.own_numbers, number) != tenant.own_numbers.end();
  };
  if (const auto number = to_e164(conversation.caller_number, tenant.region)) return is_own(*number) ? "" : *number;
  for (const std::string& key : tenant.trusted_parameters) {
    const auto number = to_e164(text_argument(arguments, key), tenant.region);
    if (number && !is_own(*number)) return *number;
  }
  return "";
}

std::expected<CheckArguments, Question> understand_check(const Tenant& tenant, const Arguments& arguments,
                                                         Instant now) {
  auto service = find_service(tenant, arguments.text("service"));
  if (!service) return std::unexpected(service.error());
  CheckArguments understood;
  understood.service = std::move(*service);
  understood.zone = tenant.zone;
  if (const std::string zone_words = arguments.text("timezone"); !zone_words.empty()) {
    const auto zone = parse_zone_words(zone_words);
    if (!zone) return ask("Which time zone are you in? You can name a city, for example New York or Denver.");
    understood.zone = *zone;
  }
  const CivilDate today = date_in(understood.zone, now);
  const auto day = parse_day(arguments.text("date"), today, tenant.region);
  if (!day) return ask("Which day would you like? You can say a weekday or a date.");
  if (*day && **day < today) {
    return ask(spoken_date(**day) + " has already passed. Which day would you like instead?");
  }
  understood.day = *day;
  understood.time_of_day = parse_time_of_day(arguments.text("time_of_day"));
  return understood;
}

std::expected<BookArguments, Question> understand_booking(const Tenant& tenant, const vapi::Conversation& conversation,
                                                          const Arguments& arguments) {
  BookArguments understood;
  understood.slot_code = normalise_code(arguments.text("slot_code"));
  understood.notes = vapi::single_line(arguments.text("notes", notes_bytes_max));
  understood.person = read_names(arguments);
  const std::string spoken_email = arguments.text("email");
  understood.person.email = read_email(spoken_email);
  const std::string trusted = trusted_number(tenant, conversation, arguments.json());
  understood.person.phone = trusted;
  if (trusted.empty()) {
    if (const auto spoken = to_e164(arguments.text("phone"), tenant.region)) understood.person.phone = *spoken;
    if (std::ranges::find(tenant.own_numbers, understood.person.phone) != tenant.own_numbers.end()) {
      understood.person.phone.clear();
    }
  }
  if (understood.person.first_name.empty() && understood.person.last_name.empty()) {
    return ask("What name should I put the appointment under?");
  }
  if (!spoken_email.empty() && understood.person.email.empty()) {
    return ask("I did not get the email address. Could you spell it for me, or should I leave it out?");
  }
  if (understood.person.phone.empty() && understood.person.email.empty()) {
    return ask("What phone number can we reach you at?");
  }
  understood.line = trusted;
  understood.confirm = confirm_from(lower(arguments.text("confirm")));
  return understood;
}

}  // namespace holdfast::booking
