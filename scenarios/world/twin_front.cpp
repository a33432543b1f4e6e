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
    ledger_deeds_ = ledger_deeds_ || deed.trigger.operation.starts_with("ledger.");
    deeds_.push_back(std::move(deed));
  }
}

void TwinFront::add(const PersonDeed& deed) {
  add(Deed{deed.trigger, [this, deed](const net::HttpRequest& request) { perform(deed, request); }});
}

void TwinFront::on_ledger(std::string_view operation, bool done) {
  if (!ledger_deeds_) return;
  fire("ledger." + std::string(operation), done, {});
  fire("ledger.any", done, {});
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

std::optional<Instant> TwinFront::nth_free(const std::string& calendar_id, Instant from, int index) const {
  const auto* calendar = twin_.state().calendar(calendar_id);
  if (calendar == nullptr) return std::nullopt;
  const Instant begin = std::max(from, runtime_.now());
  const auto free = mock_ghl::free_slots(*calendar, {.state = twin_.state(), .as_of = runtime_.now()},
                                         {.window = {begin, begin + holdfast::days(7)}}, runtime_.now());
  if (free.empty()) return std::nullopt;
  return free[std::min(static_cast<std::size_t>(index), free.size() - 1)].start;
}

// The appointment that a deed is about; nullopt when there is none.
std::optional<std::string> TwinFront::chosen(const PersonDeed& deed) const {
  const bool restore = deed.kind == PersonDeed::Kind::restore;
  std::vector<const mock_ghl::Appointment*> fitting;
  for (const auto& [id, appointment] : twin_.state().appointments()) {
    const bool ours = appointment.source == "api";
    if (ours != (deed.whose == PersonDeed::Whose::backend)) continue;
    if (!deed.calendar_id.empty() && appointment.calendar_id != deed.calendar_id) continue;
    if (appointment.updated_at + holdfast::milliseconds(deed.stood_ms) > runtime_.now()) continue;
    const bool fits = restore ? !appointment.deleted && appointment.status == "cancelled" : appointment.occupies();
    if (fits) fitting.push_back(&appointment);
  }
  if (fitting.empty()) return std::nullopt;
  std::ranges::sort(fitting, {}, &mock_ghl::Appointment::sequence);
  return fitting[static_cast<std::size_t>(deed.index) % fitting.size()]->id;
}

void TwinFront::perform(const PersonDeed& deed, const net::HttpRequest& request) {
  if (deed.kind == PersonDeed::Kind::book) return book(deed, request);
  const auto id = chosen(deed);
  if (!id) return;
  const std::string what(to_string(deed.kind));
  const bool done = change(deed, *id);
  probes_.hit("person: " + what + (done ? " in GHL" : " was not possible"));
  journal_.emplace_back(runtime_.now(),
                        done ? "a person: " + what + " " + *id : "a person could not " + what + " " + *id);
}

bool TwinFront::change(const PersonDeed& deed, const std::string& id) {
  switch (deed.kind) {
    case PersonDeed::Kind::cancel:
      return twin_.cancel_as_person(id).has_value();
    case PersonDeed::Kind::remove:
      return twin_.delete_as_person(id).has_value();
    case PersonDeed::Kind::restore:
      return twin_.restore_as_person(id).has_value();
    case PersonDeed::Kind::edit:
      return twin_.edit_as_person(id, deed.title, deed.description).has_value();
    case PersonDeed::Kind::reassign:
      return reassign(*twin_.state().appointment(id));
    case PersonDeed::Kind::merge:
      return merge(*twin_.state().appointment(id), deed.name);
    default:
      break;
  }
  const auto start = nth_free(twin_.state().appointment(id)->calendar_id, deed.from, deed.to_index);
  if (!start) return false;
  if (deed.kind == PersonDeed::Kind::copy) return twin_.copy_as_person(id, *start).has_value();
  return twin_.move_as_person(id, *start).has_value();
}

bool TwinFront::reassign(const mock_ghl::Appointment& appointment) {
  for (const auto& member : twin_.state().calendar(appointment.calendar_id)->team) {
    if (twin_.reassign_as_person(appointment.id, member.user_id)) return true;
  }
  return false;
}

bool TwinFront::merge(const mock_ghl::Appointment& appointment, const std::string& name) {
  const std::string loser = appointment.contact_id;
  for (const auto& [id, contact] : twin_.state().contacts()) {
    const bool called_so = contact.fields.first_name + " " + contact.fields.last_name == name;
    if (called_so && id != loser && twin_.merge_as_person(id, loser)) return true;
  }
  return false;
}

void TwinFront::book(const PersonDeed& deed, const net::HttpRequest& request) {
  const auto start = deed.choice == PersonDeed::Choice::requested ? requested_start(request)
                                                                  : nth_free(deed.calendar_id, deed.from, deed.index);
  if (!start) return;
  const auto booked = twin_.book_as_person(deed.calendar_id, *start, deed.name);
  probes_.hit(booked ? "person: booked in GHL" : "person: found the slot taken");
  journal_.emplace_back(runtime_.now(), (booked ? "a person booked " : "a person could not book ") +
                                            holdfast::format_iso_utc(*start) + (booked ? " as " + *booked : ""));
}

}  // namespace scenarios
