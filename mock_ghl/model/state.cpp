#include "mock_ghl/model/state.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/phone.hpp"
#include "mock_ghl/model/letters.hpp"
#include "mock_ghl/webhooks/events.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Interval;

namespace {

// Longer than the longest lag of Settings.
constexpr holdfast::Duration fixture_age = holdfast::days{2};

template <class Map>
const typename Map::mapped_type* find_in(const Map& map, std::string_view id) {
  const auto it = map.find(id);
  return it == map.end() ? nullptr : &it->second;
}

}  // namespace

bool starts_before(const Appointment* a, const Appointment* b) {
  return a->interval.begin != b->interval.begin ? a->interval.begin < b->interval.begin : a->sequence < b->sequence;
}

bool Appointment::occupies() const {
  return !deleted && status != "cancelled" && status != "invalid" && status != "noshow";
}

const ContactFields* Contact::fields_as_of(Instant as_of) const {
  if (deleted && updated_at <= as_of) return nullptr;
  return versions.as_of(as_of);
}

namespace {
// Of the tokens, so that issuing one does not shift the ids of appointments.
constexpr std::uint64_t token_stream = 0x746f;

const Fixture& checked_and_resolved(Fixture& fixture) {
  const auto checked = check_fixture(fixture);
  HOLDFAST_ASSERT(checked.has_value() && "the fixture is not consistent; check_fixture says why");
  resolve_companies(fixture);
  return fixture;
}
}  // namespace

State::State(Fixture fixture, std::uint64_t seed, Instant now)
    : seed_(seed),
      ids_(seed),
      settings_(fixture.settings),
      authorization_(checked_and_resolved(fixture), holdfast::SplitMix64(seed).fork(token_stream).next(), now) {
  for (Location& location : fixture.locations) {
    zones_.emplace(location.id, *holdfast::Zone::find(location.timezone));
    locations_.emplace(location.id, std::move(location));
  }
  for (User& user : fixture.users) users_.emplace(user.id, std::move(user));
  for (Calendar& calendar : fixture.calendars) calendars_.emplace(calendar.id, std::move(calendar));
  const Instant planted = now - fixture_age;
  for (DocumentSeed& seeded : fixture.documents) {
    documents_.add(seeded.collection,
                   {.id = seeded.id.empty() ? draw_id() : std::move(seeded.id),
                    .location_id = std::move(seeded.location_id),
                    .owner_id = std::move(seeded.owner_id),
                    .fields = std::move(seeded.fields)},
                   planted);
  }
  for (Schedule& schedule : fixture.schedules) add_schedule(std::move(schedule), planted);
  for (ContactSeed& seeded : fixture.contacts) {
    add_contact(seeded.location_id, std::move(seeded.fields), planted, std::move(seeded.id));
  }
  for (AppointmentSeed& seeded : fixture.appointments) {
    const Calendar& of = calendars_.find(seeded.calendar_id)->second;
    if (seeded.user_id.empty() && !of.team.empty()) seeded.user_id = of.team.front().user_id;
    add_appointment({.id = std::move(seeded.id),
                     .calendar_id = seeded.calendar_id,
                     .contact_id = std::move(seeded.contact_id),
                     .assigned_user_id = std::move(seeded.user_id),
                     .interval = {seeded.start, seeded.end.value_or(seeded.start + of.slot_duration)},
                     .status = std::move(seeded.status),
                     .title = std::move(seeded.title),
                     .description = std::move(seeded.description),
                     .source = "fixture"},
                    planted);
  }
  plant_deals(*this, fixture.deals, planted);
}

std::unique_ptr<State> State::clone() const {
  std::unique_ptr<State> copy(new State(*this));
  for (Index* index :
       {&copy->busy_by_calendar_, &copy->busy_by_user_, &copy->placed_by_calendar_, &copy->placed_by_user_}) {
    copy->rebind(*index);
  }
  return copy;
}

void State::rebind(Index& index) {
  for (auto& [key, times] : index) {
    times.rebind_each([this](Occupancy& occupancy) {
      if (occupancy.calendar != nullptr) occupancy.calendar = calendar_ever(occupancy.calendar->id);
      const Appointment* of = appointment(occupancy.id);
      occupancy.id = of != nullptr ? std::string_view(of->id) : std::string_view(block(occupancy.id)->id);
      occupancy.series_id = of != nullptr ? std::string_view(of->master_event_id) : std::string_view();
    });
  }
}

