#include "scenarios/check/disclosure.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "scenarios/check/order.hpp"

namespace scenarios {

namespace {

// Shorter ones are words of any sentence.
constexpr std::size_t word_letters_min = 3;
// A phone is known by its last digits, however its country is written.
constexpr std::size_t phone_digits = 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}

// The words of a text, folded.
std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> words;
  std::string word;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_word_byte(text[i])) {
      word += text[i];
      continue;
    }
    if (word.size() >= word_letters_min) words.insert(folded(word));
    word.clear();
  }
  return words;
}

// Every run of ten digits, whatever usually stands between the digits of a phone left out.
std::set<std::string> phones_in(std::string_view text) {
  std::set<std::string> phones;
  std::string digits;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '\0';
    if (is_digit(c)) {
      digits += c;
      if (digits.size() >= phone_digits) phones.insert(digits.substr(digits.size() - phone_digits));
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
      digits.clear();
    }
  }
  return phones;
}

// Words that hold an '@', without what quotes and ends them.
std::set<std::string> emails_in(std::string_view text) {
  constexpr std::string_view ends = " \"',;:<>()[]{}";
  std::set<std::string> emails;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::size_t before = text.find_last_of(ends, at);
    const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
    std::string email = folded(text.substr(begin, std::min(text.find_first_of(ends, at), text.size()) - begin));
    while (!email.empty() && email.back() == '.') email.pop_back();
    emails.insert(std::move(email));
  }
  return emails;
}

// What is known of somebody, in pieces that can be found in a text.
struct Data {
  std::set<std::string> words;
  std::set<std::string> phones;
  std::set<std::string> emails;

  void add_name(std::string_view name) { words.merge(words_of(name)); }
  void add_phone(std::string_view phone) { phones.merge(phones_in(phone)); }
  void add_email(std::string_view email) {
    if (!email.empty()) emails.insert(folded(email));
  }
  void add(const PersonFact& person) {
    for (const auto& name : person.names) add_name(name);
    for (const auto& phone : person.phones) add_phone(phone);
    for (const auto& email : person.emails) add_email(email);
  }
};

Data everybody(const History& history, const People& people) {
  Data data;
  for (const auto& [id, person] : people.all()) data.add(person);
  for (const auto& contact : history.contacts) {
    data.add_name(contact.first_name + " " + contact.last_name);
    data.add_phone(contact.phone);
    data.add_email(contact.email);
  }
  return data;
}

// What a caller said themselves: in this conversation, and for the same people over the same line.
Data own_data(const vapi_sim::CallRecord& call, const History& history, const People& people) {
  Data own;
  own.add_phone(call.plan.line);
  const std::string line = vapi_sim::proven_number(call.plan.line);
  for (std::size_t i = 0; i < call.plan.errands.size(); ++i) {
    const auto& errand = call.plan.errands[i];
    own.words.merge(words_of(errand.wish.service + " " + errand.wish.timezone));
    std::vector<vapi_sim::Persona> said{errand.attendee};
    said.insert(said.end(), errand.corrections.begin(), errand.corrections.end());
    for (const auto& persona : said) {
      own.add_name(persona.full_name());
      own.add_phone(persona.phone);
      own.add_email(persona.email);
    }
    const PersonFact* person = people.find(vapi_sim::person_of(call.plan, i));
    if (person != nullptr && !line.empty() && person->lines.contains(line)) own.add(*person);
  }
  // Services bear people's names too.
  for (const auto& calendar : history.calendars) own.words.merge(words_of(calendar.service));
  return own;
}

std::string first_foreign(const std::set<std::string>& said, const std::set<std::string>& own,
                          const std::set<std::string>& known) {
  for (const auto& piece : said) {
    if (known.contains(piece) && !own.contains(piece)) return piece;
  }
  return "";
}

