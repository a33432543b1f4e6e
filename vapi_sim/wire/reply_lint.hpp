// Reads a backend's reply to a tool-calls message as Vapi does, and says which of its rules the reply breaks
// (facts/vapi.md 2.2, C3, C5, 8.17, 8.29).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/net/http.hpp"

namespace vapi_sim {

// What came back for one tool call id.
struct ReplyEntry {
  bool present = false;   // an entry with exactly this id (legacy: the answer), in a 2xx reply
  bool is_error = false;  // it carried `error`
  std::string text;       // the string; a value of another type as its JSON text
};

// A reply taken apart.
struct Reply {
  std::vector<ReplyEntry> entries;  // one per asked id, in that order
  // Broken rules, each once, in the order of reply_rules().
  std::vector<std::string> lint;
};

// A rule with its stable id and one sentence for a stranger.
struct ReplyRule {
  std::string_view id;
  std::string_view meaning;
};
const std::vector<ReplyRule>& reply_rules();
// The sentence of a rule; "" for an unknown id.
std::string_view explain_rule(std::string_view id);

// The longest result text that is no lint, in bytes: every result stays in the model's history for the whole call.
inline constexpr std::size_t result_bytes_max = 2'000;

// Reads the reply to a message that asked for `ids`. The body of a reply that is not 2xx is ignored, as Vapi ignores
// it.
Reply read_reply(const holdfast::net::HttpResponse& response, const std::vector<std::string>& ids);

// Reads the reply to a legacy function-call message: {"result":"…"} or {"error":"…"}; any 2xx counts (facts/vapi.md
// 2.3).
Reply read_legacy_reply(const holdfast::net::HttpResponse& response);

// True when a voice can read `text` aloud: no ISO dates, no long digit runs, no ids, no URLs, no JSON.
bool is_speakable(std::string_view text);

}  // namespace vapi_sim