const Appointment* State::appointment(std::string_view id) const {
  return find_in(appointments_, id);
}
const Contact* State::contact(std::string_view id) const {
  return find_in(contacts_, id);
}
const Calendar* State::calendar(std::string_view id) const {
  return find_in(calendars_, id);
}
const Location* State::location(std::string_view id) const {
  return find_in(locations_, id);
}
const User* State::user(std::string_view id) const {
  return find_in(users_, id);
}
const Block* State::block(std::string_view id) const {
  return find_in(blocks_, id);
}
const Schedule* State::schedule(std::string_view id) const {
  return find_in(schedules_, id);
}
const Series* State::series(std::string_view id) const {
  return find_in(series_, id);
}
const Calendar* State::calendar_ever(std::string_view id) const {
  const Calendar* living = calendar(id);
  return living != nullptr ? living : find_in(removed_calendars_, id);
}

std::vector<const Schedule*> State::schedules_of(std::string_view user_id, std::string_view calendar_id) const {
  std::vector<const Schedule*> found;
  const auto it = schedules_by_user_.find(user_id);
  if (it == schedules_by_user_.end()) return found;
  for (const std::string& id : it->second) {
    const Schedule& schedule = schedules_.find(id)->second;
    const auto& named = schedule.calendar_ids;
    if (calendar_id.empty() || std::find(named.begin(), named.end(), calendar_id) != named.end()) {
      found.push_back(&schedule);
    }
  }
  return found;
}

std::vector<const Location*> State::locations_of(std::string_view company_id) const {
  std::vector<const Location*> found;
  for (const auto& [id, location] : locations_) {
    if (location.company_id == company_id) found.push_back(&location);
  }
  return found;
}

const holdfast::Zone& State::zone(std::string_view location_id) const {
  const holdfast::Zone* zone = find_in(zones_, location_id);
  HOLDFAST_ASSERT(zone != nullptr);
  return *zone;
}

const Contact* State::first_of(const ContactIndex& index, std::string_view location_id, std::string key) const {
  if (key.empty()) return nullptr;
  const auto it = index.find(std::pair{std::string(location_id), std::move(key)});
  return it == index.end() || it->second.empty() ? nullptr : contact(it->second.front());
}

const Contact* State::contact_by_phone(std::string_view location_id, std::string_view e164) const {
  return first_of(by_phone_, location_id, std::string(e164));
}

const Contact* State::contact_by_email(std::string_view location_id, std::string_view email) const {
  return first_of(by_email_, location_id, lower_case(email));
}

std::vector<const Appointment*> State::appointments_of(std::string_view contact_id) const {
  std::vector<const Appointment*> found;
  const auto it = appointments_by_contact_.find(contact_id);
  if (it == appointments_by_contact_.end()) return found;
  for (const std::string& id : it->second) found.push_back(appointment(id));
  return found;
}

std::vector<const Appointment*> State::placed_in(const Index& index, std::string_view key,
                                                 const Interval& window) const {
  std::vector<const Appointment*> found;
  const TimeIndex* placed = find_in(index, key);
  if (placed == nullptr) return found;
  placed->visit_overlapping(window, [&](const Occupancy& place) { found.push_back(appointment(place.id)); });
  std::sort(found.begin(), found.end(), starts_before);
  return found;
}

std::vector<const Appointment*> State::appointments_in(std::string_view calendar_id, const Interval& window) const {
  return placed_in(placed_by_calendar_, calendar_id, window);
}

std::vector<const Appointment*> State::appointments_of_user(std::string_view user_id, const Interval& window) const {
  return placed_in(placed_by_user_, user_id, window);
}

int State::bookings(std::string_view calendar_id, std::string_view user_id) const {
  const auto it = bookings_.find(std::pair{std::string(calendar_id), std::string(user_id)});
  return it == bookings_.end() ? 0 : it->second;
}

