#include "mock_ghl/api/series.hpp"

#include <algorithm>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/recurrence.hpp"
#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Interval;
using holdfast::Json;

namespace {

std::vector<const Appointment*> living_instances(const State& state, const Series& series) {
  std::vector<const Appointment*> living;
  for (const std::string& id : series.appointment_ids) living.push_back(state.appointment(id));
  std::sort(living.begin(), living.end(), starts_before);
  return living;
}

}  // namespace

std::optional<Answer> find_instances(const Call& call, const Series& series, std::vector<const Appointment*>& living) {
  if (series.location_id != call.location->id) return foreign_location(call);
  living = living_instances(call.state, series);
  if (living.empty()) return refuse(400, "The event has already been deleted", call.trace_id);
  return std::nullopt;
}

const Appointment& leading(const std::vector<const Appointment*>& living) {
  const auto it = std::find_if(living.begin(), living.end(), [](const Appointment* each) { return each->occupies(); });
  return it == living.end() ? *living.front() : **it;
}

namespace {

// Those that a move takes along: cancelled dates stay where they are, unless all are or get the same status anew.
std::vector<const Appointment*> movable(std::vector<const Appointment*> living, const AppointmentChange& change) {
  if (!change.status && leading(living).occupies()) {
    std::erase_if(living, [](const Appointment* each) { return !each->occupies(); });
  }
  return living;
}

// The master as an appointment: the leading instance under the series' id.
Appointment as_master(const std::vector<const Appointment*>& living, const Series& series) {
  Appointment master = leading(living);
  master.id = series.id;
  master.master_event_id.clear();
  return master;
}

bool is_taken_by(const std::vector<Instance>& instances, const Interval& interval) {
  return std::any_of(instances.begin(), instances.end(),
                     [&](const Instance& instance) { return instance.interval.overlaps(interval); });
}

// The first free start at or after `from` that no date of the series lies on; nullopt when a month has none.
std::optional<Interval> next_free(const Call& call, const Wish& wish, const std::string& user_id, Instant from,
                                  const std::vector<Instance>& chosen) {
  const StateView view{.state = call.state, .as_of = call.now};
  for (const Slot& slot : free_slots(*wish.calendar, view,
                                     {.window = {from, from + holdfast::days{31}},
                                      .duration = wish.interval.length(),
                                      .user_id = user_id,
                                      .ignore_date_range = true},
                                     call.now)) {
    if (!is_taken_by(chosen, {slot.start, slot.end})) return Interval{slot.start, slot.end};
  }
  return std::nullopt;
}

// The dates of a booking on a recurring calendar. Which of the taken ones are booked is the calendar's bookingOption;
// that notice and horizon bound the first date only is inferred.
std::vector<Instance> calendar_dates(const Call& call, const Wish& wish, const PendingCommit& pending,
                                     const std::vector<Instant>& starts) {
  const Recurrence& recurrence = wish.calendar->recurrence;
  const std::string& user_id = pending.made.assigned_user_id;
  std::vector<Instance> instances{{wish.interval, user_id, pending.made.status}};
  for (const Instant start : starts) {
    if (start <= wish.interval.begin) continue;
    const Interval interval{start, start + wish.interval.length()};
    const auto slot = slot_at(*wish.calendar, {.state = call.state, .as_of = call.now}, start,
                              {.duration = interval.length(), .user_id = user_id, .ignore_date_range = true}, call.now);
    if (slot && !is_taken_by(instances, interval)) {
      instances.push_back({interval, user_id, pending.made.status});
    } else if (recurrence.when_taken == Recurrence::WhenTaken::book_anyway) {
      instances.push_back({interval, user_id, recurrence.overlap_status});
    } else if (recurrence.when_taken == Recurrence::WhenTaken::book_next) {
      const auto next = next_free(call, wish, user_id, start, instances);
      if (next) instances.push_back({*next, user_id, pending.made.status});
    }
  }
  return instances;
}

// The dates that a rule gives, all served by one user.
std::optional<Answer> plan_dates(const Call& call, const std::string& rrule, const Interval& first,
                                 const std::string& user_id, const std::string& status,
                                 std::vector<Instance>& instances) {
  const auto starts = expand_rrule(rrule, first.begin, call.zone());
  if (!starts) return invalid({starts.error().message}, call.trace_id);
  for (const Instant start : *starts) instances.push_back({{start, start + first.length()}, user_id, status});
  return std::nullopt;
}

// A series that gets other dates: they are planned anew from the leading one's new place, by `rrule` when it is given.
// Without one the series gets no more dates than it has.
std::optional<Answer> plan_move(const Call& call, const Series& series, const std::vector<const Appointment*>& living,
                                const std::string& rrule, Wish& wish, PendingCommit& pending) {
  const Appointment& first = leading(living);
  pending.rrule = rrule.empty() ? series.rrule : rrule;
  std::vector<Instance> planned;
  if (auto refusal = plan_dates(call, pending.rrule, wish.interval, wish.assigned_user_id,
                                pending.change.status.value_or(first.status), planned)) {
    return refusal;
  }
  if (rrule.empty()) planned.resize(std::min(planned.size(), movable(living, pending.change).size()));
  for (Instance& instance : planned) {
    if (!occupies_after(first, pending.change)) break;
    wish.interval = instance.interval;
    if (auto refusal = check_slot(call, wish, instance.assigned_user_id)) return refusal;
    wish.ignore_date_range = true;  // notice and horizon bound the first date only, as in a booking
  }
  pending.instances = std::move(planned);
  pending.made = {.calendar_id = wish.calendar->id,
                  .contact_id = first.contact_id,
                  .title = pending.change.title.value_or(first.title),
                  .description = pending.change.description.value_or(first.description),
                  .address = pending.change.address.value_or(first.address),
                  .meeting_location_type = pending.change.meeting_location_type.value_or(first.meeting_location_type),
                  .source = first.source};
  return std::nullopt;
}

// The dates stay: those that take their time again, or another user's, are checked.
std::optional<Answer> check_instances(const Call& call, const std::vector<const Appointment*>& living, Wish& wish,
                                      const AppointmentChange& change) {
  const bool other_user = change.assigned_user_id.has_value();
  wish.ignore_date_range = true;
  wish.takes_its_time_again = !other_user;
  for (const Appointment* instance : living) {
    if (!occupies_after(*instance, change) || (instance->occupies() && !other_user)) continue;
    wish.interval = instance->interval;
    std::string ignored;
    if (auto refusal = check_slot(call, wish, ignored)) return refusal;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Answer> plan_series(const Call& call, const Wish& wish, PendingCommit& pending) {
  const std::string rrule = text_of(call.body, "rrule");
  if (wish.ignore_slot_validation) {
    if (rrule.empty()) return std::nullopt;
    pending.rrule = rrule;
    return plan_dates(call, rrule, wish.interval, pending.made.assigned_user_id, pending.made.status,
                      pending.instances);
  }
  const Recurrence& recurrence = wish.calendar->recurrence;
  if (!recurrence.enabled || recurrence.count < 2) return std::nullopt;
  pending.rrule = rrule_of(recurrence);
  const auto starts = expand_rrule(pending.rrule, wish.interval.begin, call.zone());
  if (!starts) return invalid({starts.error().message}, call.trace_id);
  pending.instances = calendar_dates(call, wish, pending, *starts);
  return std::nullopt;
}

Answer get_series(const Call& call, const Series& series) {
  std::vector<const Appointment*> living;
  if (auto refusal = find_instances(call, series, living)) return std::move(*refusal);
  JsonText text;
  text.begin_object().begin_object("event");
  write_event(text, as_master(living, series), call.zone(), group_of(call.state, leading(living)));
  text.end_object();
  return ok(call.success(), text, call);
}

Answer edit_series(const Call& call, const Series& series) {
  std::vector<const Appointment*> living;
  if (auto refusal = find_instances(call, series, living)) return std::move(*refusal);
  const Appointment& first = leading(living);
  PendingCommit pending{
      .appointment_id = {}, .v3 = call.v3, .trace_id = call.trace_id, .status = call.success(), .series_id = series.id};
  Wish wish;
  if (auto refusal = read_edit(call, first, wish, pending.change)) return std::move(*refusal);
  wish.moving_id = series.id;
  if (wish.assigned_user_id != first.assigned_user_id) pending.change.assigned_user_id = wish.assigned_user_id;
  const std::string rrule = wish.ignore_slot_validation ? text_of(call.body, "rrule") : std::string();
  const bool moves =
      pending.change.calendar_id || wish.interval != first.interval || (!rrule.empty() && rrule != series.rrule);
  auto refusal = moves ? plan_move(call, series, living, rrule, wish, pending)
                       : check_instances(call, living, wish, pending.change);
  if (refusal) return std::move(*refusal);
  return {.pending = std::move(pending)};
}

std::optional<Answer> delete_series(Call& call, const Series& series) {
  std::vector<const Appointment*> living;
  if (auto refusal = find_instances(call, series, living)) return refusal;
  for (const Appointment* instance : living) call.state.delete_appointment(instance->id, call.now);
  return std::nullopt;
}

Answer commit_series(State& state, PendingCommit pending, Instant now) {
  if (pending.series_id.empty()) {
    const Series& made = state.add_series(pending.made, pending.rrule, pending.instances, now);
    return created_answer(state, as_master(living_instances(state, made), made), pending);
  }
  const Series& series = *state.series(pending.series_id);
  const std::vector<const Appointment*> living = living_instances(state, series);
  if (living.empty()) return refuse(400, "The event has already been deleted", pending.trace_id);
  if (!pending.instances.empty()) {
    if (state.calendar(pending.made.calendar_id) == nullptr) {
      return refuse(404, "Calendar not found", pending.trace_id);
    }
    std::vector<std::string> replaced;
    for (const Appointment* instance : movable(living, pending.change)) replaced.push_back(instance->id);
    state.replace_instances(series.id, replaced, pending.made, pending.rrule, pending.instances, now);
  } else {
    for (const Appointment* instance : living) state.change_appointment(instance->id, pending.change, now);
  }
  return edited_answer(state, as_master(living_instances(state, series), series), pending);
}

}  // namespace mock_ghl::api
