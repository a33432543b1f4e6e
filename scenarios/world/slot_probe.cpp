#include "scenarios/world/slot_probe.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/json.hpp"
#include "mock_ghl/model/slots.hpp"
#include "scenarios/check/wishes.hpp"
#include "vapi_sim/assistant/interpretation.hpp"
#include "vapi_sim/wire/server_message.hpp"

namespace scenarios {

using holdfast::Instant;
using holdfast::Interval;
using holdfast::milliseconds;
namespace net = holdfast::net;

namespace {

// Where GHL's evidence never comes, a hold may stay for a minute (the booking's own rule); then it has no excuse.
constexpr std::int64_t patience_ms = 90'000;
constexpr std::int64_t pace_ms = 1'000;  // far below any rate limit
constexpr std::int64_t answer_ms = 20'000;

// The wall clock of an instant as one says it to an assistant, "7:05 AM"; nullopt when it names two instants.
std::optional<std::string> wall_clock(Instant instant, const holdfast::Zone& zone) {
  const auto clock_at = [&](Instant at) {
    const holdfast::CivilTime civil = zone.to_civil(at);
    return std::pair(civil.hour, civil.minute);
  };
  const auto [hour, minute] = clock_at(instant);
  for (const auto shift : {holdfast::hours(-1), holdfast::hours(1)}) {
    if (clock_at(instant + shift) == std::pair(hour, minute)) return std::nullopt;
  }
  const std::string minutes = std::to_string(minute);
  return std::to_string(hour % 12 == 0 ? 12 : hour % 12) + ":" + (minute < 10 ? "0" : "") + minutes +
         (hour < 12 ? " AM" : " PM");
}

}  // namespace

SlotProbe::SlotProbe(VirtualKernel& kernel, Trace& trace, VirtualHost& daemon, const RunPlan& plan,
                     const mock_ghl::Twin& twin)
    : kernel_(kernel),
      node_(kernel.add_node("stranger", plan.seed ^ 0x57a6)),
      link_(kernel, trace, node_, daemon, plan.vapi_link.calm(), holdfast::SplitMix64(plan.seed ^ 0x57a7)),
      plan_(plan),
      twin_(twin) {}

SlotProbe::~SlotProbe() {
  if (node_.alive()) kernel_.crash(node_);
}

std::vector<SlotProbe::Question> SlotProbe::questions(const History& history) const {
  const auto accounts = accounts_of(plan_);
  const Instant now = kernel_.now();
  std::vector<Question> asked;
  for (const auto& [id, calendar] : twin_.state().calendars()) {
    const auto account = std::ranges::find_if(
        accounts, [&](const auto& each) { return each.tenant.location_id == calendar.location_id; });
    if (account == accounts.end()) continue;
    const auto service = std::ranges::find(account->tenant.services, id, &holdfast::booking::Service::calendar_id);
    if (service == account->tenant.services.end()) continue;
    std::set<Instant> given_up;
    for (const BookingFact& booking : history.bookings) {
      if (booking.calendar_id == id && booking.interval.begin > now) given_up.insert(booking.interval.begin);
    }
    std::vector<Interval> held;
    for (const auto& hold : history.holds) held.push_back(hold.interval);
    const auto free = mock_ghl::free_slots(calendar, {.state = twin_.state(), .as_of = now},
                                           {.window = {now, now + holdfast::days(14)}, .with_users = false}, now);
    for (const auto& slot : free) {
      const bool is_held =
          std::ranges::any_of(held, [&](const Interval& hold) { return hold.overlaps({slot.start, slot.end}); });
      if (!given_up.contains(slot.start) && !is_held) continue;
      if (!wall_clock(slot.start, account->tenant.zone)) continue;
      asked.push_back({&calendar, service->name, static_cast<std::size_t>(account - accounts.begin()), slot.start});
    }
  }
  return asked;
}

net::Task<void> SlotProbe::ask(Question question, FreedSlotFact& fact, bool& done) {
  const auto accounts = accounts_of(plan_);
  const holdfast::Zone& zone = accounts[question.tenant].tenant.zone;
  const std::string date = holdfast::format_iso(question.start, zone).substr(0, 10);
  const holdfast::Json arguments{
      {"service", question.service}, {"date", date}, {"time_of_day", wall_clock(question.start, zone).value_or("")}};
  vapi_sim::MessageContext context;
  context.call_id = "stranger-" + std::to_string(++asked_);
  context.caller_number = "+14155550000";
  context.began_at = context.now = kernel_.now();
  net::HttpRequest request{.method = "POST", .target = tenant_target(question.tenant)};
  request.headers.set("Authorization", "Bearer " + vapi_secret(question.tenant).reveal());
  request.headers.set("Content-Type", "application/json");
  request.body = vapi_sim::render_tool_calls(
      context, {{context.call_id + "-tool", "check_availability", holdfast::dump_json(arguments)}}, {});
  fact.asked_at = kernel_.now();
  const auto answer = co_await link_.send(std::move(request), kernel_.now() + milliseconds(answer_ms));
  done = true;
  if (!answer) co_return;
  const auto body = holdfast::parse_json(answer->body);
  const holdfast::Json* results = body ? holdfast::find_member(*body, "results") : nullptr;
  if (results == nullptr || !results->is_array() || results->empty()) co_return;
  const auto said = holdfast::string_member((*results)[0], "result");
  if (!said) co_return;
  const auto heard = vapi_sim::interpret_result(vapi_sim::Tool::check_availability, false, *said);
  fact.said = heard.say;
  for (const auto& slot : heard.slots) {
    const std::string& named = heard.timezone.empty() ? zone.name() : heard.timezone;
    if (const auto start = understand(slot.label, named, kernel_.now())) fact.offered.push_back(*start);
  }
}

void SlotProbe::run(History& history) {
  if (questions(history).empty()) return;
  kernel_.run_until(kernel_.now() + milliseconds(patience_ms));
  // One answer names several times: what was offered need not be asked for.
  std::set<std::pair<std::string, Instant>> offered;
  for (const Question& question : questions(history)) {
    const std::string& calendar = question.calendar->id;
    if (offered.contains({calendar, question.start})) continue;
    if (question.start <= kernel_.now() + milliseconds(answer_ms)) continue;  // it passes while it is asked for
    FreedSlotFact fact;
    fact.calendar_id = calendar;
    fact.start = question.start;
    bool done = false;
    net::spawn(kernel_.executor(), ask(question, fact, done));
    const Instant end = kernel_.now() + milliseconds(answer_ms + pace_ms);
    while (!done && kernel_.step(end)) {
    }
    kernel_.run_until(kernel_.now() + milliseconds(pace_ms));
    for (const Instant start : fact.offered) offered.emplace(calendar, start);
    history.freed.push_back(std::move(fact));
  }
}

}  // namespace scenarios