const TimeIndex& State::calendar_index(std::string_view calendar_id) const {
  static const TimeIndex nothing;
  const TimeIndex* index = find_in(busy_by_calendar_, calendar_id);
  return index == nullptr ? nothing : *index;
}

const TimeIndex& State::user_index(std::string_view user_id) const {
  static const TimeIndex nothing;
  const TimeIndex* index = find_in(busy_by_user_, user_id);
  return index == nullptr ? nothing : *index;
}

std::string State::draw_id() {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string id(20, 'A');
  for (char& c : id) c = letters[ids_.below(letters.size())];
  return id;
}

std::vector<std::string> State::occupied_users(const Calendar& calendar, const std::string& assigned_user_id) const {
  std::vector<std::string> users;
  if (calendar.type == CalendarType::collective) {
    for (const TeamMember& member : calendar.team) users.push_back(member.user_id);
  }
  if (!assigned_user_id.empty() && std::find(users.begin(), users.end(), assigned_user_id) == users.end()) {
    users.push_back(assigned_user_id);
  }
  return users;
}

void State::occupy(const Appointment& appointment, Instant now) {
  const Occupancy occupancy{.interval = appointment.interval,
                            .from = now,
                            .calendar = calendar(appointment.calendar_id),
                            .sequence = appointment.sequence,
                            .id = appointment.id,
                            .series_id = appointment.master_event_id};
  busy_by_calendar_[appointment.calendar_id].add(occupancy);
  for (const std::string& user_id : appointment.user_ids) busy_by_user_[user_id].add(occupancy);
  ++bookings_[{appointment.calendar_id, appointment.assigned_user_id}];
}

void State::vacate(const Appointment& appointment, Instant now) {
  busy_by_calendar_[appointment.calendar_id].end(appointment.interval, appointment.id, now);
  for (const std::string& user_id : appointment.user_ids) {
    busy_by_user_[user_id].end(appointment.interval, appointment.id, now);
  }
  --bookings_[{appointment.calendar_id, appointment.assigned_user_id}];
}

void State::place(const Appointment& appointment) {
  const Occupancy occupancy{.interval = appointment.interval, .sequence = appointment.sequence, .id = appointment.id};
  placed_by_calendar_[appointment.calendar_id].add(occupancy);
  for (const std::string& user_id : appointment.user_ids) placed_by_user_[user_id].add(occupancy);
}

void State::displace(const Appointment& appointment) {
  placed_by_calendar_[appointment.calendar_id].erase(appointment.interval, appointment.id);
  for (const std::string& user_id : appointment.user_ids) {
    placed_by_user_[user_id].erase(appointment.interval, appointment.id);
  }
}

const Appointment& State::add_appointment(NewAppointment made, Instant now) {
  const Calendar* of = calendar(made.calendar_id);
  HOLDFAST_ASSERT(of != nullptr && made.interval.valid());
  std::string id = made.id.empty() ? draw_id() : std::move(made.id);
  const auto [it, fresh] = appointments_.try_emplace(id);
  HOLDFAST_ASSERT(fresh);
  Appointment& appointment = it->second;
  appointment = Appointment{.id = std::move(id),
                            .sequence = ++appointment_count_,
                            .calendar_id = std::move(made.calendar_id),
                            .location_id = of->location_id,
                            .contact_id = std::move(made.contact_id),
                            .assigned_user_id = made.assigned_user_id,
                            .user_ids = occupied_users(*of, made.assigned_user_id),
                            .interval = made.interval,
                            .status = std::move(made.status),
                            .title = std::move(made.title),
                            .description = std::move(made.description),
                            .address = std::move(made.address),
                            .meeting_location_type = std::move(made.meeting_location_type),
                            .source = std::move(made.source),
                            .created_at = now,
                            .updated_at = now,
                            .master_event_id = std::move(made.master_event_id),
                            .rrule = std::move(made.rrule),
                            .by_chaos = made.by_chaos};
  appointments_by_contact_[appointment.contact_id].push_back(appointment.id);
  place(appointment);
  if (appointment.occupies()) {
    occupy(appointment, now);
  } else {
    appointment.ended_at = now;
  }
  if (made.notify && appointment.source != "fixture") send_notice(Notice::Kind::booked, appointment, now);
  note_appointment("AppointmentCreate", appointment,
                   appointment.source == "api" ? webhooks::source_of(Actor::api) : appointment.source, now);
  return appointment;
}

