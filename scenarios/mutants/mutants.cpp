#include "scenarios/mutants/mutants.hpp"

#include <string>
#include <utility>

#include "core/base/json.hpp"
#include "scenarios/mutants/spoiled_ghl.hpp"
#include "scenarios/mutants/spoiled_ledger.hpp"

namespace scenarios {
namespace {

using holdfast::Json;
using holdfast::net::HttpHandler;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;

// Rewrites every reply whose status is "pending": the caller is told something definite that nobody knows.
HttpResponse rewrite_pending(HttpResponse response, const Json& instead) {
  auto body = holdfast::parse_json(response.body);
  if (!body || !body->is_object() || !body->contains("results")) return response;
  for (Json& entry : (*body)["results"]) {
    const auto result = holdfast::parse_json(holdfast::string_member(entry, "result").value_or(""));
    if (result && holdfast::string_member(*result, "status") == "pending")
      entry["result"] = holdfast::dump_json(instead);
  }
  response.body = holdfast::dump_json(*body);
  return response;
}

Task<HttpResponse> handle_and_rewrite(HttpHandler handler, HttpRequest request, Json instead) {
  HttpResponse response = co_await handler(std::move(request));
  co_return rewrite_pending(std::move(response), instead);
}

HttpHandler rewriting(HttpHandler handler, Json instead) {
  return [handler = std::move(handler), instead = std::move(instead)](HttpRequest request) {
    return handle_and_rewrite(handler, std::move(request), instead);
  };
}

}  // namespace

const std::vector<Mutant>& mutants() {
  static const std::vector<Mutant> all{
      {"no_hold", "books without reserving the interval first (peers.md bugs 2 and 4)"},
      {"hold_by_equality", "lets a hold conflict only with the very same interval (facts/anchors.md D.2)"},
      {"blind_retry_of_create", "sends a create again when its answer was lost (peers.md bug 6)"},
      {"trust_stale_check",
       "trusts what was free when it was offered and switches GHL's own check off (peers.md bug 1)"},
      {"forget_verify", "does not look for rivals after the create"},
      {"say_booked_on_unknown", "tells the caller \"booked\" while the outcome is unknown (peers.md bug 9)"},
      {"say_refused_on_unknown",
       "tells the caller \"taken\" while the create is still under way (peers.md bugs 3 and 8)"},
      {"blind_retry_of_note", "sends a note again when its answer was lost"},
  };
  return all;
}

const Mutant* find_mutant(std::string_view name) {
  for (const Mutant& mutant : mutants()) {
    if (mutant.name == name) return &mutant;
  }
  return nullptr;
}

struct MutantSeams::Parts {
  std::string_view name;
  holdfast::ledger::Ledger& real_ledger;
  holdfast::net::HttpTransport& real_ghl;
  std::unique_ptr<holdfast::ledger::Ledger> ledger;
  std::unique_ptr<holdfast::net::HttpTransport> ghl;
};

MutantSeams::MutantSeams(const Mutant* mutant, holdfast::net::Runtime runtime, holdfast::ledger::Ledger& ledger,
                         holdfast::net::HttpTransport& ghl)
    : parts_(std::make_unique<Parts>(mutant == nullptr ? "" : mutant->name, ledger, ghl)) {
  const std::string_view name = parts_->name;
  if (name == "no_hold") parts_->ledger = spoil_holds(ledger, HoldDefect::none_at_all);
  if (name == "hold_by_equality") parts_->ledger = spoil_holds(ledger, HoldDefect::by_equality);
  if (name == "blind_retry_of_create")
    parts_->ghl = spoil_ghl(std::move(runtime), ghl, GhlDefect::retry_creates);
  else if (name == "blind_retry_of_note")
    parts_->ghl = spoil_ghl(std::move(runtime), ghl, GhlDefect::retry_notes);
  else if (name == "trust_stale_check")
    parts_->ghl = spoil_ghl(std::move(runtime), ghl, GhlDefect::trust_stale_check);
  else if (name == "forget_verify")
    parts_->ghl = spoil_ghl(std::move(runtime), ghl, GhlDefect::forget_verify);
}

MutantSeams::~MutantSeams() = default;

holdfast::ledger::Ledger& MutantSeams::ledger() {
  return parts_->ledger ? *parts_->ledger : parts_->real_ledger;
}

holdfast::net::HttpTransport& MutantSeams::ghl() {
  return parts_->ghl ? *parts_->ghl : parts_->real_ghl;
}

HttpHandler MutantSeams::wrap(HttpHandler handler) const {
  if (parts_->name == "say_booked_on_unknown") {
    return rewriting(std::move(handler), Json{{"status", "booked"}, {"say", "You're booked."}});
  }
  if (parts_->name == "say_refused_on_unknown") {
    return rewriting(std::move(handler), Json{{"status", "taken"}, {"say", "That time was just taken."}});
  }
  return handler;
}

}  // namespace scenarios
