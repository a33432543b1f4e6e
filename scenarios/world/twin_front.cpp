#include "scenarios/world/twin_front.hpp"

#include <algorithm>

#include "core/base/json.hpp"
#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/model/slots.hpp"

namespace scenarios {

using holdfast::Instant;
namespace net = holdfast::net;

namespace {

// The start that a create request names.
std::optional<Instant> requested_start(const net::HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return std::nullopt;
  const auto text = holdfast::string_member(*body, "startTime");
  return text ? holdfast::parse_iso(*text) : std::nullopt;
}

}  // namespace

std::string operation_of(const net::HttpRequest& request) {
  const auto target = net::parse_target(request.target);
  const auto match = mock_ghl::api::match_route(request.method, target.path);
  return match.route == nullptr ? std::string() : std::string(match.route->operation);
}

TwinFront::TwinFront(net::Runtime runtime, mock_ghl::Twin& twin, Probes& probes)
    : runtime_(std::move(runtime)), twin_(twin), probes_(probes) {}

TwinFront::~TwinFront() = default;

net::Task<net::HttpResponse> TwinFront::handle(net::HttpRequest request) {
  ++requests_;
  const bool create = request.method == "POST" && request.target.starts_with("/calendars/events/appointments");
  if (create) probes_.hit("ghl: create requests");
  if (deeds_.empty()) {
    net::HttpResponse response = co_await twin_.handle(std::move(request));
    count(response, create);
    co_return response;
  }
  const std::string operation = operation_of(request);
  fire(operation, false, request);
  net::HttpResponse response = co_await twin_.handle(request);
  count(response, create);
  fire(operation, true, request);
  co_return response;
}

void TwinFront::count(const net::HttpResponse& response, bool create) {
  if (response.status == 429) probes_.hit(create ? "ghl: 429 on a create" : "ghl: 429 on something else");
  if (create && response.status == 400) probes_.hit("ghl: create refused as taken");
}

void TwinFront::add(Deed deed) {
  if (deed.trigger.operation.empty()) {
    start(deed, {});
  } else {
    deeds_.push_back(std::move(deed));
  }
}

void TwinFront::add(const PersonDeed& deed) {
  add(Deed{deed.trigger, [this, deed](const net::HttpRequest& request) {
             if (deed.kind == PersonDeed::Kind::book) {
               book(deed, request);
             } else {
               cancel(deed);
             }
           }});
}

void TwinFront::fire(const std::string& operation, bool on_answer, const net::HttpRequest& request) {
  if (operation.empty() || stopped_) return;
  const int count = ++counts_[{operation, on_answer}];
  for (const Deed& deed : deeds_) {
    const Trigger& trigger = deed.trigger;
    if (trigger.operation == operation && trigger.on_answer == on_answer && trigger.nth == count) start(deed, request);
  }
}

void TwinFront::start(const Deed& deed, net::HttpRequest request) {
  if (deed.trigger.delay_ms <= 0) {
    deed.act(request);
  } else {
    net::spawn(runtime_.executor, act_later(deed, std::move(request)));
  }
}

net::Task<void> TwinFront::act_later(Deed deed, net::HttpRequest request) {
  co_await net::sleep_for(runtime_.clock, holdfast::milliseconds(deed.trigger.delay_ms));
  if (!stopped_) deed.act(request);
}

void TwinFront::book(const PersonDeed& deed, const net::HttpRequest& request) {
  const auto* calendar = twin_.state().calendar(deed.calendar_id);
  if (calendar == nullptr) return;
  std::optional<Instant> start;
  if (deed.choice == PersonDeed::Choice::requested) {
    start = requested_start(request);
  } else {
    const Instant from = std::max(deed.from, runtime_.now());
    const auto free = mock_ghl::free_slots(*calendar, {.state = twin_.state(), .as_of = runtime_.now()},
                                           {.window = {from, from + holdfast::days(7)}}, runtime_.now());
    if (!free.empty()) start = free[std::min(static_cast<std::size_t>(deed.index), free.size() - 1)].start;
  }
  if (!start) return;
  const auto booked = twin_.book_as_person(deed.calendar_id, *start, deed.name);
  probes_.hit(booked ? "person: booked in GHL" : "person: found the slot taken");
  journal_.emplace_back(runtime_.now(), (booked ? "a person booked " : "a person could not book ") +
                                            holdfast::format_iso_utc(*start) + (booked ? " as " + *booked : ""));
}

void TwinFront::cancel(const PersonDeed& deed) {
  std::vector<const mock_ghl::Appointment*> live;
  for (const auto& [id, appointment] : twin_.state().appointments()) {
    if (appointment.source == "api" && appointment.occupies() &&
        (deed.calendar_id.empty() || appointment.calendar_id == deed.calendar_id)) {
      live.push_back(&appointment);
    }
  }
  if (live.empty()) return;
  std::ranges::sort(live, {}, &mock_ghl::Appointment::sequence);
  const std::string id = live[static_cast<std::size_t>(deed.index) % live.size()]->id;
  if (!twin_.cancel_as_person(id)) return;
  cancelled_.insert(id);
  probes_.hit("person: cancelled in GHL");
  journal_.emplace_back(runtime_.now(), "a person cancelled " + id);
}

}  // namespace scenarios