void State::note_denied(std::string_view id) {
  const auto it = appointments_.find(id);
  if (it != appointments_.end()) it->second.denied = true;
}

const Appointment& State::change_appointment(std::string_view id, const AppointmentChange& change, Instant now) {
  const auto it = appointments_.find(id);
  HOLDFAST_ASSERT(it != appointments_.end());
  Appointment& appointment = it->second;
  const Appointment before = appointment;
  const auto take = [](const auto& given, auto& into) {
    if (given) into = *given;
  };
  take(change.calendar_id, appointment.calendar_id);
  take(change.assigned_user_id, appointment.assigned_user_id);
  take(change.interval, appointment.interval);
  take(change.status, appointment.status);
  take(change.title, appointment.title);
  take(change.description, appointment.description);
  take(change.address, appointment.address);
  take(change.meeting_location_type, appointment.meeting_location_type);
  const Calendar* of = calendar(appointment.calendar_id);
  HOLDFAST_ASSERT(of != nullptr && appointment.interval.valid());
  if (change.calendar_id || change.assigned_user_id) {
    appointment.user_ids = occupied_users(*of, appointment.assigned_user_id);
  }
  appointment.updated_at = now;
  appointment.by_chaos = appointment.by_chaos || change.by_chaos;
  reindex(before, appointment, now);
  notice_change(before, appointment, change, now);
  note_appointment("AppointmentUpdate", appointment, webhooks::source_of(actor_), now);
  return appointment;
}

// The indexes remember every move, so a change that moves nothing must not reach them.
void State::reindex(const Appointment& before, Appointment& appointment, Instant now) {
  const bool moves = appointment.calendar_id != before.calendar_id || appointment.interval != before.interval ||
                     appointment.user_ids != before.user_ids || appointment.assigned_user_id != before.assigned_user_id;
  if (moves) {
    displace(before);
    place(appointment);
  }
  const bool occupies = appointment.occupies();
  if (!moves && occupies == before.occupies()) return;
  if (before.occupies()) vacate(before, now);
  if (occupies) {
    occupy(appointment, now);
    appointment.ended_at.reset();
  } else if (before.occupies()) {
    appointment.ended_at = now;
  }
}

const Appointment& State::delete_appointment(std::string_view id, Instant now) {
  const auto it = appointments_.find(id);
  HOLDFAST_ASSERT(it != appointments_.end() && !it->second.deleted);
  Appointment& appointment = it->second;
  if (appointment.occupies()) {
    vacate(appointment, now);
    appointment.ended_at = now;
    // A deletion has no `toNotify`; that it cancels silently is not documented, so it does not.
    send_notice(Notice::Kind::cancelled, appointment, now);
  }
  appointment.deleted = true;
  appointment.updated_at = now;
  if (const auto series = series_.find(appointment.master_event_id); series != series_.end()) {
    std::erase(series->second.appointment_ids, appointment.id);
  }
  note_appointment("AppointmentDelete", appointment, webhooks::source_of(actor_), now);
  return appointment;
}

void State::note_event(std::string_view kind, std::string_view location_id, holdfast::Json payload, Instant now) {
  outbox_.note({.kind = std::string(kind),
                .location_id = std::string(location_id),
                .payload = std::move(payload),
                .at = now,
                .actor = actor_});
}

void State::note_event(std::string_view kind, const Document& document, Instant now) {
  if (!outbox_.recording()) return;
  note_event(kind, document.location_id, webhooks::document_payload(kind, document), now);
}

void State::note_appointment(std::string_view kind, const Appointment& appointment, std::string_view source,
                             Instant now) {
  if (!outbox_.recording()) return;
  const Calendar* of = calendar_ever(appointment.calendar_id);
  HOLDFAST_ASSERT(of != nullptr);
  note_event(kind, appointment.location_id,
             webhooks::appointment_payload(appointment, of->group_id, zone(appointment.location_id), source), now);
}

