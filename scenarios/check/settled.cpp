// S6, S8 and the reply rules: what must be so when everything has come to rest.
#include <algorithm>
#include <map>

#include "scenarios/check/checkers.hpp"
#include "vapi_sim/wire/reply_lint.hpp"

namespace scenarios {

using holdfast::ledger::Intent;
using holdfast::ledger::IntentState;

namespace {

// A hold ends on evidence; where none comes, a minute after the appointment has gone. The run's last deeds lie before
// the calm, which is longer than GHL's readings lag.
constexpr holdfast::Duration phantom_after{60'000};
// What was open when the faults stopped is old: its person may be asked in the calm's first minutes.
constexpr holdfast::Duration calm_settles_in{5 * 60'000};

void report(const History& history, Findings& findings, std::string sentence,
            std::vector<std::string> appointment_ids = {}) {
  findings.violations.push_back({"S6", std::move(sentence), history.ended_at, std::move(appointment_ids), {}});
}

void check_intents(const History& history, Findings& findings) {
  std::map<std::string, const BookingFact*> live;
  for (const auto& booking : history.bookings) {
    // Of one that the office restored nobody need know before somebody asks.
    // And what a proxy made once more and a person moved since is theirs.
    const bool is_theirs = booking.restored || (booking.by_chaos && booking.placed_by_person);
    if (booking.ours() && booking.live_at(history.ended_at) && !is_theirs) live.emplace(booking.id, &booking);
  }
  for (const Intent& intent : history.intents) {
    if (intent.needs_work()) {
      report(history, findings,
             "Intent " + intent.id + " is still " + std::string(to_string(intent.state)) +
                 (intent.withdrawn ? " and withdrawn" : "") + " at the end, since " +
                 run_time(history, intent.updated_at) + ".");
    }
    const auto booking = live.find(intent.appointment_id);
    if (intent.state == IntentState::booked && booking != live.end()) live.erase(booking);
  }
  for (const auto& [id, booking] : live) {
    const auto owner = std::ranges::find_if(history.intents, [&](const Intent& intent) {
      return booking->description.find(intent.id) != std::string::npos;
    });
    report(history, findings,
           "An orphan: appointment " + id + " at " + slot_text(booking->interval.begin) +
               " is live at the end, but no booked intent has it" +
               (owner == history.intents.end() ? "."
                                               : ": it carries the marker of intent " + owner->id + ", which is " +
                                                     std::string(to_string(owner->state)) + "."),
           {id});
  }
}

// A booked intent's hold covers what GHL may not yet show; once its appointment has long left the place, or was never
// there, it holds for nobody.
bool holds_for_nobody(const History& history, const holdfast::ledger::Hold& hold, const Intent& intent) {
  if (hold.interval.end <= history.ended_at) return false;
  return std::ranges::none_of(history.bookings, [&](const BookingFact& booking) {
    const bool left = booking.ended_at && *booking.ended_at + phantom_after <= history.ended_at;
    return booking.id == intent.appointment_id && booking.interval.overlaps(hold.interval) && !left;
  });
}

void check_holds(const History& history, Findings& findings) {
  std::map<std::string, const Intent*> intents;
  for (const auto& intent : history.intents) intents[intent.id] = &intent;
  for (const auto& hold : history.holds) {
    const auto intent = intents.find(hold.intent_id);
    // The hold of a booking lingers until GHL no longer lists the slot; it ends by itself.
    const bool lingers = intent != intents.end() && intent->second->state == IntentState::booked && hold.expires_at;
    if (lingers && holds_for_nobody(history, hold, *intent->second)) {
      report(history, findings,
             "A phantom hold: " + hold.resource + " from " + slot_text(hold.interval.begin) +
                 " is held for the booked intent " + hold.intent_id + ", whose appointment " +
                 intent->second->appointment_id + " has not been there for a minute or more.",
             {intent->second->appointment_id});
    }
    if (lingers || (intent != intents.end() && intent->second->needs_work())) continue;
    report(history, findings,
           "A leaked hold: " + hold.resource + " from " + slot_text(hold.interval.begin) +
               " is still held for intent " + hold.intent_id +
               (intent == intents.end() ? ", which does not exist."
                                        : ", which is " + std::string(to_string(intent->second->state)) + "."));
  }
}

// A person is asked only about what the faults left open: in the calm everything is found out without one.
void check_reviews(const History& history, Findings& findings) {
  if (history.wall_was_set) return;
  for (const auto& review : history.reviews) {
    if (review.kind == "job_dead" || review.created_at <= history.calm_at + calm_settles_in) continue;
    report(history, findings,
           "A person is asked about intent " + review.intent_id + " at " + run_time(history, review.created_at) +
               ", long after the faults have stopped: " + review.text);
  }
}

// What people gave up can be had by phone.
void check_freed(const History& history, Findings& findings) {
  for (const auto& freed : history.freed) {
    if (std::ranges::find(freed.offered, freed.start) != freed.offered.end()) continue;
    const auto* calendar = history.calendar(freed.calendar_id);
    report(history, findings,
           "A hidden slot: GHL lists " + slot_text(freed.start) + " of " +
               (calendar == nullptr ? freed.calendar_id : calendar->service) +
               " as free, but who asked for it by phone at " + run_time(history, freed.asked_at) +
               (freed.said.empty() ? " got no answer." : " was not offered it and heard \"" + freed.said + "\"."));
  }
}

// GHL never refuses for good what is asked of it here, so nothing may be given up but a message whose fate nobody
// knows.
void check_outbox(const History& history, Findings& findings) {
  for (const auto& job : history.jobs) {
    const bool is_asked_about = std::ranges::any_of(history.reviews, [&](const auto& review) {
      return review.id.starts_with(job.id) && review.kind == "job_dead";
    });
    if (job.dead && job.kind == "notify" && is_asked_about) continue;
    if (!job.dead && history.wall_was_set) continue;  // put off by a life with another wall
    report(history, findings,
           "Job " + job.id + (job.dead ? " was given up" : " is not done at the end") + ", after " +
               std::to_string(job.attempts) +
               " tries: " + (job.last_error.empty() ? std::string("no reason") : job.last_error));
  }
  std::map<std::string, int> written;
  for (const auto& note : history.notes) {
    const auto at = note.body.rfind("Ref ");
    if (at != std::string::npos) ++written[note.body.substr(at + 4)];
  }
  for (const auto& intent : history.intents) {
    const auto found = written.find(intent.id);
    const int count = found == written.end() ? 0 : found->second;
    const bool is_put_off = history.wall_was_set && std::ranges::any_of(history.jobs, [&](const auto& job) {
                              return job.intent_id == intent.id && job.kind == "note";
                            });
    const bool due = intent.state == IntentState::booked && !is_put_off;
    if (count > 1 || (due && count == 0)) {
      report(history, findings,
             "The note of intent " + intent.id + " was written " + std::to_string(count) + " times instead of once.",
             {intent.appointment_id});
    }
  }
}

}  // namespace

void check_settled(const History& history, Findings& findings) {
  for (const auto& pending : history.unsettled) {
    // A job that a life with another wall put off is done when that life would have done it.
    if (history.wall_was_set && pending.starts_with("job ")) continue;
    report(history, findings, "Not at rest when the calm ended: " + pending + ".");
  }
  if (history.has_ledger) {
    check_intents(history, findings);
    check_holds(history, findings);
    check_outbox(history, findings);
    check_reviews(history, findings);
  }
  check_freed(history, findings);
  for (const auto& late : history.late_replies) {
    findings.violations.push_back({"S8", late, history.ended_at, {}, {}});
  }
  for (const auto& call : history.calls) {
    for (const auto& id : call.lint) {
      findings.violations.push_back({id,
                                     "A reply to call " + call.plan.call_id +
                                         " broke a rule of Vapi's: " + std::string(vapi_sim::explain_rule(id)),
                                     call.ended_at,
                                     {},
                                     {call.plan.call_id}});
    }
  }
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"S1", "exclusivity",
       "From the moment a caller is told \"booked\", and at the end, nobody else holds that seat."},
      {"S2", "no two promises", "No two callers are told \"booked\" for the same seat."},
      {"S3", "explained refusals", "Whoever is told \"taken\" lost the slot to somebody else."},
      {"S4", "exactly once",
       "One person's wish is at most one appointment, and who changes their mind has one in the end; a kept promise "
       "stays; no ghost after a refusal; one contact a person, and nobody else's touched."},
      {"S5", "told truth",
       "What was told booked is GHL's record at that moment: slot, zone, person; and a look says what they have."},
      {"S6", "no orphan",
       "Within a bounded time after the faults stop everything is settled, ledger and GHL agree, "
       "nothing is left held that nobody has, each note is written once, no work is given up, and the customer got no "
       "second confirmation and no cancellation of what nobody was told."},
      {"S8", "voice deadline", "A tool call is answered within the voice deadline, whatever GHL does."},
      {"S11", "disclosure", "No reply depends on another person's data beyond whether a slot is free."},
  };
  return all;
}

Findings check_all(const History& history) {
  Findings findings;
  const auto wishes = derive_wishes(history);
  const BookingIndex index(history);
  check_exclusivity(history, wishes, index, findings);
  check_refusals(history, wishes, index, findings);
  check_once(history, wishes, index, findings);
  check_truth(history, wishes, index, findings);
  check_office(history, wishes, index, findings);
  check_notices(history, wishes, index, findings);
  check_replies_disclose_nothing(history, index.people(), findings);
  check_settled(history, findings);
  return findings;
}

}  // namespace scenarios
