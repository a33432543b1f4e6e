#include "mock_ghl/model/person.hpp"

#include <algorithm>
#include <utility>

#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::person {

using holdfast::ErrorKind;

namespace {

holdfast::Error no_calendar() {
  return {ErrorKind::not_found, "there is no calendar of this id"};
}

holdfast::Error no_slot() {
  return {ErrorKind::slot_taken, "the calendar does not offer this start; ask for its free slots"};
}

// The appointment unless it is unknown or deleted.
Result<const Appointment*> find(const State& state, const std::string& id) {
  const Appointment* appointment = state.appointment(id);
  if (appointment == nullptr || appointment->deleted) {
    return holdfast::fail(ErrorKind::not_found, "there is no appointment of this id, or it was deleted");
  }
  return appointment;
}

// The slot at `start`; `moving` is an appointment whose own time does not count.
std::optional<Slot> offered(const State& state, const Calendar& calendar, Instant start, const Appointment* moving,
                            Instant now) {
  SlotQuery query;
  if (moving != nullptr) {
    query.without_appointment_id = moving->id;
    query.duration = moving->interval.length();
  }
  return slot_at(calendar, {.state = state, .as_of = now}, start, std::move(query), now);
}

}  // namespace

Result<const Appointment*> book(State& state, const std::string& calendar_id, Instant start, const std::string& name,
                                Instant now) {
  const Calendar* calendar = state.calendar(calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  const auto slot = offered(state, *calendar, start, nullptr, now);
  if (!slot) return holdfast::fail(no_slot());
  ContactFields fields{.first_name = name.substr(0, name.find(' ')), .source = "calendar_page"};
  if (const auto space = name.find(' '); space != std::string::npos) fields.last_name = name.substr(space + 1);
  const ActingAs acting(state, Actor::person);
  const std::string contact_id = state.add_contact(calendar->location_id, std::move(fields), now).id;
  return &state.add_appointment({.calendar_id = calendar_id,
                                 .contact_id = contact_id,
                                 .assigned_user_id = choose_user(*calendar, state, *slot),
                                 .interval = {slot->start, slot->end},
                                 .title = name,
                                 .source = "calendar_page"},
                                now);
}

Result<void> cancel(State& state, const std::string& id, Instant now) {
  const Series* series = state.series(id);
  if (series == nullptr && state.appointment(id) == nullptr) {
    return holdfast::fail(ErrorKind::not_found, "there is no appointment of this id");
  }
  const ActingAs acting(state, Actor::person);
  for (const std::string& each : series != nullptr ? series->appointment_ids : std::vector{id}) {
    const Appointment& appointment = *state.appointment(each);
    if (appointment.deleted || appointment.status == "cancelled") continue;
    state.change_appointment(each, {.status = "cancelled"}, now);
  }
  return {};
}

Result<const Appointment*> move(State& state, const std::string& id, Instant start, Instant now) {
  const auto found = find(state, id);
  if (!found) return found;
  const Appointment& appointment = **found;
  const Calendar* calendar = state.calendar(appointment.calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  const auto slot = offered(state, *calendar, start, &appointment, now);
  if (!slot) return holdfast::fail(no_slot());
  AppointmentChange change{.interval = holdfast::Interval{slot->start, slot->end}};
  const auto& users = slot->user_ids;
  if (!users.empty() && std::find(users.begin(), users.end(), appointment.assigned_user_id) == users.end()) {
    change.assigned_user_id = choose_user(*calendar, state, *slot);
  }
  const ActingAs acting(state, Actor::person);
  return &state.change_appointment(id, change, now);
}

Result<const Appointment*> restore(State& state, const std::string& id, Instant now) {
  const auto found = find(state, id);
  if (!found) return found;
  const Appointment& appointment = **found;
  if (appointment.occupies()) return holdfast::fail(ErrorKind::invalid_input, "it is not cancelled");
  const Calendar* calendar = state.calendar(appointment.calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  if (!is_free_of_bookings(*calendar, {.state = state, .as_of = now}, appointment.interval,
                           appointment.assigned_user_id, appointment.id)) {
    return holdfast::fail(ErrorKind::slot_taken, "something else lies there by now");
  }
  const ActingAs acting(state, Actor::person);
  return &state.change_appointment(id, {.status = "confirmed"}, now);
}

Result<void> remove(State& state, const std::string& id, Instant now) {
  if (const auto found = find(state, id); !found) return holdfast::fail(found.error());
  const ActingAs acting(state, Actor::person);
  state.delete_appointment(id, now);
  return {};
}

Result<const Appointment*> copy(State& state, const std::string& id, Instant start, Instant now) {
  const auto found = find(state, id);
  if (!found) return found;
  const Appointment original = **found;
  const Calendar* calendar = state.calendar(original.calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  const auto slot = offered(state, *calendar, start, nullptr, now);
  if (!slot) return holdfast::fail(no_slot());
  const ActingAs acting(state, Actor::person);
  return &state.add_appointment({.calendar_id = original.calendar_id,
                                 .contact_id = original.contact_id,
                                 .assigned_user_id = choose_user(*calendar, state, *slot),
                                 .interval = {slot->start, slot->end},
                                 .title = original.title,
                                 .description = original.description,
                                 .source = "calendar_page"},
                                now);
}

Result<void> edit(State& state, const std::string& id, const std::string& title, const std::string& description,
                  Instant now) {
  if (const auto found = find(state, id); !found) return holdfast::fail(found.error());
  const ActingAs acting(state, Actor::person);
  state.change_appointment(id, {.title = title, .description = description}, now);
  return {};
}

Result<void> reassign(State& state, const std::string& id, const std::string& user_id, Instant now) {
  const auto found = find(state, id);
  if (!found) return holdfast::fail(found.error());
  const Appointment& appointment = **found;
  const Calendar* calendar = state.calendar(appointment.calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  const bool in_team = std::ranges::find(calendar->team, user_id, &TeamMember::user_id) != calendar->team.end();
  if (!in_team || appointment.assigned_user_id == user_id) {
    return holdfast::fail(ErrorKind::invalid_input, "choose another member of the calendar's team");
  }
  if (!is_free_of_bookings(*calendar, {.state = state, .as_of = now}, appointment.interval, user_id, id)) {
    return holdfast::fail(ErrorKind::slot_taken, "this member of the team has something else then");
  }
  const ActingAs acting(state, Actor::person);
  state.change_appointment(id, {.assigned_user_id = user_id}, now);
  return {};
}

Result<void> merge(State& state, const std::string& kept, const std::string& other, Instant now) {
  const Contact* winner = state.contact(kept);
  const Contact* loser = state.contact(other);
  if (winner == nullptr || loser == nullptr || winner->deleted || loser->deleted) {
    return holdfast::fail(ErrorKind::not_found, "there is no contact of this id, or it was deleted");
  }
  if (winner == loser || winner->location_id != loser->location_id) {
    return holdfast::fail(ErrorKind::invalid_input, "choose two contacts of one location");
  }
  const ActingAs acting(state, Actor::person);
  state.merge_contacts(kept, other, now);
  return {};
}

Result<void> edit_calendar(State& state, const std::string& calendar_id, std::string_view change) {
  const Calendar* calendar = state.calendar(calendar_id);
  if (calendar == nullptr) return holdfast::fail(no_calendar());
  auto changed = changed_calendar(*calendar, change);
  if (!changed) return holdfast::fail(changed.error());
  // The rules of a fixture, for this calendar among the people and places there are.
  Fixture account;
  for (const auto& [id, other] : state.calendars()) {
    if (id != calendar_id) account.calendars.push_back(other);
  }
  account.calendars.push_back(*changed);
  for (const auto& [id, group] : state.documents().all(Collection::calendar_group)) {
    account.documents.push_back(
        {.collection = Collection::calendar_group, .id = id, .location_id = group.location_id, .fields = group.fields});
  }
  for (const auto& [id, location] : state.locations()) {
    account.locations.push_back(location);
    account.locations.back().company_id.clear();  // agencies are not what is checked here
  }
  for (const auto& [id, user] : state.users()) account.users.push_back(user);
  if (const auto checked = check_fixture(account); !checked) return holdfast::fail(checked.error());
  state.replace_calendar(std::move(*changed));
  return {};
}

}  // namespace mock_ghl::person