// A tag change fires both events (facts/ghl.md 7.4); the switch for DND is taken to do the same.
void State::note_contact_change(const Contact& contact, const ContactFields& before, Instant now) {
  note_event("ContactUpdate", contact.location_id, webhooks::contact_payload(contact), now);
  if (contact.fields.tags != before.tags) {
    note_event("ContactTagUpdate", contact.location_id, webhooks::contact_payload(contact), now);
  }
  if (contact.fields.dnd.value_or(false) != before.dnd.value_or(false) ||
      contact.fields.dnd_settings != before.dnd_settings) {
    note_event("ContactDndUpdate", contact.location_id, webhooks::contact_payload(contact, /*with_dnd=*/true), now);
  }
}

void State::index_contact(const Contact& contact) {
  // Kept in order of creation, so that "the first match" never depends on the order of updates.
  const auto insert = [&](ContactIndex& index, std::string key) {
    if (key.empty()) return;
    std::vector<std::string>& ids = index[{contact.location_id, std::move(key)}];
    const auto later = [&](std::uint64_t sequence, const std::string& id) {
      return sequence < contacts_.find(id)->second.sequence;
    };
    ids.insert(std::upper_bound(ids.begin(), ids.end(), contact.sequence, later), contact.id);
  };
  insert(by_phone_, contact.fields.phone);
  insert(by_email_, lower_case(contact.fields.email));
}

void State::unindex_contact(const Contact& contact) {
  const auto remove = [&](ContactIndex& index, std::string key) {
    const auto it = index.find(std::pair{contact.location_id, std::move(key)});
    if (it != index.end()) std::erase(it->second, contact.id);
  };
  remove(by_phone_, contact.fields.phone);
  remove(by_email_, lower_case(contact.fields.email));
}

std::string canonical_phone(std::string_view raw, std::string_view country) {
  const auto written_as_number = [](char c) {
    return std::string_view("0123456789 -().+").find(c) != std::string_view::npos;
  };
  const bool readable = !raw.empty() && raw.front() != ' ' && !raw.starts_with("00") &&
                        std::all_of(raw.begin(), raw.end(), written_as_number);
  if (readable) {
    if (auto e164 = holdfast::to_e164(raw, country)) return std::move(*e164);
  }
  return std::string(raw);
}

namespace {
void normalise_phone(ContactFields& fields, const std::string& country) {
  fields.phone = canonical_phone(fields.phone, country);
}

void remember(Contact& contact, Instant now) {
  contact.updated_at = now;
  contact.versions.keep(now, contact.fields);
}
}  // namespace

const Contact& State::add_contact(std::string_view location_id, ContactFields fields, Instant now, std::string id) {
  const Location* of = location(location_id);
  HOLDFAST_ASSERT(of != nullptr);
  normalise_phone(fields, of->country);
  if (id.empty()) id = draw_id();
  const auto [it, fresh] = contacts_.try_emplace(id);
  HOLDFAST_ASSERT(fresh);
  Contact& contact = it->second;
  contact.id = std::move(id);
  contact.sequence = ++contact_count_;
  contact.location_id = of->id;
  contact.fields = std::move(fields);
  contact.created_at = now;
  remember(contact, now);
  index_contact(contact);
  if (outbox_.recording()) {
    note_event("ContactCreate", contact.location_id, webhooks::contact_payload(contact), now);
  }
  return contact;
}

const Contact& State::change_contact(std::string_view id, ContactFields fields, Instant now) {
  const auto it = contacts_.find(id);
  HOLDFAST_ASSERT(it != contacts_.end() && !it->second.deleted);
  Contact& contact = it->second;
  normalise_phone(fields, locations_.find(contact.location_id)->second.country);
  unindex_contact(contact);
  const ContactFields before = std::exchange(contact.fields, std::move(fields));
  remember(contact, now);
  index_contact(contact);
  if (outbox_.recording()) note_contact_change(contact, before, now);
  return contact;
}

const Contact& State::delete_contact(std::string_view id, Instant now) {
  const auto it = contacts_.find(id);
  HOLDFAST_ASSERT(it != contacts_.end() && !it->second.deleted);
  unindex_contact(it->second);
  it->second.deleted = true;
  it->second.updated_at = now;
  if (outbox_.recording()) {
    note_event("ContactDelete", it->second.location_id, webhooks::contact_payload(it->second), now);
  }
  return it->second;
}