void report(Findings& findings, const vapi_sim::CallRecord& call, const vapi_sim::Exchange& exchange,
            std::string sentence) {
  findings.violations.push_back(
      {"S11", std::move(sentence), exchange.answered_at.value_or(exchange.asked_at), {}, {call.plan.call_id}});
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  if (from.empty() || from == to) return text;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The caller's own data in a reply as it is in the second run. Longer pieces first: a name may hold another.
std::string with_own_renamed(std::string text, const vapi_sim::CallPlan& plan, const Renaming& renamed) {
  std::set<std::string> own;
  for (const auto& errand : plan.errands) {
    std::vector<vapi_sim::Persona> said{errand.attendee};
    said.insert(said.end(), errand.corrections.begin(), errand.corrections.end());
    for (const auto& persona : said) own.insert({persona.first_name, persona.last_name, persona.email});
  }
  std::vector<std::string> pieces(own.begin(), own.end());
  sort_stably(pieces, [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  // Through marks, so that what was renamed is not renamed again.
  for (std::size_t i = 0; i < pieces.size(); ++i) text = replaced(text, pieces[i], "\x01" + std::to_string(i) + "\x02");
  for (std::size_t i = 0; i < pieces.size(); ++i)
    text = replaced(text, "\x01" + std::to_string(i) + "\x02", renamed(pieces[i]));
  return text;
}

void compare_call(const vapi_sim::CallRecord& first, const vapi_sim::CallRecord& second, const Renaming& renamed,
                  Findings& findings) {
  const std::size_t both = std::min(first.exchanges.size(), second.exchanges.size());
  for (std::size_t i = 0; i < both; ++i) {
    const auto& exchange = first.exchanges[i];
    const std::string expected = with_own_renamed(exchange.raw, first.plan, renamed);
    if (expected == second.exchanges[i].raw) continue;
    report(findings, first, exchange,
           "Call " + first.plan.call_id + " heard something else when other people had other names and e-mails: " +
               expected + " became " + second.exchanges[i].raw);
    return;
  }
  if (first.exchanges.size() == second.exchanges.size()) return;
  findings.violations.push_back({"S11",
                                 "Call " + first.plan.call_id +
                                     " went on differently when other people had other names and e-mails: " +
                                     std::to_string(first.exchanges.size()) + " tool calls became " +
                                     std::to_string(second.exchanges.size()) + ".",
                                 first.ended_at,
                                 {},
                                 {first.plan.call_id}});
}

// Slot codes are drawn letters, and now and then they are somebody's name.
std::string without_codes(std::string raw) {
  constexpr std::string_view member = "\"code\":\"";
  for (auto at = raw.find(member); at != std::string::npos; at = raw.find(member, at + 1)) {
    const auto begin = at + member.size();
    const auto end = std::min(raw.find('"', begin), raw.size());
    raw.erase(begin, end - begin);
  }
  return raw;
}

}  // namespace

void check_replies_disclose_nothing(const History& history, const People& people, Findings& findings) {
  const Data known = everybody(history, people);
  for (const auto& call : history.calls) {
    const Data own = own_data(call, history, people);
    for (const auto& exchange : call.exchanges) {
      std::string piece = first_foreign(words_of(without_codes(exchange.raw)), own.words, known.words);
      if (piece.empty()) piece = first_foreign(phones_in(exchange.raw), own.phones, known.phones);
      if (piece.empty()) piece = first_foreign(emails_in(exchange.raw), own.emails, known.emails);
      if (piece.empty()) continue;
      report(findings, call, exchange,
             "A reply to call " + call.plan.call_id + " holds \"" + piece +
                 "\", which this caller never said: " + exchange.raw);
      break;
    }
  }
}

Findings compare_replies(const History& first, const History& second, const Renaming& renamed) {
  Findings findings;
  std::map<std::string, const vapi_sim::CallRecord*> calls;
  for (const auto& call : second.calls) calls[call.plan.call_id] = &call;
  for (const auto& call : first.calls) {
    const auto other = calls.find(call.plan.call_id);
    if (other != calls.end()) compare_call(call, *other->second, renamed, findings);
  }
  return findings;
}

}  // namespace scenarios
