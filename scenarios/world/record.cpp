#include "scenarios/world/record.hpp"

#include <algorithm>

namespace scenarios {

namespace {

CalendarFact fact_of(const mock_ghl::Calendar& calendar) {
  CalendarFact fact;
  fact.id = calendar.id;
  fact.service = calendar.name;
  fact.slot_duration = calendar.slot_duration;
  fact.buffers = calendar.pre_buffer + calendar.post_buffer;
  fact.seats_per_slot = std::max(1, calendar.appointments_per_slot);
  const bool shared = calendar.type == mock_ghl::CalendarType::round_robin;
  const int servers = shared ? std::max<int>(1, static_cast<int>(calendar.team.size())) : 1;
  fact.seats_in_all = fact.seats_per_slot * servers;
  for (const auto& member : calendar.team) fact.user_ids.push_back(member.user_id);
  return fact;
}

BookingFact fact_of(const mock_ghl::Appointment& appointment, const std::set<std::string>& cancelled_by_person) {
  BookingFact fact;
  fact.id = appointment.id;
  fact.calendar_id = appointment.calendar_id;
  fact.contact_id = appointment.contact_id;
  fact.user_ids = appointment.user_ids;
  fact.interval = appointment.interval;
  fact.created_at = appointment.created_at;
  fact.ended_at = appointment.ended_at;
  fact.source = appointment.source;
  fact.description = appointment.description;
  fact.title = appointment.title;
  fact.cancelled_by_person = cancelled_by_person.contains(appointment.id);
  return fact;
}

ContactFact fact_of(const std::string& id, const mock_ghl::Contact& contact, const mock_ghl::Fixture& fixture) {
  const auto& fields = contact.fields;
  ContactFact fact{id, fields.first_name, fields.last_name, fields.email, fields.phone, true, contact.deleted};
  const auto seed = std::ranges::find(fixture.contacts, id, &mock_ghl::ContactSeed::id);
  if (seed == fixture.contacts.end()) return fact;
  fact.made_in_run = false;
  fact.changed = seed->fields.first_name != fields.first_name || seed->fields.last_name != fields.last_name ||
                 seed->fields.email != fields.email || seed->fields.phone != fields.phone;
  return fact;
}

}  // namespace

void record_twin(const RunPlan& plan, const mock_ghl::State& state, const std::set<std::string>& cancelled_by_person,
                 History& history) {
  history.zone = plan.fixture.locations.front().timezone;
  for (const auto& calendar : plan.fixture.calendars) history.calendars.push_back(fact_of(calendar));
  for (const auto& service : plan.services) history.services.push_back({service.name, service.calendar_id});
  std::vector<const mock_ghl::Appointment*> appointments;
  for (const auto& [id, appointment] : state.appointments()) appointments.push_back(&appointment);
  std::ranges::sort(appointments, {}, &mock_ghl::Appointment::sequence);
  for (const auto* appointment : appointments) history.bookings.push_back(fact_of(*appointment, cancelled_by_person));
  for (const auto& [id, contact] : state.contacts()) {
    history.contacts.push_back(fact_of(id, contact, plan.fixture));
  }
  for (const auto& [contact_id, notes] : state.notes()) {
    for (const auto& note : notes) history.notes.push_back({contact_id, note.body});
  }
}

void count_probes(const History& history, const mock_ghl::Twin& twin, Probes& probes) {
  for (const auto& entry : twin.journal()) probes.hit("chaos: " + std::string(mock_ghl::to_string(entry.fault)));
  for (const auto& call : history.calls) {
    probes.hit("caller: told " + (call.told.empty() ? std::string("nothing") : call.told));
    if (call.hung_up) probes.hit("caller: hung up");
    for (const auto& exchange : call.exchanges) {
      if (exchange.status == "pending") probes.hit("caller: heard pending");
      if (!exchange.answered_at) probes.hit("caller: got no answer");
      if (exchange.deliveries > 1) probes.hit("vapi: delivered a tool call again");
    }
  }
}

}  // namespace scenarios
