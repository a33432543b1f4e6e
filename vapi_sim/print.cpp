#include "vapi_sim/print.hpp"

#include <algorithm>
#include <map>

#include "vapi_sim/wire/reply_lint.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;

// "09:14:02.120".
std::string clock_text(Instant instant) {
  return holdfast::format_iso_utc(instant).substr(11, 12);
}

std::string milliseconds_between(Instant from, Instant to) {
  return std::to_string((to - from).count()) + " ms";
}

std::string answer_text(const Exchange& exchange) {
  std::string text = exchange.say.empty() ? exchange.raw : exchange.say;
  if (text.empty()) text = "(nothing readable)";
  text += " (";
  text += exchange.status.empty() ? "HTTP " + std::to_string(exchange.http_status) : exchange.status;
  text += ", " + milliseconds_between(exchange.asked_at, *exchange.answered_at);
  if (exchange.deliveries > 1) text += ", delivered " + std::to_string(exchange.deliveries) + " times";
  if (!exchange.heard) text += ", not heard by the caller";
  return text + ")";
}

// Everybody the call is for, each once.
std::string names_of(const CallPlan& plan) {
  std::vector<std::string> names;
  for (const Errand& errand : plan.errands) {
    std::string name = errand.attendee.full_name();
    if (name.empty()) name = "an unnamed caller";
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : " and ") + name;
  return text;
}

}  // namespace

std::string print_conversation(const CallRecord& record) {
  // Lines of one instant keep the order they were added in.
  std::multimap<Instant, std::string> lines;
  for (const Exchange& exchange : record.exchanges) {
    lines.emplace(exchange.asked_at, "assistant -> " + exchange.tool + " " + exchange.arguments);
    if (exchange.answered_at) {
      lines.emplace(*exchange.answered_at, "backend   -> " + answer_text(exchange));
    } else if (exchange.given_up_at) {
      lines.emplace(*exchange.given_up_at, "backend   -> no answer (sent " + std::to_string(exchange.deliveries) +
                                               (exchange.deliveries == 1 ? " time): " : " times): ") +
                                               exchange.failure);
    }
  }
  if (record.hung_up) lines.emplace(record.ended_at, "caller hangs up");
  const std::string& shown = record.plan.line;
  std::string text = "call " + record.plan.call_id + ": " + names_of(record.plan) + ", " +
                     (shown.empty() ? "number hidden" : shown) + " (times are UTC, " +
                     holdfast::format_iso_utc(record.began_at).substr(0, 10) + ")\n";
  for (const auto& [at, line] : lines) text += clock_text(at) + "  " + line + "\n";
  text += "caller told: " + (record.told.empty() ? "nothing" : record.told);
  for (auto exchange = record.exchanges.rbegin(); exchange != record.exchanges.rend(); ++exchange) {
    if (!exchange->heard || exchange->status != "booked") continue;
    text += " " + exchange->label;
    break;
  }
  for (const Instant instant : record.told_booked) text += " = " + holdfast::format_iso_utc(instant);
  text += "\n";
  for (const std::string& rule : record.lint) {
    text += "broken rule " + rule + ": " + std::string(explain_rule(rule)) + "\n";
  }
  return text;
}

bool has_definite_outcome(const CallRecord& record) {
  return record.hung_up || (!record.told.empty() && record.told != "pending");
}

std::string print_summary(const std::vector<CallRecord>& records) {
  std::map<std::string, int> told;
  int with_lint = 0;
  for (const CallRecord& record : records) {
    ++told[record.told.empty() ? "nothing heard" : record.told];
    if (!record.lint.empty()) ++with_lint;
  }
  std::string text;
  for (const auto& [outcome, count] : told) text += (text.empty() ? "" : ", ") + outcome + " " + std::to_string(count);
  return text + " (" + std::to_string(records.size()) + (records.size() == 1 ? " call, " : " calls, ") +
         std::to_string(with_lint) + " with broken rules)\n";
}

}  // namespace vapi_sim
