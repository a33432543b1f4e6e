#include "vapi_sim/wire/reply_lint.hpp"

#include <algorithm>
#include <set>

#include "core/base/json.hpp"

namespace vapi_sim {
namespace {

using holdfast::Json;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A run of nine digits or more is an epoch or an id; a phone number would be spoken in groups.
constexpr std::size_t digits_max = 8;
// GHL's ids have 20 to 24 characters, UUIDs 36.
constexpr std::size_t id_length_min = 15;

// "2026-08-27" at `place`.
bool is_iso_date_at(std::string_view text, std::size_t place) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (text.size() - place < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd' ? !is_digit(text[place + i]) : text[place + i] != '-') return false;
  }
  return true;
}

// True when a word looks like an identifier: long, and letters mixed with digits.
bool is_id_like(std::string_view word) {
  return word.size() >= id_length_min && std::any_of(word.begin(), word.end(), is_digit) &&
         std::any_of(word.begin(), word.end(), is_letter);
}

bool has_line_break_or_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// True when `say` reads one of the slots' codes aloud.
bool says_a_code(const std::string& say, const Json& result) {
  const Json* slots = holdfast::find_member(result, "slots");
  if (slots == nullptr || !slots->is_array()) return false;
  for (const Json& slot : *slots) {
    const auto code = holdfast::string_member(slot, "code");
    if (code && code->size() >= 3 && say.find(*code) != std::string::npos) return true;
  }
  return false;
}

// Checks one result text and adds the rules it breaks.
void lint_text(const ReplyEntry& entry, std::set<std::string_view>& broken) {
  if (has_line_break_or_control(entry.text)) broken.insert("VAPI-single-line");
  if (entry.text.size() > result_bytes_max) broken.insert("VAPI-size");
  if (entry.is_error) return;  // words for the model
  const Json result = Json::parse(entry.text, nullptr, /*allow_exceptions=*/false);
  if (result.is_discarded()) {  // plain text is what the model will read out
    if (!is_speakable(entry.text)) broken.insert("VAPI-speakable");
    return;
  }
  if (const auto say = holdfast::string_member(result, "say")) {
    if (!is_speakable(*say) || says_a_code(*say, result)) broken.insert("VAPI-speakable");
  }
}

// Reads one entry of `results` and adds the rules it breaks.
ReplyEntry read_entry(const Json& json, std::set<std::string_view>& broken) {
  const Json* result = holdfast::find_member(json, "result");
  const Json* error = holdfast::find_member(json, "error");
  ReplyEntry entry;
  if ((result == nullptr) == (error == nullptr)) broken.insert("VAPI-string");
  const Json* told = result != nullptr ? result : error;
  if (told == nullptr) return entry;
  entry.present = true;
  entry.is_error = told == error;
  if (told->is_string()) {
    entry.text = told->get<std::string>();
  } else {
    broken.insert("VAPI-string");
    entry.text = holdfast::dump_json(*told);
  }
  lint_text(entry, broken);
  return entry;
}

void read_results(const Json& results, const std::vector<std::string>& ids, Reply& reply,
                  std::set<std::string_view>& broken) {
  if (results.size() != ids.size()) broken.insert("VAPI-ids");
  std::vector<bool> answered(ids.size(), false);
  for (std::size_t i = 0; i < results.size(); ++i) {
    const auto id = holdfast::string_member(results[i], "toolCallId");
    if (!id || i >= ids.size() || *id != ids[i]) broken.insert("VAPI-ids");
    const ReplyEntry entry = read_entry(results[i], broken);
    if (!id) continue;
    for (std::size_t k = 0; k < ids.size(); ++k) {
      if (ids[k] != *id || answered[k]) continue;
      answered[k] = true;
      reply.entries[k] = entry;
      break;
    }
  }
}

void list_broken(const std::set<std::string_view>& broken, Reply& reply) {
  for (const ReplyRule& rule : reply_rules()) {
    if (broken.contains(rule.id)) reply.lint.emplace_back(rule.id);
  }
}

bool is_2xx(const holdfast::net::HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

}  // namespace

const std::vector<ReplyRule>& reply_rules() {
  static const std::vector<ReplyRule> rules = {
      {"VAPI-http-200", "the status must be 200; Vapi ignores the body of any other reply"},
      {"VAPI-content-type", "the reply must be declared as application/json"},
      {"VAPI-results", "the body must be a JSON object with an array called results"},
      {"VAPI-ids", "results must hold exactly one entry per tool call id, ids verbatim, in the order asked"},
      {"VAPI-string", "each entry must hold exactly one of result and error, and it must be a string"},
      {"VAPI-single-line", "a result must be one line without control characters"},
      {"VAPI-size", "a result must not be longer than 2000 bytes: the model carries it through the whole call"},
      {"VAPI-speakable", "what is read aloud must hold no ISO times, epochs, ids, codes, URLs or JSON"},
  };
  return rules;
}

std::string_view explain_rule(std::string_view id) {
  for (const ReplyRule& rule : reply_rules()) {
    if (rule.id == id) return rule.meaning;
  }
  return {};
}

bool is_speakable(std::string_view text) {
  std::size_t digits = 0;
  std::size_t word_start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c == '{' || c == '}' || c == '[' || c == ']' || c == '<' || c == '>' || c == '\\' || c == '_') return false;
    if (is_iso_date_at(text, std::min(i, text.size()))) return false;
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits > digits_max) return false;
    if (!is_digit(c) && !is_letter(c) && c != '-') {
      if (is_id_like(text.substr(word_start, i - word_start))) return false;
      word_start = i + 1;
    }
  }
  return text.find("://") == std::string_view::npos && text.find("www.") == std::string_view::npos;
}

Reply read_reply(const holdfast::net::HttpResponse& response, const std::vector<std::string>& ids) {
  Reply reply;
  reply.entries.resize(ids.size());
  std::set<std::string_view> broken;
  if (response.status != 200) broken.insert("VAPI-http-200");
  if (is_2xx(response)) {
    if (!holdfast::net::is_json(response.headers)) broken.insert("VAPI-content-type");
    const auto body = holdfast::parse_json(response.body);
    const Json* results = body ? holdfast::find_member(*body, "results") : nullptr;
    if (results != nullptr && results->is_array()) {
      read_results(*results, ids, reply, broken);
    } else {
      broken.insert("VAPI-results");
    }
  }
  list_broken(broken, reply);
  return reply;
}

Reply read_legacy_reply(const holdfast::net::HttpResponse& response) {
  Reply reply;
  std::set<std::string_view> broken;
  if (!is_2xx(response)) {
    broken.insert("VAPI-http-200");
    reply.entries.resize(1);
  } else {
    if (!holdfast::net::is_json(response.headers)) broken.insert("VAPI-content-type");
    const auto body = holdfast::parse_json(response.body);
    reply.entries.push_back(read_entry(body ? *body : Json::object(), broken));
  }
  list_broken(broken, reply);
  return reply;
}

}  // namespace vapi_sim
