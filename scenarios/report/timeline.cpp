#include "scenarios/report/timeline.hpp"

#include <algorithm>
#include <map>

#include "scenarios/check/order.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

std::string name_of(const vapi_sim::CallPlan& plan) {
  const std::string name = plan.errands.front().attendee.full_name();
  return name.empty() ? "A caller" : name;
}

class Lanes {
 public:
  explicit Lanes(const History& history) : history_(history) {}

  std::vector<LaneSpan> draw(const std::vector<Mark>& faults) {
    callers();
    seats();
    people(faults);
    for (const auto& crash : history_.crashes) {
      add("daemon", crash.back_at ? "daemon died, then came back" : "daemon died", "crash", crash.at,
          crash.back_at.value_or(history_.ended_at), "down");
    }
    for (const auto& [at, what] : faults) {
      if (!is_deed(what)) add("faults", what, "fault", at, at, "fault");
    }
    return std::move(spans_);
  }

 private:
  std::int64_t since_begin(Instant instant) const { return (instant - history_.began_at).count(); }
  void add(std::string lane, std::string label, std::string kind, Instant from, Instant to, std::string status) {
    spans_.push_back({std::move(lane), std::move(label), std::move(kind), since_begin(from),
                      std::max(since_begin(from), since_begin(to)), std::move(status)});
  }

  void callers() {
    std::map<std::string, int> namesakes;
    std::vector<const vapi_sim::CallRecord*> calls;
    for (const auto& call : history_.calls) {
      calls.push_back(&call);
      ++namesakes[name_of(call.plan)];
    }
    sort_stably(calls, [](const auto* a, const auto* b) { return a->began_at < b->began_at; });
    for (const auto* call : calls) {
      std::string lane = name_of(call->plan);
      if (namesakes[lane] > 1) lane += " (" + call->plan.call_id + ")";
      for (const auto& exchange : call->exchanges) {
        const std::string status = exchange.status.empty() ? "no answer" : exchange.status;
        add(lane, exchange.tool + " → " + status, "exchange", exchange.asked_at,
            exchange.answered_at.value_or(exchange.given_up_at.value_or(call->ended_at)), status);
      }
      if (call->hung_up) add(lane, "hung up", "hangup", call->ended_at, call->ended_at, "hung up");
    }
  }

  std::string seat_of(const BookingFact& booking) const {
    if (!booking.user_ids.empty()) {
      std::string users;
      for (const auto& user : booking.user_ids) users += (users.empty() ? "" : " + ") + user;
      return "GHL: " + users;
    }
    const auto* calendar = history_.calendar(booking.calendar_id);
    return "GHL: " + (calendar == nullptr ? booking.calendar_id : calendar->service);
  }

  std::string holder_of(const BookingFact& booking) const {
    const auto* contact = history_.contact(booking.contact_id);
    const std::string name = contact == nullptr ? "" : contact->first_name + " " + contact->last_name;
    return name.size() > 1 ? name : booking.id;
  }

  void seats() {
    for (const auto& booking : history_.bookings) {
      const std::string whose = booking.ours() ? "ours" : "somebody else's";
      const std::string end = !booking.ended_at             ? ""
                              : booking.cancelled_by_person ? ", cancelled by a person"
                                                            : ", cancelled";
      add(seat_of(booking), slot_text(booking.interval.begin) + " " + holder_of(booking) + end, "appointment",
          std::max(booking.created_at, history_.began_at), booking.ended_at.value_or(history_.ended_at), whose);
    }
  }

  static bool is_deed(std::string_view what) { return what.starts_with("a person "); }

  // From what was written down about people, else from what they left behind.
  void people(const std::vector<Mark>& marks) {
    constexpr const char* lane = "people in GHL";
    bool told = false;
    for (const auto& [at, what] : marks) {
      if (!is_deed(what)) continue;
      told = true;
      add(lane, what, "person", at, at, "person");
    }
    if (told) return;
    for (const auto& booking : history_.bookings) {
      const std::string slot = slot_text(booking.interval.begin);
      if (booking.source == "calendar_page") {
        add(lane, "a person booked " + slot, "person", booking.created_at, booking.created_at, "person");
      }
      if (booking.cancelled_by_person && booking.ended_at) {
        add(lane, "a person cancelled " + slot, "person", *booking.ended_at, *booking.ended_at, "person");
      }
    }
  }

  const History& history_;
  std::vector<LaneSpan> spans_;
};

std::string told_line(const vapi_sim::CallRecord& call) {
  const std::string name = name_of(call.plan);
  if (call.told.empty()) return name + (call.hung_up ? " hung up and heard nothing" : " heard nothing about a booking");
  std::string line = name + " was told " + call.told;
  if (call.told == "booked") {
    for (const auto& exchange : call.exchanges) {
      if (exchange.heard && exchange.status == "booked" && !exchange.label.empty()) return line + ": " + exchange.label;
    }
  }
  return call.told == "none" ? name + " was told that nothing is free" : line;
}

}  // namespace

std::vector<LaneSpan> timeline_of(const History& history, const std::vector<Mark>& faults) {
  return Lanes(history).draw(faults);
}

std::vector<std::string> told_of(const History& history) {
  std::vector<std::string> lines;
  for (const auto& call : history.calls) lines.push_back(told_line(call));
  return lines;
}

void fill_case(CaseResult& shown, const History& history, Findings findings, const std::vector<Mark>& faults) {
  shown.violations = std::move(findings.violations);
  shown.unknown = std::move(findings.unknown);
  shown.verdict = !shown.violations.empty() ? Verdict::violated
                  : !shown.unknown.empty()  ? Verdict::unknown
                                            : Verdict::ok;
  shown.told = told_of(history);
  shown.timeline = timeline_of(history, faults);
  shown.began_at = history.began_at;
}

}  // namespace scenarios
