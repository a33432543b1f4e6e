#include <algorithm>
#include <map>

#include "scenarios/catalogue/scenario.hpp"

namespace scenarios {

namespace {

std::string in_words(const std::string& told) {
  return told.empty() ? "nothing" : "\"" + told + "\"";
}

std::string in_words(const CountRange& range) {
  if (range.least == range.most) return "exactly " + std::to_string(range.least);
  return std::to_string(range.least) + " to " + std::to_string(range.most);
}

void check_range(const CountRange& range, int count, const std::string& what, const History& history,
                 std::vector<Violation>& violations) {
  if (range.contains(count)) return;
  violations.push_back(
      {"EXPECT",
       "The scenario ends with " + std::to_string(count) + " " + what + ", but it must be " + in_words(range) + ".",
       history.ended_at,
       {},
       {}});
}

// What the call, or the errand after the '#', ended with.
std::string last_told(const vapi_sim::CallRecord& call, const std::string& key) {
  const std::size_t mark = key.find('#');
  if (mark == std::string::npos) return call.told;
  const std::size_t errand = std::stoul(key.substr(mark + 1)) - 1;
  return errand < call.told_of.size() ? call.told_of[errand] : "";
}

void check_told(const Scenario& scenario, const History& history, std::vector<Violation>& violations) {
  for (const auto& [key, allowed] : scenario.expected.told) {
    const std::string call_id = key.substr(0, key.find('#'));
    const auto call =
        std::ranges::find_if(history.calls, [&](const auto& record) { return record.plan.call_id == call_id; });
    if (call == history.calls.end()) {
      violations.push_back({"EXPECT", "The call " + call_id + " did not end.", history.ended_at, {}, {call_id}});
      continue;
    }
    const std::string told = last_told(*call, key);
    if (std::ranges::find(allowed, told) != allowed.end()) continue;
    std::string wanted;
    for (const auto& status : allowed) wanted += (wanted.empty() ? "" : " or ") + in_words(status);
    violations.push_back({"EXPECT",
                          call->plan.errands.front().attendee.full_name() + " (call " + key + ") was told " +
                              in_words(told) + " at last, where " + wanted + " was due.",
                          call->ended_at,
                          {},
                          {call_id}});
  }
}

void check_said(const Scenario& scenario, const History& history, std::vector<Violation>& violations) {
  for (const auto& [call_id, parts] : scenario.expected.said) {
    std::string heard;
    for (const auto& call : history.calls) {
      if (call.plan.call_id != call_id) continue;
      for (const auto& exchange : call.exchanges) {
        if (!exchange.say.empty()) heard = exchange.say;
      }
    }
    if (std::ranges::any_of(parts, [&](const auto& part) { return heard.contains(part); })) continue;
    std::string wanted;
    for (const auto& part : parts) wanted += (wanted.empty() ? "" : " or ") + in_words(part);
    violations.push_back(
        {"EXPECT",
         "Call " + call_id + " heard " + in_words(heard) + " at last, where " + wanted + " must have been said.",
         history.ended_at,
         {},
         {call_id}});
  }
}

int count(const auto& items, auto wanted) {
  return static_cast<int>(std::ranges::count_if(items, wanted));
}

std::string name_of(const ContactFact* contact) {
  return contact == nullptr ? "" : folded(contact->first_name + " " + contact->last_name);
}

void check_holds(const Scenario& scenario, const History& history, std::vector<Violation>& violations) {
  std::vector<const BookingFact*> live;
  for (const BookingFact& booking : history.bookings) {
    if (booking.ours() && booking.live_at(history.ended_at)) live.push_back(&booking);
  }
  for (const auto& [name, range] : scenario.expected.holds) {
    const int held =
        count(live, [&](const auto* b) { return name_of(history.contact(b->contact_id)) == folded(name); });
    check_range(range, held, "appointments of " + name + " in GHL", history, violations);
  }
  for (const auto& [text, range] : scenario.expected.titled) {
    const int named = count(live, [&](const auto* b) { return b->title.find(text) != std::string::npos; });
    check_range(range, named, "appointments called \"" + text + "\" in GHL", history, violations);
  }
}

void check_on_file(const Scenario& scenario, const History& history, std::vector<Violation>& violations) {
  for (const auto& [name, wanted] : scenario.expected.on_file) {
    for (const ContactFact& contact : history.contacts) {
      if (contact.deleted || name_of(&contact) != folded(name)) continue;
      const bool phone_fits = wanted.phone.empty() || contact.phone == wanted.phone;
      const bool email_fits = wanted.email.empty() || contact.email == wanted.email;
      if (phone_fits && email_fits) continue;
      violations.push_back({"EXPECT",
                            "The contact of " + name + " ends with the phone \"" + contact.phone +
                                "\" and the e-mail \"" + contact.email + "\", but they must be \"" + wanted.phone +
                                "\" and \"" + wanted.email + "\" (empty: any).",
                            history.ended_at,
                            {},
                            {}});
    }
  }
}

int questions_heard(const History& history) {
  int heard = 0;
  for (const auto& call : history.calls) {
    heard += count(call.exchanges, [](const auto& exchange) { return exchange.heard && !exchange.question.empty(); });
  }
  return heard;
}

// People who book in GHL's own screen leave contacts too; those are not the backend's.
bool made_by_backend(const History& history, const ContactFact& contact) {
  if (!contact.made_in_run || contact.deleted) return false;
  const bool of_person = std::ranges::any_of(history.bookings, [&](const BookingFact& booking) {
    return booking.contact_id == contact.id && !booking.ours();
  });
  const bool ours = std::ranges::any_of(
      history.bookings, [&](const BookingFact& booking) { return booking.contact_id == contact.id && booking.ours(); });
  return ours || !of_person;
}

}  // namespace

std::vector<Violation> check_expectations(const Scenario& scenario, const History& history) {
  const Expectations& expected = scenario.expected;
  std::vector<Violation> violations;
  check_told(scenario, history, violations);
  check_said(scenario, history, violations);
  check_range(expected.told_booked, count(history.calls, [](const auto& call) { return call.told == "booked"; }),
              "callers who were told \"booked\"", history, violations);
  check_range(expected.live_appointments,
              count(history.bookings,
                    [&](const BookingFact& booking) { return booking.ours() && booking.live_at(history.ended_at); }),
              "appointments of the backend in GHL", history, violations);
  check_range(expected.contacts_made,
              count(history.contacts, [&](const ContactFact& contact) { return made_by_backend(history, contact); }),
              "contacts made by the backend", history, violations);
  check_holds(scenario, history, violations);
  check_on_file(scenario, history, violations);
  check_range(expected.questions, questions_heard(history), "questions", history, violations);
  const auto notices = [&](NoticeFact::Kind kind) {
    return count(history.notices, [&](const NoticeFact& notice) { return notice.kind == kind && !notice.by_person; });
  };
  check_range(expected.confirmations, notices(NoticeFact::Kind::booked), "confirmations to customers", history,
              violations);
  check_range(expected.cancellations, notices(NoticeFact::Kind::cancelled), "cancellations to customers", history,
              violations);
  check_range(expected.messages, notices(NoticeFact::Kind::written), "messages to customers", history, violations);
  check_range(expected.tasks, history.tasks, "tasks for the staff", history, violations);
  check_range(expected.notes, static_cast<int>(history.notes.size()), "notes", history, violations);
  return violations;
}

Findings judge(const Scenario& scenario, const History& history) {
  Findings findings = check_all(history);
  auto unmet = check_expectations(scenario, history);
  findings.violations.insert(findings.violations.end(), std::make_move_iterator(unmet.begin()),
                             std::make_move_iterator(unmet.end()));
  const auto settled = [](const std::string& told) { return told != "" && told != "pending"; };
  const bool all_hear = std::ranges::all_of(
      scenario.expected.told, [&](const auto& entry) { return std::ranges::all_of(entry.second, settled); });
  if (!all_hear) findings.unknown.clear();
  return findings;
}

}  // namespace scenarios
