#include "scenarios/mutants/mutants.hpp"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/base/json.hpp"
#include "scenarios/mutants/spoiled_ghl.hpp"
#include "scenarios/mutants/spoiled_ledger.hpp"
#include "scenarios/mutants/spoiled_wishes.hpp"

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

constexpr std::array<std::pair<std::string_view, GhlDefect>, 9> ghl_defects{{
    {"blind_retry_of_create", GhlDefect::retry_creates},
    {"blind_retry_of_note", GhlDefect::retry_notes},
    {"trust_stale_check", GhlDefect::trust_stale_check},
    {"forget_verify", GhlDefect::forget_verify},
    {"forget_members", GhlDefect::forget_members},
    {"notify_at_once", GhlDefect::notify_at_once},
    {"notify_cancels", GhlDefect::notify_cancels},
    {"no_marker", GhlDefect::no_marker},
    {"stored_is_asked", GhlDefect::stored_is_asked},
}};

constexpr std::array<std::pair<std::string_view, WishDefect>, 12> wish_defects{{
    {"every_ask_is_new", WishDefect::every_ask_is_new},
    {"trust_call_id", WishDefect::trust_call_id},
    {"slot_and_line_do", WishDefect::slot_and_line_do},
    {"never_ask", WishDefect::never_ask},
    {"forget_group", WishDefect::forget_group},
    {"give_up_at_once", WishDefect::give_up_at_once},
    {"creating_is_lazy", WishDefect::creating_is_lazy},
    {"booked_is_lazy", WishDefect::booked_is_lazy},
    {"holds_stay", WishDefect::holds_stay},
    {"no_ghost_sweep", WishDefect::no_ghost_sweep},
    {"no_note", WishDefect::no_note},
    {"forget_what_was_sent", WishDefect::forget_what_was_sent},
}};

template <std::size_t N, typename Defect>
std::optional<Defect> find_in(const std::array<std::pair<std::string_view, Defect>, N>& defects,
                              std::string_view name) {
  for (const auto& [known, defect] : defects) {
    if (known == name) return defect;
  }
  return std::nullopt;
}

// What each mutant puts around the daemon.
class Spoiled final : public Seams {
 public:
  explicit Spoiled(std::string_view name) : name_(name) {}

  std::unique_ptr<holdfast::ledger::Ledger> around_ledger(holdfast::net::Runtime,
                                                          holdfast::ledger::Ledger& inner) const override {
    if (name_ == "no_hold") return spoil_holds(inner, HoldDefect::none_at_all);
    if (name_ == "hold_by_equality") return spoil_holds(inner, HoldDefect::by_equality);
    const auto defect = find_in(wish_defects, name_);
    return defect ? spoil_wishes(inner, *defect) : nullptr;
  }

  std::unique_ptr<holdfast::net::HttpTransport> around_ghl(holdfast::net::Runtime runtime,
                                                           holdfast::net::HttpTransport& inner) const override {
    const auto defect = find_in(ghl_defects, name_);
    return defect ? spoil_ghl(std::move(runtime), inner, *defect) : nullptr;
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
      {"forget_members", "does not look whether a member is busy in another calendar (saga 3.6)"},
      {"say_booked_on_unknown", "tells the caller \"booked\" while the outcome is unknown (peers.md bug 9)"},
      {"say_refused_on_unknown",
       "tells the caller \"taken\" while the create is still under way (peers.md bugs 3 and 8)"},
      {"blind_retry_of_note", "sends a note again when its answer was lost"},
      {"every_ask_is_new", "recognises no wish: a repeat is another wish (saga 1, R1 to R3)"},
      {"trust_call_id", "takes the same tool call id for the same wish, whatever is asked (saga 1, R1)"},
      {"slot_and_line_do", "takes whoever asks for a slot from the line of one who has it for them (saga 1, R3, R4)"},
      {"never_ask", "asks nothing: what is unclear is another wish (saga 1, R5)"},
      {"forget_group", "lets another time stand beside the first (saga 2)"},
      {"give_up_at_once", "gives the first time up before the other is booked (saga 2)"},
      {"creating_is_lazy", "lets the create leave before its intent is durable (saga 3.4)"},
      {"no_marker", "makes appointments that nobody can recognise (saga 3.5)"},
      {"stored_is_asked", "does not compare what GHL stored with what was asked (saga 3.6)"},
      {"booked_is_lazy", "tells \"booked\" before it is durable (saga 3.7)"},
      {"holds_stay", "never lets a hold go (saga 3.7)"},
      {"no_ghost_sweep", "does not look for what arrives late (saga 3.8)"},
      {"no_note", "forgets the note (saga 3.8)"},
      {"notify_at_once", "tells the customer before it has verified the booking (saga 3.5)"},
      {"notify_cancels", "tells the customer of cancellations of what they never had (saga 3.8)"},
      {"forget_what_was_sent", "does not write down that a message is about to leave (saga 6)"},
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
