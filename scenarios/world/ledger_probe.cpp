#include "scenarios/world/ledger_probe.hpp"

namespace scenarios {

using namespace holdfast::ledger;

namespace {

std::string joined(const std::vector<std::string>& links) {
  std::string text;
  for (const std::string& link : links) text += (text.empty() ? "" : " ") + link;
  return text;
}

}  // namespace

void LedgerProbe::note_failure(const holdfast::Error& error, std::string_view operation) {
  if (error.kind == holdfast::ErrorKind::storage) probes_.hit("ledger: the disk failed");
  if (error.kind == holdfast::ErrorKind::conflict) probes_.hit("ledger: a stale version was refused");
  if (trace_ != nullptr) {
    trace_->line(clock_.now(), "daemon", "ledger-error", {operation, holdfast::to_string(error.kind)});
  }
}

void LedgerProbe::note_transition(const Intent& intent) {
  const auto known = states_.find(intent.id);
  const bool was_unknown = known != states_.end() && known->second == IntentState::unknown;
  switch (intent.state) {
    case IntentState::unknown:
      probes_.hit("saga: outcome of a create unknown");
      break;
    case IntentState::created:
      if (was_unknown) probes_.hit("saga: unknown outcome read back, it was there");
      break;
    case IntentState::yielding:
      probes_.hit("saga: yielded the seat to somebody else");
      break;
    case IntentState::booked:
      probes_.hit("saga: booked");
      break;
    case IntentState::refused: {
      const auto begin = intent.outcome.find("\"reason\":\"");
      const auto end = begin == std::string::npos ? begin : intent.outcome.find('"', begin + 10);
      if (end != std::string::npos)
        probes_.hit("saga: refused, " + intent.outcome.substr(begin + 10, end - begin - 10));
      break;
    }
    default:
      break;
  }
  states_[intent.id] = intent.state;
  if (trace_ != nullptr) {
    trace_->line(clock_.now(), "daemon", "intent",
                 {intent.id, to_string(intent.state), intent.appointment_id, intent.outcome});
  }
}

LedgerProbe::Task<LedgerProbe::Result<OpenedIntent>> LedgerProbe::open_intent(OpenIntent request, OpenDecider decide) {
  auto opened = co_await inner().open_intent(std::move(request), std::move(decide));
  if (!opened) {
    note_failure(opened.error(), "open_intent");
    co_return opened;
  }
  switch (opened->kind) {
    case Opening::Kind::open:
      probes_.hit("saga: wishes written down");
      if (opened->intent.group != opened->intent.id) probes_.hit("saga: a wish joined others of its person");
      note_transition(opened->intent);
      if (trace_ != nullptr && trace_->has_sink()) {
        trace_->remark(clock_.now(), "daemon", "intent-links", {opened->intent.id, joined(opened->intent.links)});
      }
      break;
    case Opening::Kind::found:
      probes_.hit("saga: the same wish again");
      break;
    case Opening::Kind::none:
      probes_.hit("saga: a wish that has to be asked about");
      break;
  }
  co_return opened;
}

LedgerProbe::Task<LedgerProbe::Result<Intent>> LedgerProbe::advance(Advance change) {
  auto intent = co_await inner().advance(std::move(change));
  if (intent) {
    note_transition(*intent);
    if (intent->withdrawn) probes_.hit("saga: a withdrawn wish moved on");
  } else {
    note_failure(intent.error(), "advance");
  }
  co_return intent;
}

LedgerProbe::Task<LedgerProbe::Result<Intent>> LedgerProbe::withdraw(std::string id, holdfast::Instant now) {
  probes_.hit("saga: a wish was withdrawn");
  return inner().withdraw(std::move(id), now);
}

LedgerProbe::Task<LedgerProbe::Result<HoldDecision>> LedgerProbe::acquire_hold(AcquireHold request) {
  const std::string id = request.intent_id;
  auto decision = co_await inner().acquire_hold(std::move(request));
  if (!decision) {
    note_failure(decision.error(), "acquire_hold");
  } else {
    if (!decision->granted) probes_.hit("saga: hold refused, somebody else has it");
    if (trace_ != nullptr) {
      trace_->line(clock_.now(), "daemon", decision->granted ? "hold" : "hold-refused", {id});
    }
  }
  co_return decision;
}

LedgerProbe::Task<LedgerProbe::Result<void>> LedgerProbe::retry_job(std::string id, holdfast::Instant due_at,
                                                                    std::string error) {
  probes_.hit("outbox: a job is tried again");
  return inner().retry_job(std::move(id), due_at, std::move(error));
}

LedgerProbe::Task<LedgerProbe::Result<void>> LedgerProbe::bury_job(std::string id, std::string error, Review review) {
  probes_.hit("outbox: a job was given up");
  return inner().bury_job(std::move(id), std::move(error), std::move(review));
}

LedgerProbe::Task<LedgerProbe::Result<bool>> LedgerProbe::add_review(Review review, std::vector<OutboxJob> enqueue) {
  probes_.hit("review: a person was asked");
  return inner().add_review(std::move(review), std::move(enqueue));
}

}  // namespace scenarios
