#include "scenarios/world/record.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/check/order.hpp"

namespace scenarios {

using holdfast::Instant;

namespace {

CalendarFact fact_of(const mock_ghl::Calendar& calendar) {
  CalendarFact fact;
  fact.id = calendar.id;
  fact.service = calendar.name;
  fact.slot_duration = calendar.slot_duration;
  fact.buffers = calendar.pre_buffer + calendar.post_buffer;
  fact.seats_per_slot = std::max(1, calendar.appointments_per_slot);
  // Any member serves, each with the seats of a slot; only a collective meeting needs them all.
  const bool together = calendar.type == mock_ghl::CalendarType::collective;
  const int servers = together ? 1 : std::max<int>(1, static_cast<int>(calendar.team.size()));
  fact.seats_in_all = fact.seats_per_slot * servers;
  for (const auto& member : calendar.team) fact.user_ids.push_back(member.user_id);
  return fact;
}

// When people changed where an appointment stands, or whether it does: (its id, the instant). They always tell the
// customer.
using DeedsOfPeople = std::set<std::pair<std::string, Instant>>;

DeedsOfPeople deeds_of_people(const mock_ghl::State& state) {
  DeedsOfPeople deeds;
  for (const auto& notice : state.notices()) {
    if (notice.actor == mock_ghl::Actor::person) deeds.emplace(notice.appointment_id, notice.at);
  }
  return deeds;
}

// A stretch of the run in which an appointment took up one time.
struct Stay {
  const mock_ghl::Calendar* calendar = nullptr;
  std::vector<std::string> user_ids;
  mock_ghl::Occupancy taken;
};

constexpr holdfast::Interval all_times{Instant{} - holdfast::days{36'500}, Instant{} + holdfast::days{36'500}};

// By appointment, oldest first.
std::map<std::string, std::vector<Stay>> stays_of(const RunPlan& plan, const mock_ghl::State& state) {
  std::map<std::string, std::vector<Stay>> stays;
  for (const auto& calendar : plan.fixture.calendars) {
    state.calendar_index(calendar.id).visit_overlapping(all_times, [&](const mock_ghl::Occupancy& taken) {
      if (taken.calendar != nullptr) stays[std::string(taken.id)].push_back({&calendar, {}, taken});
    });
  }
  for (auto& [id, each] : stays) {
    std::ranges::sort(each, {}, [](const Stay& stay) { return stay.taken.from; });
  }
  for (const auto& user : plan.fixture.users) {
    state.user_index(user.id).visit_overlapping(all_times, [&](const mock_ghl::Occupancy& taken) {
      const auto found = stays.find(std::string(taken.id));
      if (found == stays.end()) return;
      for (Stay& stay : found->second) {
        if (stay.taken.from == taken.from && stay.taken.interval == taken.interval) stay.user_ids.push_back(user.id);
      }
    });
  }
  return stays;
}

BookingFact fact_of(const mock_ghl::Appointment& appointment) {
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
  fact.denied = appointment.denied;
  fact.by_chaos = appointment.by_chaos || appointment.denied;
  return fact;
}

std::set<std::string> texts_of(const holdfast::Json& value, std::string_view key) {
  const holdfast::Json* list = holdfast::find_member(value, key);
  return list == nullptr ? std::set<std::string>() : list->get<std::set<std::string>>();
}

ContactFact fact_of(const std::string& id, const mock_ghl::Contact& contact, const mock_ghl::Fixture& fixture) {
  const auto& fields = contact.fields;
  ContactFact fact{id, fields.first_name, fields.last_name, fields.email, fields.phone, true, contact.deleted};
  fact.location_id = contact.location_id;
  fact.merged_phones = texts_of(fields.extra, "additionalPhones");
  fact.merged_emails = texts_of(fields.extra, "additionalEmails");
  const auto seed = std::ranges::find(fixture.contacts, id, &mock_ghl::ContactSeed::id);
  if (seed == fixture.contacts.end()) return fact;
  fact.made_in_run = false;
  fact.changed = seed->fields.first_name != fields.first_name || seed->fields.last_name != fields.last_name ||
                 seed->fields.email != fields.email || seed->fields.phone != fields.phone;
  return fact;
}

void record_booking(const mock_ghl::Appointment& appointment, const std::vector<Stay>& stays,
                    const DeedsOfPeople& by_person, std::vector<BookingFact>& bookings) {
  const BookingFact whole = fact_of(appointment);
  if (stays.empty()) {
    // It never took up any time.
    bookings.push_back(whole);
    bookings.back().ended_at = whole.created_at;
    return;
  }
  bool restored = false;
  std::optional<Instant> left_at;
  for (const Stay& stay : stays) {
    BookingFact& fact = bookings.emplace_back(whole);
    fact.calendar_id = stay.calendar->id;
    fact.user_ids = stay.user_ids;
    fact.interval = stay.taken.interval;
    fact.created_at = stay.taken.from;
    fact.ended_at = stay.taken.until == Instant::max() ? std::nullopt : std::optional(stay.taken.until);
    fact.cancelled_by_person = fact.ended_at && by_person.contains({fact.id, *fact.ended_at});
    fact.placed_by_person = by_person.contains({fact.id, fact.created_at});
    // Given to another of the team, of which no customer is told: only people do that.
    if (left_at && *left_at == fact.created_at && bookings.size() > 1) {
      BookingFact& before = bookings[bookings.size() - 2];
      const bool handed_on = before.id == fact.id && before.interval == fact.interval;
      fact.placed_by_person = fact.placed_by_person || handed_on;
      before.cancelled_by_person = before.cancelled_by_person || handed_on;
    }
    restored = restored || (fact.placed_by_person && left_at && *left_at < fact.created_at);
    fact.restored = restored;
    left_at = fact.ended_at;
  }
}

NoticeFact fact_of(const mock_ghl::Notice& notice) {
  return {.kind = static_cast<NoticeFact::Kind>(notice.kind),
          .appointment_id = notice.appointment_id,
          .contact_id = notice.contact_id,
          .at = notice.at,
          .by_person = notice.actor == mock_ghl::Actor::person};
}

// Who got what in writing. Messages have no place among GHL's own notices; their order in time is what is read.
void record_messages(const mock_ghl::State& state, History& history) {
  for (const auto& [id, message] : state.documents().all(mock_ghl::Collection::message)) {
    if (message.text("direction") != "outbound") continue;
    NoticeFact fact;
    fact.kind = NoticeFact::Kind::written;
    fact.contact_id = message.text("contactId");
    fact.at = message.created_at;
    fact.text = message.text("body");
    history.notices.push_back(std::move(fact));
  }
  sort_stably(history.notices, [](const NoticeFact& a, const NoticeFact& b) { return a.at < b.at; });
}

}  // namespace

void record_twin(const RunPlan& plan, const mock_ghl::State& state, History& history) {
  const DeedsOfPeople by_person = deeds_of_people(state);
  history.zone = plan.fixture.locations.front().timezone;
  for (const auto& calendar : plan.fixture.calendars) history.calendars.push_back(fact_of(calendar));
  for (const auto& service : plan.services) history.services.push_back({service.name, service.calendar_id});
  const auto stays = stays_of(plan, state);
  std::vector<const mock_ghl::Appointment*> appointments;
  for (const auto& [id, appointment] : state.appointments()) appointments.push_back(&appointment);
  std::ranges::sort(appointments, {}, &mock_ghl::Appointment::sequence);
  for (const auto* appointment : appointments) {
    const auto found = stays.find(appointment->id);
    record_booking(*appointment, found == stays.end() ? std::vector<Stay>{} : found->second, by_person,
                   history.bookings);
  }
  for (const auto& [id, contact] : state.contacts()) {
    history.contacts.push_back(fact_of(id, contact, plan.fixture));
  }
  for (const auto& [contact_id, notes] : state.notes()) {
    for (const auto& note : notes) history.notes.push_back({contact_id, note.body});
  }
  for (const auto& notice : state.notices()) history.notices.push_back(fact_of(notice));
  record_messages(state, history);
  history.tasks = static_cast<int>(state.documents().all(mock_ghl::Collection::task).size());
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