void State::merge_contacts(std::string_view winner, std::string_view loser, Instant now) {
  HOLDFAST_ASSERT(contact(winner) != nullptr && contact(loser) != nullptr && winner != loser);
  auto& kept = appointments_by_contact_[std::string(winner)];
  for (const std::string& id : std::exchange(appointments_by_contact_[std::string(loser)], {})) {
    Appointment& appointment = appointments_.find(id)->second;
    appointment.contact_id = winner;
    appointment.updated_at = now;
    kept.push_back(id);
    note_appointment("AppointmentUpdate", appointment, webhooks::source_of(actor_), now);
  }
  std::ranges::sort(kept, {}, [&](const std::string& id) { return appointments_.find(id)->second.sequence; });
  ContactFields& fields = contacts_.find(winner)->second.fields;
  const ContactFields& merged = contact(loser)->fields;
  if (!merged.phone.empty()) fields.extra["additionalPhones"].push_back(merged.phone);
  if (!merged.email.empty()) fields.extra["additionalEmails"].push_back(merged.email);
  auto& notes = notes_[std::string(winner)];
  for (Note& note : std::exchange(notes_[std::string(loser)], {})) {
    note.contact_id = winner;
    notes.push_back(std::move(note));
  }
  delete_contact(loser, now);
}

const Note& State::add_note(std::string_view contact_id, Note note, Instant now) {
  HOLDFAST_ASSERT(contact(contact_id) != nullptr);
  if (note.id.empty()) note.id = draw_id();
  note.contact_id = std::string(contact_id);
  note.created_at = now;
  std::vector<Note>& notes = notes_[note.contact_id];
  notes.push_back(std::move(note));
  if (outbox_.recording()) {
    note_event("NoteCreate", contact(contact_id)->location_id, webhooks::note_payload(notes.back()), now);
  }
  return notes.back();
}

Note* State::note(std::string_view contact_id, std::string_view id) {
  const auto it = notes_.find(contact_id);
  if (it == notes_.end()) return nullptr;
  const auto found = std::find_if(it->second.begin(), it->second.end(),
                                  [&](const Note& note) { return note.id == id && !note.deleted; });
  return found == it->second.end() ? nullptr : &*found;
}

void State::occupy_block(const Block& block, Instant now) {
  const Occupancy occupancy{.interval = block.interval, .from = now, .id = block.id};
  if (!block.calendar_id.empty()) busy_by_calendar_[block.calendar_id].add(occupancy);
  if (!block.user_id.empty()) busy_by_user_[block.user_id].add(occupancy);
}

void State::vacate_block(const Block& block, Instant now) {
  if (!block.calendar_id.empty()) busy_by_calendar_[block.calendar_id].end(block.interval, block.id, now);
  if (!block.user_id.empty()) busy_by_user_[block.user_id].end(block.interval, block.id, now);
}

const Block& State::add_block(Block made, Instant now) {
  HOLDFAST_ASSERT(made.interval.valid());
  if (made.id.empty()) made.id = draw_id();
  made.created_at = now;
  made.updated_at = now;
  const auto [it, fresh] = blocks_.try_emplace(made.id, made);
  HOLDFAST_ASSERT(fresh);
  occupy_block(it->second, now);
  return it->second;
}

const Block& State::change_block(std::string_view id, Block changed, Instant now) {
  const auto it = blocks_.find(id);
  HOLDFAST_ASSERT(it != blocks_.end() && !it->second.ended_at && changed.interval.valid());
  Block& block = it->second;
  vacate_block(block, now);
  block.calendar_id = std::move(changed.calendar_id);
  block.user_id = std::move(changed.user_id);
  block.title = std::move(changed.title);
  block.interval = changed.interval;
  block.updated_at = now;
  occupy_block(block, now);
  return block;
}

const Block& State::delete_block(std::string_view id, Instant now) {
  const auto it = blocks_.find(id);
  HOLDFAST_ASSERT(it != blocks_.end() && !it->second.ended_at);
  vacate_block(it->second, now);
  it->second.ended_at = now;
  it->second.updated_at = now;
  return it->second;
}

