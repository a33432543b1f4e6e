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

// What each mutant puts around the daemon.
class Spoiled final : public Seams {
 public:
  explicit Spoiled(std::string_view name) : name_(name) {}

  std::unique_ptr<holdfast::ledger::Ledger> around_ledger(holdfast::net::Runtime,
                                                          holdfast::ledger::Ledger& inner) const override {
    if (name_ == "no_hold") return spoil_holds(inner, HoldDefect::none_at_all);
    if (name_ == "hold_by_equality") return spoil_holds(inner, HoldDefect::by_equality);
    return nullptr;
  }

  std::unique_ptr<holdfast::net::HttpTransport> around_ghl(holdfast::net::Runtime runtime,
                                                           holdfast::net::HttpTransport& inner) const override {
    const auto spoil = [&](GhlDefect defect) { return spoil_ghl(std::move(runtime), inner, defect); };
    if (name_ == "blind_retry_of_create") return spoil(GhlDefect::retry_creates);
    if (name_ == "blind_retry_of_note") return spoil(GhlDefect::retry_notes);
    if (name_ == "trust_stale_check") return spoil(GhlDefect::trust_stale_check);
    if (name_ == "forget_verify") return spoil(GhlDefect::forget_verify);
    return nullptr;
  }

  HttpHandler around_daemon(HttpHandler inner) const override {
    if (name_ == "say_booked_on_unknown") {
      return rewriting(std::move(inner), Json{{"status", "booked"}, {"say", "You're booked."}});
    }
    if (name_ == "say_refused_on_unknown") {
      return rewriting(std::move(inner), Json{{"status", "taken"}, {"say", "That time was just taken."}});
    }
    return inner;
  }

 private:
  std::string_view name_;
};

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

std::unique_ptr<Seams> seams_of(const Mutant& mutant) {
  return std::make_unique<Spoiled>(mutant.name);
}

}  // namespace scenarios
