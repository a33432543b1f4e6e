#include "scenarios/mutants/spoiled_wishes.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/ledger/forwarding_ledger.hpp"

namespace scenarios {
namespace {

using namespace holdfast::ledger;
using holdfast::Instant;
using holdfast::Result;
using holdfast::net::Task;

// What this ask shares with a candidate: a link that begins so.
bool shares(const Intent& candidate, const std::vector<std::string>& links, std::string_view kind) {
  return std::ranges::any_of(links, [&](const std::string& link) {
    return link.starts_with(kind) && std::ranges::find(candidate.links, link) != candidate.links.end();
  });
}

Opening found(const Intent& candidate) {
  return {.kind = Opening::Kind::found, .found_id = candidate.id, .group = "", .want = true, .reason = ""};
}

Opening open_alone() {
  return {.kind = Opening::Kind::open, .found_id = "", .group = "", .want = true, .reason = ""};
}

// The decider with the defect around it. `links` are those of the ask.
Opening spoiled(WishDefect defect, const OpenDecider& decide, const std::vector<std::string>& links,
                const std::vector<Intent>& candidates) {
  const bool is_by_id = defect == WishDefect::trust_call_id;
  if (is_by_id || defect == WishDefect::slot_and_line_do) {
    for (const Intent& candidate : candidates) {
      const bool is_it = is_by_id ? shares(candidate, links, "call:")
                                  : shares(candidate, links, "slot:") && shares(candidate, links, "number:");
      if (is_it && candidate.state != IntentState::refused) return found(candidate);
    }
  }
  Opening opening = decide(defect == WishDefect::every_ask_is_new ? std::vector<Intent>{} : candidates);
  const bool is_question = opening.kind == Opening::Kind::none && !opening.reason.empty();
  if (defect == WishDefect::never_ask && is_question) return open_alone();
  if (defect == WishDefect::forget_group) opening.group.clear();
  return opening;
}

// A new member of a group: the others are withdrawn although nothing is booked yet.
Task<Result<OpenedIntent>> open_and_give_up(Ledger& inner, OpenIntent request, OpenDecider decide) {
  const Instant now = request.now;
  auto opened = co_await inner.open_intent(std::move(request), std::move(decide));
  if (!opened || opened->kind != Opening::Kind::open || opened->intent.group == opened->intent.id) co_return opened;
  const auto group = co_await inner.find_group(opened->intent.tenant, opened->intent.group);
  if (!group) co_return opened;
  for (const Intent& member : *group) {
    if (member.id != opened->intent.id) co_await inner.withdraw(member.id, now);
  }
  co_return opened;
}

class SpoiledWishes final : public ForwardingLedger {
 public:
  SpoiledWishes(Ledger& inner, WishDefect defect) : ForwardingLedger(inner), defect_(defect) {}

  Task<Result<OpenedIntent>> open_intent(OpenIntent request, OpenDecider decide) override {
    if (defect_ == WishDefect::give_up_at_once) {
      return open_and_give_up(inner(), std::move(request), std::move(decide));
    }
    OpenDecider around = [defect = defect_, decide = std::move(decide),
                          links = request.links](const std::vector<Intent>& candidates) {
      return spoiled(defect, decide, links, candidates);
    };
    return inner().open_intent(std::move(request), std::move(around));
  }

  Task<Result<Intent>> advance(Advance change) override {
    const bool is_lazy = (defect_ == WishDefect::creating_is_lazy && change.to == IntentState::creating) ||
                         (defect_ == WishDefect::booked_is_lazy && change.to == IntentState::booked);
    if (is_lazy) change.durability = Durability::lazy;
    const bool ends = change.hold == HoldChange::linger || change.hold == HoldChange::release;
    if (defect_ == WishDefect::holds_stay && ends) change.hold = HoldChange::keep;
    if (defect_ == WishDefect::no_ghost_sweep) drop(change, "ghost_sweep");
    if (defect_ == WishDefect::no_note) drop(change, "note");
    return inner().advance(std::move(change));
  }

  Task<Result<void>> note_job(std::string id, std::string payload) override {
    if (defect_ == WishDefect::forget_what_was_sent) return nothing();
    return inner().note_job(std::move(id), std::move(payload));
  }

 private:
  static Task<Result<void>> nothing() { co_return Result<void>{}; }
  static void drop(Advance& change, std::string_view kind) {
    std::erase_if(change.enqueue, [&](const OutboxJob& job) { return job.kind == kind; });
  }

  WishDefect defect_;
};

}  // namespace

std::unique_ptr<Ledger> spoil_wishes(Ledger& inner, WishDefect defect) {
  return std::make_unique<SpoiledWishes>(inner, defect);
}

}  // namespace scenarios