void State::add_instance(Series& series, NewAppointment made, const Instance& instance, Instant now) {
  made.id = series.id + "_" + std::to_string(holdfast::to_epoch_ms(instance.interval.begin)) + "_" +
            std::to_string(instance.interval.length() / holdfast::seconds{1});
  // A date that came back after its instance was deleted or moved away.
  if (const int times = ++series.made[made.id]; times > 1) made.id += "~" + std::to_string(times);
  made.interval = instance.interval;
  made.assigned_user_id = instance.assigned_user_id;
  made.status = instance.status;
  made.master_event_id = series.id;
  made.rrule = series.rrule;
  series.appointment_ids.push_back(add_appointment(std::move(made), now).id);
}

const Series& State::add_series(const NewAppointment& made, std::string rrule, const std::vector<Instance>& instances,
                                Instant now) {
  HOLDFAST_ASSERT(!instances.empty());
  std::string id = draw_id();
  Series& series = series_[id];
  series.id = std::move(id);
  series.location_id = calendar(made.calendar_id)->location_id;
  series.rrule = std::move(rrule);
  for (const Instance& instance : instances) add_instance(series, made, instance, now);
  return series;
}

const Series& State::replace_instances(std::string_view id, const std::vector<std::string>& replaced,
                                       const NewAppointment& made, std::string rrule,
                                       const std::vector<Instance>& instances, Instant now) {
  const auto it = series_.find(id);
  HOLDFAST_ASSERT(it != series_.end() && !instances.empty());
  Series& series = it->second;
  for (const std::string& old : replaced) delete_appointment(old, now);
  series.rrule = std::move(rrule);
  for (const Instance& instance : instances) add_instance(series, made, instance, now);
  return series;
}

const Calendar& State::add_calendar(Calendar calendar) {
  HOLDFAST_ASSERT(location(calendar.location_id) != nullptr);
  if (calendar.id.empty()) calendar.id = draw_id();
  const auto [it, fresh] = calendars_.try_emplace(calendar.id, std::move(calendar));
  HOLDFAST_ASSERT(fresh);
  return it->second;
}

void State::remove_calendar(std::string_view id, Instant now) {
  for (const auto& [appointment_id, appointment] : appointments_) {
    if (appointment.calendar_id == id && !appointment.deleted) delete_appointment(appointment_id, now);
  }
  for (const auto& [block_id, block] : blocks_) {
    if (block.calendar_id == id && !block.ended_at) delete_block(block_id, now);
  }
  for (auto& [schedule_id, schedule] : schedules_) std::erase(schedule.calendar_ids, id);
  // The node itself moves: occupancies of the past point to it.
  const auto it = calendars_.find(id);
  HOLDFAST_ASSERT(it != calendars_.end());
  removed_calendars_.insert(calendars_.extract(it));
}

const Schedule& State::add_schedule(Schedule schedule, Instant now) {
  HOLDFAST_ASSERT(user(schedule.user_id) != nullptr);
  if (schedule.id.empty()) schedule.id = draw_id();
  schedule.created_at = now;
  schedule.updated_at = now;
  const auto [it, fresh] = schedules_.try_emplace(schedule.id, std::move(schedule));
  HOLDFAST_ASSERT(fresh);
  schedules_by_user_[it->second.user_id].push_back(it->first);
  return it->second;
}

const Schedule& State::change_schedule(Schedule schedule, Instant now) {
  const auto it = schedules_.find(schedule.id);
  HOLDFAST_ASSERT(it != schedules_.end() && it->second.user_id == schedule.user_id);
  it->second = std::move(schedule);
  it->second.updated_at = now;
  return it->second;
}

void State::remove_schedule(std::string_view id) {
  const auto it = schedules_.find(id);
  HOLDFAST_ASSERT(it != schedules_.end());
  std::erase(schedules_by_user_[it->second.user_id], it->first);
  schedules_.erase(it);
}

void State::replace_calendar(Calendar calendar) {
  const auto it = calendars_.find(calendar.id);
  HOLDFAST_ASSERT(it != calendars_.end());
  HOLDFAST_ASSERT(it->second.location_id == calendar.location_id && it->second.type == calendar.type);
  it->second = std::move(calendar);
}

}  // namespace mock_ghl
