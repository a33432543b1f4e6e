#include "core/booking/identity.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/edit_distance.hpp"
#include "core/base/folded.hpp"

namespace holdfast::booking {
namespace {

using ledger::Intent;
using ledger::IntentState;
using ledger::Opening;

using Words = std::vector<std::u32string>;

// A caller who calls again within this time may not have heard how the first call ended.
constexpr Duration call_back_window = minutes(30);
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t chance_bytes_min = 8;
constexpr std::size_t chance_letters_min = 20;
constexpr std::string_view name_prefix = "name:";
constexpr std::string_view look_prefix = "look:";
constexpr std::string_view know_prefix = "know:";

constexpr std::array<std::pair<IdentityQuestion, std::string_view>, 3> question_names{{
    {IdentityQuestion::none, ""},
    {IdentityQuestion::same_or_another, "same_or_another"},
    {IdentityQuestion::add_or_replace, "add_or_replace"},
}};

constexpr std::array<std::pair<Confirm, std::string_view>, 5> confirm_names{{
    {Confirm::none, ""},
    {Confirm::same, "same"},
    {Confirm::another, "another"},
    {Confirm::add, "add"},
    {Confirm::replace, "replace"},
}};

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'\u2019' || c == U'\u02bc' || c == U'`';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A run of letters and digits that nobody would write: with digits among the letters, of many digits, or of letters
// without end. Not a word with a number behind it.
bool is_made_by_chance(std::string_view run) {
  if (run.size() < chance_bytes_min) return false;
  std::string_view word = run;
  while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
  if (word.size() >= chance_letters_min || run.size() - word.size() >= chance_bytes_min) return true;
  return std::ranges::any_of(word, is_digit);
}

Words words_of(std::string_view name) {
  Words words;
  std::u32string word;
  for (const char32_t c : folded(name.substr(0, name_bytes_max))) {
    if (is_word_character(c)) {
      word += c;
    } else if (!is_apostrophe(c) && c != U'.' && !word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

// "Jr" and the like, which tell the people of one name apart; taken out of the words.
std::u32string take_generation(Words& words) {
  static constexpr std::array<std::pair<std::u32string_view, std::u32string_view>, 8> generations{{{U"jr", U"jr"},
                                                                                                   {U"junior", U"jr"},
                                                                                                   {U"sr", U"sr"},
                                                                                                   {U"senior", U"sr"},
                                                                                                   {U"ii", U"ii"},
                                                                                                   {U"2nd", U"ii"},
                                                                                                   {U"iii", U"iii"},
                                                                                                   {U"3rd", U"iii"}}};
  for (auto word = words.begin(); words.size() > 1 && word != words.end(); ++word) {
    const auto known = std::ranges::find(generations, *word, [](const auto& pair) { return pair.first; });
    if (known == generations.end()) continue;
    words.erase(word);
    return std::u32string(known->second);
  }
  return {};
}

bool has_word(const Words& words, const std::u32string& word) {
  return std::ranges::find(words, word) != words.end();
}

// A word that sounds alike: one letter changed in a short one, two in one of seven letters and more. "Jonas" and
// "Tomas" are two names.
bool is_near(const std::u32string& one, const std::u32string& other) {
  const std::size_t shorter = std::min(one.size(), other.size());
  if (shorter < 2) return one.front() == other.front();
  return edit_distance(one, other) <= (shorter <= 6 ? 1U : 2U);
}

bool all_in(const Words& some, const Words& all) {
  return std::ranges::all_of(some, [&](const std::u32string& word) { return has_word(all, word); });
}

bool all_near(const Words& some, const Words& all) {
  return std::ranges::all_of(some, [&](const std::u32string& word) {
    return std::ranges::any_of(all, [&](const std::u32string& other) { return is_near(word, other); });
  });
}

// A candidate with its request read.
struct Candidate {
  const Intent* intent = nullptr;
  BookingRequest request;
  Fit fit = Fit::other;

  bool has_link(const std::string& link) const {
    return !link.empty() && std::ranges::find(intent->links, link) != intent->links.end();
  }
  // Still there, or on its way to be there.
  bool is_live() const { return intent->state != IntentState::refused && !intent->withdrawn; }
  bool is_booked() const { return intent->state == IntentState::booked; }
};

// By the name it was asked for under, or another that its caller said is the same person's.
Fit fit_of(const Intent& intent, const BookingRequest& request, const std::string& name) {
  Fit best = fit(request.person.full_name(), name);
  for (const std::string& link : intent.links) {
    if (link.starts_with(name_prefix)) best = std::min(best, fit(link.substr(name_prefix.size()), name));
  }
  return best;
}

bool said(const Asked& asked, Confirm answer) {
  return asked.confirm == answer || asked.earlier == answer;
}

std::vector<Candidate> read(const Asked& asked, const std::vector<Intent>& intents) {
  std::vector<Candidate> candidates;
  for (const Intent& intent : intents) {
    auto request = decode_request(intent.request);
    if (!request) continue;
    const Fit fits = fit_of(intent, *request, asked.request.person.full_name());
    candidates.push_back({&intent, std::move(*request), fits});
  }
  return candidates;
}

bool is_exactly(const BookingRequest& one, const BookingRequest& other) {
  return words_of(one.person.full_name()) == words_of(other.person.full_name());
}

bool is_same_slot(const BookingRequest& wish, const BookingRequest& known) {
  return wish.calendar_id == known.calendar_id && (wish.start == known.start || wish.start == known.asked_start);
}

bool shares_identifier(const BookingRequest& one, const BookingRequest& other) {
  const std::array<const std::string*, 2> numbers{&other.line, &other.person.phone};
  const auto is_of_other = [&](const std::string& number) {
    return !number.empty() && std::ranges::any_of(numbers, [&](const std::string* known) { return *known == number; });
  };
  return is_of_other(one.line) || is_of_other(one.person.phone) ||
         (!one.person.email.empty() && one.person.email == other.person.email);
}

bool is_beside(const Asked& asked, const Candidate& candidate) {
  return std::ranges::find(asked.beside, candidate.intent->id) != asked.beside.end();
}

bool is_same_conversation(const Asked& asked, const Candidate& candidate) {
  if (asked.request.conversation.empty()) return false;
  if (asked.request.conversation == candidate.request.conversation) return true;
  // Asked for in this conversation too: by somebody trusted, not by one who only named their number.
  const bool same_line = !asked.request.line.empty() && asked.request.line == candidate.request.line;
  return same_line && candidate.has_link(conversation_link(asked.request.conversation));
}

// What a stop of the daemon interrupted nobody was told: a repeat of the call asks for it anew, unless the caller has
// long asked for it anew, or instead: then a late second delivery must not bring it back.
bool is_open_again(const Candidate& candidate, const std::vector<Candidate>& candidates) {
  if (candidate.intent->state != IntentState::refused) return false;
  if (decode_refusal(candidate.intent->outcome).reason != RefusalReason::interrupted) return false;
  return std::ranges::none_of(candidates, [&](const Candidate& other) {
    const bool same_conversation =
        !candidate.request.conversation.empty() && other.request.conversation == candidate.request.conversation;
    return same_conversation && other.fit == Fit::same && other.intent->wanted > candidate.intent->wanted;
  });
}

Opening found(const Candidate& candidate, bool want) {
  return {.kind = Opening::Kind::found, .found_id = candidate.intent->id, .group = "", .want = want, .reason = ""};
}

// `about` is the wish that the question is about, if it is about one.
Opening question(IdentityQuestion asked, const Candidate* about = nullptr) {
  return {.kind = Opening::Kind::none,
          .found_id = about == nullptr ? "" : about->intent->id,
          .group = "",
          .want = false,
          .reason = std::string(to_string(asked))};
}

Opening find_out(std::string_view prefix, const Intent& intent) {
  return {.kind = Opening::Kind::none,
          .found_id = "",
          .group = "",
          .want = false,
          .reason = std::string(prefix) + intent.id};
}

std::string_view without(std::string_view prefix, std::string_view reason) {
  return reason.starts_with(prefix) ? reason.substr(prefix.size()) : std::string_view();
}

Opening open_in(std::string group) {
  return {.kind = Opening::Kind::open, .found_id = "", .group = std::move(group), .want = true, .reason = ""};
}

// The wish for the same slot that this person made in this conversation after another one was refused.
const Candidate* asked_for_anew(const Candidate& refused, const std::vector<Candidate>& candidates) {
  if (refused.intent->state != IntentState::refused || refused.request.conversation.empty()) return nullptr;
  const auto anew = std::ranges::find_if(candidates, [&](const Candidate& other) {
    return other.is_live() && other.fit == Fit::same && other.request.conversation == refused.request.conversation &&
           other.request.service == refused.request.service && is_same_slot(refused.request, other.request);
  });
  return anew == candidates.end() ? nullptr : &*anew;
}

// R1. What is told is how the slot stands now, also where the call itself was refused and another has it since.
const Candidate* same_call(const Asked& asked, const std::vector<Candidate>& candidates) {
  if (may_be_reused(asked.call_link)) return nullptr;
  for (auto it = candidates.rbegin(); it != candidates.rend(); ++it) {
    if (!it->has_link(asked.call_link) || it->fit != Fit::same) continue;
    if (asked.confirm == Confirm::another && !is_exactly(it->request, asked.request)) continue;
    if (is_same_slot(asked.request, it->request) && asked.request.service == it->request.service) {
      if (const Candidate* anew = asked_for_anew(*it, candidates)) return anew;
      return is_open_again(*it, candidates) ? nullptr : &*it;
    }
  }
  return nullptr;
}

const Candidate* latest_wanted(const std::vector<const Candidate*>& some) {
  const auto latest =
      std::ranges::max_element(some, {}, [](const Candidate* candidate) { return candidate->intent->wanted; });
  return latest == some.end() ? nullptr : *latest;
}

// Whether somebody of exactly this name asked for this slot before in this conversation, and was another person then
// than whoever has it.
bool was_told_apart(const Asked& asked, const std::vector<Candidate>& candidates) {
  const Words name = words_of(asked.request.person.full_name());
  return std::ranges::any_of(candidates, [&](const Candidate& candidate) {
    return is_same_slot(asked.request, candidate.request) && is_same_conversation(asked, candidate) &&
           words_of(candidate.request.person.full_name()) == name;
  });
}

// R2, R3 and R5: the wishes for this slot that this person may have made. nullopt: there is none.
std::optional<Opening> same_slot(const Asked& asked, const std::vector<Candidate>& candidates) {
  std::vector<const Candidate*> same;
  std::vector<const Candidate*> unclear;
  std::vector<const Candidate*> exact;
  const Words name = words_of(asked.request.person.full_name());
  const bool told_apart = was_told_apart(asked, candidates);
  for (const Candidate& candidate : candidates) {
    if (!candidate.is_live() || !is_same_slot(asked.request, candidate.request)) continue;
    if (asked.request.service != candidate.request.service) continue;
    if (!is_same_conversation(asked, candidate) && !shares_identifier(asked.request, candidate.request)) continue;
    // The calls of one message are meant beside each other: two names are two people.
    if (is_beside(asked, candidate) && words_of(candidate.request.person.full_name()) != name) continue;
    if (candidate.fit == Fit::same) same.push_back(&candidate);
    const bool is_another = told_apart && asked.confirm != Confirm::same && !is_same_conversation(asked, candidate);
    if (candidate.fit == Fit::unclear && !is_another) unclear.push_back(&candidate);
    if (words_of(candidate.request.person.full_name()) == name) exact.push_back(&candidate);
  }
  if (!exact.empty()) return found(*latest_wanted(exact), true);
  if (same.size() == 1 && !said(asked, Confirm::another)) return found(*same.front(), true);
  std::vector<const Candidate*> possible = same;
  possible.insert(possible.end(), unclear.begin(), unclear.end());
  if (possible.empty() || said(asked, Confirm::another)) return std::nullopt;
  if (said(asked, Confirm::same)) return found(*latest_wanted(possible), true);
  if (!asked.asked_before) return question(IdentityQuestion::same_or_another);
  // Asked, and no answer came: within one conversation a name was most likely heard anew; a stranger's wish is not
  // touched.
  std::erase_if(possible, [&](const Candidate* candidate) { return !is_same_conversation(asked, *candidate); });
  if (possible.empty()) return std::nullopt;
  return found(*latest_wanted(possible), true);
}

// The wish for this slot that a person cancelled in GHL, of which this caller has not heard. nullopt: there is none.
std::optional<Opening> cancelled_slot(const Asked& asked, const std::vector<Candidate>& candidates) {
  if (asked.knows_of_cancel.value_or(false)) return std::nullopt;
  for (auto it = candidates.rbegin(); it != candidates.rend(); ++it) {
    if (!was_cancelled_by_person(*it->intent) || it->fit != Fit::same || !is_same_slot(asked.request, it->request)) {
      continue;
    }
    if (asked.request.service != it->request.service || !is_same_conversation(asked, *it)) continue;
    return asked.knows_of_cancel ? found(*it, false) : find_out(know_prefix, *it->intent);
  }
  return std::nullopt;
}

// A time that has not passed. The calls of one message are bookings beside each other.
bool may_count(const Asked& asked, const Candidate& candidate) {
  return candidate.request.end > asked.wall_now && !is_beside(asked, candidate);
}

// A wish for another time that still counts.
bool is_other_time(const Asked& asked, const Candidate& candidate) {
  const bool is_anothers = is_same_slot(asked.request, candidate.request) && said(asked, Confirm::another);
  return candidate.is_live() && may_count(asked, candidate) && !is_anothers;
}

// In this conversation, or from the same line a moment ago.
bool is_of_attendee(const Asked& asked, const Candidate& candidate) {
  if (candidate.fit != Fit::same) return false;
  if (is_same_conversation(asked, candidate)) return true;
  const std::string& line = asked.request.line;
  const bool same_line = !line.empty() && (line == candidate.request.line || line == candidate.request.person.phone);
  return same_line && asked.now - candidate.intent->created_at < call_back_window;
}

// A time that a person cancelled in GHL, and perhaps restored since.
bool has_to_be_looked_at(const Asked& asked, const Candidate& candidate) {
  const bool is_theirs = is_of_attendee(asked, candidate) ||
                         (candidate.fit == Fit::same && is_same_slot(asked.request, candidate.request) &&
                          shares_identifier(asked.request, candidate.request));
  return was_cancelled_by_person(*candidate.intent) && is_theirs && may_count(asked, candidate) &&
         std::ranges::find(asked.looked_at, candidate.intent->id) == asked.looked_at.end();
}

// The attendee of another time of this conversation is perhaps this one: without a word it is neither given up nor
// doubled. `latest` is null where there is none.
Opening beside_unclear(const Asked& asked, const Candidate* latest) {
  if (latest == nullptr || asked.asked_before) return open_in("");
  if (said(asked, Confirm::replace)) return open_in(latest->intent->group);
  if (said(asked, Confirm::add) || said(asked, Confirm::another)) return open_in("");
  return question(IdentityQuestion::add_or_replace, latest);
}

// A wish that is there already as one more is now wanted instead of another: it leaves its own group for that one's.
Opening instead_of_other(const Asked& asked, const std::vector<Candidate>& candidates, Opening found) {
  if (!said(asked, Confirm::replace) || found.kind != Opening::Kind::found) return found;
  const auto is_it = [&](const Candidate& candidate) { return candidate.intent->id == found.found_id; };
  const std::string& group = std::ranges::find_if(candidates, is_it)->intent->group;
  std::vector<const Candidate*> others;
  for (const Candidate& candidate : candidates) {
    if (is_it(candidate)) continue;
    // It stands instead of one already.
    if (candidate.intent->group == group && candidate.request.was_booked) return found;
    if (is_of_attendee(asked, candidate) && is_other_time(asked, candidate)) others.push_back(&candidate);
  }
  if (const Candidate* latest = latest_wanted(others)) found.group = latest->intent->group;
  return found;
}

// A spelling that was taken for the person's is theirs from then on.
Opening with_spelling(const Asked& asked, const std::vector<Candidate>& candidates, Opening found) {
  if (found.kind != Opening::Kind::found) return found;
  const auto it = std::ranges::find(candidates, found.found_id, [](const Candidate& c) { return c.intent->id; });
  if (it->fit == Fit::unclear || said(asked, Confirm::same))
    found.links.push_back(std::string(name_prefix) + asked.request.person.full_name());
  return found;
}

}  // namespace

Fit fit(std::string_view one, std::string_view other) {
  Words a = words_of(one);
  Words b = words_of(other);
  if (a.empty() || b.empty()) return Fit::same;
  const bool same_generation = take_generation(a) == take_generation(b);
  if (all_in(a, b) || all_in(b, a)) return same_generation ? Fit::same : Fit::unclear;
  return all_near(a, b) || all_near(b, a) ? Fit::unclear : Fit::other;
}

Confirm confirm_from(std::string_view word) {
  const auto known = std::ranges::find(confirm_names, word, [](const auto& pair) { return pair.second; });
  return known == confirm_names.end() ? Confirm::none : known->first;
}

std::string_view to_string(Confirm confirm) {
  return std::ranges::find(confirm_names, confirm, [](const auto& pair) { return pair.first; })->second;
}

std::string_view to_string(IdentityQuestion question) {
  for (const auto& [value, name] : question_names) {
    if (value == question) return name;
  }
  return "";
}

IdentityQuestion identity_question_from(std::string_view name) {
  for (const auto& [value, known] : question_names) {
    if (known == name) return value;
  }
  return IdentityQuestion::none;
}

bool may_be_reused(std::string_view call_link) {
  const std::string_view id = call_link.substr(call_link.find('/') + 1);
  for (std::size_t at = 0; at < id.size();) {
    const std::size_t end =
        static_cast<std::size_t>(std::find_if_not(id.begin() + at, id.end(), is_letter_or_digit) - id.begin());
    if (is_made_by_chance(id.substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

std::string call_link(std::string_view conversation, std::string_view call_id) {
  if (conversation.empty() || call_id.empty()) return "";
  return "call:" + std::string(conversation) + "/" + std::string(call_id);
}

std::string conversation_link(std::string_view conversation) {
  return "conversation:" + std::string(conversation);
}

std::string number_link(std::string_view number) {
  return "number:" + std::string(number);
}

std::string slot_link(std::string_view calendar_id, Instant start) {
  return "slot:" + std::string(calendar_id) + "|" + std::to_string(to_epoch_ms(start));
}

std::string appointment_link(std::string_view appointment_id) {
  return "appointment:" + std::string(appointment_id);
}

std::vector<std::string> candidates_of(const Asked& asked) {
  std::vector<std::string> links{slot_link(asked.request.calendar_id, asked.request.start)};
  if (!asked.call_link.empty()) links.push_back(asked.call_link);
  if (!asked.request.conversation.empty()) links.push_back(conversation_link(asked.request.conversation));
  if (!asked.request.line.empty()) links.push_back(number_link(asked.request.line));
  return links;
}

std::vector<std::string> links_of(const Asked& asked) {
  std::vector<std::string> links = candidates_of(asked);
  // Who was hidden and named a number is found when that number calls.
  const std::string& spoken = asked.request.person.phone;
  if (!spoken.empty() && spoken != asked.request.line) links.push_back(number_link(spoken));
  return links;
}

ledger::Opening judge_wish(const Asked& asked, const std::vector<Intent>& intents) {
  const std::vector<Candidate> candidates = read(asked, intents);
  const Candidate* repeated = same_call(asked, candidates);
  std::optional<Opening> known = repeated != nullptr ? found(*repeated, false) : same_slot(asked, candidates);
  if (known) return instead_of_other(asked, candidates, with_spelling(asked, candidates, std::move(*known)));
  if (const auto opening = cancelled_slot(asked, candidates)) return *opening;
  if (!asked.may_open) return question(IdentityQuestion::none);
  const auto unseen = std::ranges::find_if(
      candidates, [&](const Candidate& candidate) { return has_to_be_looked_at(asked, candidate); });
  if (unseen != candidates.end()) return find_out(look_prefix, *unseen->intent);

  std::vector<const Candidate*> other_times;
  std::vector<const Candidate*> unclear_times;  // of somebody whose name was perhaps heard otherwise
  for (const Candidate& candidate : candidates) {
    if (is_of_attendee(asked, candidate) && is_other_time(asked, candidate)) other_times.push_back(&candidate);
    const bool is_unclear = candidate.fit == Fit::unclear && is_same_conversation(asked, candidate);
    if (is_unclear && is_other_time(asked, candidate)) unclear_times.push_back(&candidate);
  }
  const Candidate* latest = latest_wanted(other_times);
  if (latest == nullptr) return beside_unclear(asked, latest_wanted(unclear_times));
  // Nobody was told that it is booked: the later wish is the one that counts.
  if (!latest->is_booked()) return open_in(latest->intent->group);
  if (said(asked, Confirm::replace)) return open_in(latest->intent->group);
  if (said(asked, Confirm::add) || asked.asked_before) return open_in("");
  return question(IdentityQuestion::add_or_replace, latest);
}

bool was_cancelled_by_person(const Intent& intent) {
  return intent.state == IntentState::refused && !intent.appointment_id.empty() &&
         decode_refusal(intent.outcome).reason == RefusalReason::cancelled;
}

std::string_view intent_to_look_at(std::string_view reason) {
  return without(look_prefix, reason);
}

std::string_view intent_to_know_of(std::string_view reason) {
  return without(know_prefix, reason);
}

bool may_be_told(const Asked& asked, const Intent& intent) {
  const auto known = decode_request(intent.request);
  if (!known) return false;
  const bool same_conversation =
      !asked.request.conversation.empty() && known->conversation == asked.request.conversation;
  return same_conversation || (!asked.request.line.empty() && asked.request.line == known->line);
}

}  // namespace holdfast::booking
