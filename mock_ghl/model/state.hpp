// State: the authoritative record of the twin. What happened is never forgotten: cancelled and deleted appointments are
// marked with the instant, so that a checker can read the whole history. Pure: no clock, `now` is a parameter.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/documents.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/notices.hpp"
#include "mock_ghl/model/oauth.hpp"
#include "mock_ghl/model/outbox.hpp"
#include "mock_ghl/model/time_index.hpp"
#include "mock_ghl/model/versions.hpp"

namespace mock_ghl {

// An appointment that is or was in the calendar.
struct Appointment {
  std::string id = {};
  std::uint64_t sequence = 0;  // 1, 2, … in order of creation
  std::string calendar_id = {};
  std::string location_id = {};
  std::string contact_id = {};
  std::string assigned_user_id = {};  // empty on event calendars without a team
  std::vector<std::string> user_ids =
      {};  // whose time it takes: the assigned user; all members of a collective calendar
  holdfast::Interval interval = {};
  std::string status = "confirmed";  // new, confirmed, cancelled, showed, noshow, invalid
  std::string title = {};
  std::string description = {};
  std::string address = {};
  std::string meeting_location_type = {};  // "custom", "zoom", …; "" when nobody said
  std::string source = "api";              // "api", "calendar_page" (a person) or "fixture"
  holdfast::Instant created_at = {};
  holdfast::Instant updated_at = {};
  std::optional<holdfast::Instant> ended_at =
      {};  // when it stopped taking up its time (cancelled, deleted); cleared by a revival
  bool deleted = false;
  std::string master_event_id = {};  // of the series it is an instance of; "" for a single one
  std::string rrule = {};            // of that series
  bool denied = false;               // made, but its client was answered that it was not
  bool by_chaos = false;             // not as the client asked: stored otherwise, or one request made it once more

  // True while it takes up its time: not deleted, not cancelled, invalid or noshow (facts/ghl.md 4.8).
  bool occupies() const;
};

// True when `a` begins earlier, or at the same time and was made earlier: the order that events are listed in.
bool starts_before(const Appointment* a, const Appointment* b);

// A contact with the past versions that a lagging search index still shows.
struct Contact {
  std::string id = {};
  std::uint64_t sequence = 0;
  std::string location_id = {};
  ContactFields fields = {};
  holdfast::Instant created_at = {};
  holdfast::Instant updated_at = {};
  bool deleted = false;
  Versions<ContactFields> versions = {};

  // The fields as a reader who is behind sees them: nullptr when it was not there yet at `as_of`, or no more.
  const ContactFields* fields_as_of(holdfast::Instant as_of) const;
};

// A note on a contact.
struct Note {
  std::string id = {};
  std::string contact_id = {};
  std::string user_id = {};
  std::string body = {};
  std::string title = {};
  std::string color = {};
  bool pinned = false;
  holdfast::Instant created_at = {};
  bool deleted = false;
};

// A blocked slot: of one user (everywhere) or of an event calendar.
struct Block {
  std::string id = {};
  std::string location_id = {};
  std::string calendar_id = {};
  std::string user_id = {};
  std::string title = {};
  holdfast::Interval interval = {};
  holdfast::Instant created_at = {};
  holdfast::Instant updated_at = {};
  std::optional<holdfast::Instant> ended_at = {};
};

// A recurring appointment: GHL's master event. It is no appointment itself; each date of it is one, with an id of its
// own.
struct Series {
  std::string id = {};
  std::string location_id = {};
  std::string rrule = {};                             // RFC 5545, as given
  std::vector<std::string> appointment_ids = {};      // its instances that are not deleted, oldest first
  std::map<std::string, int, std::less<>> made = {};  // how often a date got an instance, by the id it would have
};

// One date of a new series.
struct Instance {
  holdfast::Interval interval = {};
  std::string assigned_user_id = {};
  std::string status = "confirmed";
};

// What a new appointment is made of; checks are the caller's business.
struct NewAppointment {
  std::string id = {};  // drawn when empty
  std::string calendar_id = {};
  std::string contact_id = {};
  std::string assigned_user_id = {};
  holdfast::Interval interval = {};
  std::string status = "confirmed";
  std::string title = {};
  std::string description = {};
  std::string address = {};
  std::string meeting_location_type = {};
  std::string source = "api";
  std::string master_event_id = {};
  std::string rrule = {};
  bool notify = true;  // the customer is told (`toNotify`)
  bool by_chaos = false;
};

// What an update changes; what is absent stays.
struct AppointmentChange {
  std::optional<std::string> calendar_id = {};
  std::optional<std::string> assigned_user_id = {};
  std::optional<holdfast::Interval> interval = {};
  std::optional<std::string> status = {};
  std::optional<std::string> title = {};
  std::optional<std::string> description = {};
  std::optional<std::string> address = {};
  std::optional<std::string> meeting_location_type = {};
  bool notify = true;           // the customer is told of a move or a cancellation (`toNotify`)
  bool release_notice = false;  // and of the booking itself, where the settings let an update do that
  bool by_chaos = false;
};

// The record. Not thread-safe; copied by clone() only (its indexes point into it). References that methods hand out
// stay valid as long as the state lives. Lookups of unknown ids answer nullptr; changing an unknown id is a bug of the
// caller.
class State {
 public:
  // `fixture` must pass check_fixture (asserted). Ids are drawn from `seed`, in order of creation. The fixture's
  // records were created two days before `now`, so that the slowest reader has them; its tokens are issued at `now`.
  State(Fixture fixture, std::uint64_t seed, holdfast::Instant now);
  State& operator=(const State&) = delete;
  // A copy that shares nothing with this one: a snapshot.
  std::unique_ptr<State> clone() const;

  // Reading. All ordered by id; Appointment::sequence gives the order of creation.
  const std::map<std::string, Appointment, std::less<>>& appointments() const { return appointments_; }
  const std::map<std::string, Contact, std::less<>>& contacts() const { return contacts_; }
  const std::map<std::string, Block, std::less<>>& blocks() const { return blocks_; }
  // Notes by contact id, oldest first, deleted ones too.
  const std::map<std::string, std::vector<Note>, std::less<>>& notes() const { return notes_; }
  // What customers received from GHL itself, oldest first. A fixture's appointments tell nobody.
  const std::vector<Notice>& notices() const { return notices_; }
  const std::map<std::string, Calendar, std::less<>>& calendars() const { return calendars_; }
  const std::map<std::string, Location, std::less<>>& locations() const { return locations_; }
  const std::map<std::string, User, std::less<>>& users() const { return users_; }
  const std::map<std::string, Schedule, std::less<>>& schedules() const { return schedules_; }
  const Authorization& authorization() const { return authorization_; }
  const Settings& settings() const { return settings_; }
  // The plain records: read and changed by their handlers.
  const Documents& documents() const { return documents_; }
  Documents& documents() { return documents_; }

  // By id; nullptr when there is none.
  const Appointment* appointment(std::string_view id) const;
  const Contact* contact(std::string_view id) const;    // deleted ones too
  const Calendar* calendar(std::string_view id) const;  // not a removed one
  const Location* location(std::string_view id) const;
  const User* user(std::string_view id) const;
  const Block* block(std::string_view id) const;
  const Schedule* schedule(std::string_view id) const;
  const Series* series(std::string_view id) const;
  // A user's schedules, oldest first; with a calendar, those that name it.
  std::vector<const Schedule*> schedules_of(std::string_view user_id, std::string_view calendar_id = {}) const;
  // The zone of a location.
  const holdfast::Zone& zone(std::string_view location_id) const;
  // The oldest living contact of the location with this E.164 phone, or this e-mail (in any case of letters).
  const Contact* contact_by_phone(std::string_view location_id, std::string_view e164) const;
  const Contact* contact_by_email(std::string_view location_id, std::string_view email) const;
  // A contact's appointments, oldest first.
  std::vector<const Appointment*> appointments_of(std::string_view contact_id) const;
  // Appointments of a calendar or of a user whose present interval overlaps `window`, cancelled and deleted ones
  // included, in the order of starts_before().
  std::vector<const Appointment*> appointments_in(std::string_view calendar_id, const holdfast::Interval& window) const;
  std::vector<const Appointment*> appointments_of_user(std::string_view user_id,
                                                       const holdfast::Interval& window) const;
  // Number of living bookings of a user on a calendar.
  int bookings(std::string_view calendar_id, std::string_view user_id) const;

  // The locations of an agency, by id.
  std::vector<const Location*> locations_of(std::string_view company_id) const;

  // Changing.
  Authorization& authorization() { return authorization_; }
  const Appointment& add_appointment(NewAppointment appointment, holdfast::Instant now);
  const Appointment& change_appointment(std::string_view id, const AppointmentChange& change, holdfast::Instant now);
  // Its client was answered that it was not made. Nothing happens when there is no such appointment.
  void note_denied(std::string_view id);
  // Marks it deleted; its status stays.
  const Appointment& delete_appointment(std::string_view id, holdfast::Instant now);
  // `fields.phone` is kept as canonical_phone.
  const Contact& add_contact(std::string_view location_id, ContactFields fields, holdfast::Instant now,
                             std::string id = {});
  const Contact& change_contact(std::string_view id, ContactFields fields, holdfast::Instant now);
  const Contact& delete_contact(std::string_view id, holdfast::Instant now);
  // Another living contact of the location becomes the one of the appointments and notes of `loser`, which is deleted.
  void merge_contacts(std::string_view winner, std::string_view loser, holdfast::Instant now);
  const Note& add_note(std::string_view contact_id, Note note, holdfast::Instant now);
  // The living note of a contact; nullptr when there is none. To be changed in place.
  Note* note(std::string_view contact_id, std::string_view id);
  const Block& add_block(Block block, holdfast::Instant now);
  const Block& delete_block(std::string_view id, holdfast::Instant now);
  // Gives a block another place, user, calendar or title. The id must exist and not have ended.
  const Block& change_block(std::string_view id, Block changed, holdfast::Instant now);
  // Makes the instances of a new series (at least one), their ids "<series id>_<start in ms>_<length in s>" as GHL
  // builds them. `made` gives what they share.
  const Series& add_series(const NewAppointment& made, std::string rrule, const std::vector<Instance>& instances,
                           holdfast::Instant now);
  // Deletes instances of a series and puts others in their place (a series that moves).
  const Series& replace_instances(std::string_view id, const std::vector<std::string>& replaced,
                                  const NewAppointment& made, std::string rrule, const std::vector<Instance>& instances,
                                  holdfast::Instant now);
  // `calendar.id` is drawn when empty; its location must exist.
  const Calendar& add_calendar(Calendar calendar);
  // Takes a calendar away: its appointments are deleted, its blocks end, its schedules forget it (facts/ghl.md 4.1).
  void remove_calendar(std::string_view id, holdfast::Instant now);
  // `schedule.id` is drawn when empty; its user must exist.
  const Schedule& add_schedule(Schedule schedule, holdfast::Instant now);
  const Schedule& change_schedule(Schedule schedule, holdfast::Instant now);
  void remove_schedule(std::string_view id);
  // Somebody edits a calendar's rules in GHL's screen (quirk 26). The id must exist; location and type stay.
  void replace_calendar(Calendar calendar);

  // Telling the world (webhooks). While somebody listens, each change above notes the events GHL would send; while
  // nobody does, noting costs nothing. Read with take(), by who delivers.
  const Outbox& outbox() const { return outbox_; }
  Outbox& outbox() { return outbox_; }
  // Notes an event of facts/ghl.md 7.3 by its name, made by the present actor. The payload lacks the envelope. Where it
  // costs something to make, ask outbox().recording() first.
  void note_event(std::string_view kind, std::string_view location_id, holdfast::Json payload, holdfast::Instant now);
  // The same for a plain record: the payload is those of its fields that the kind documents.
  void note_event(std::string_view kind, const Document& document, holdfast::Instant now);
  // Who makes the changes from now on; see ActingAs.
  Actor actor() const { return actor_; }
  void set_actor(Actor actor) { actor_ = actor; }

  // For the slot engine. Empty indexes for unknown ids.
  const TimeIndex& calendar_index(std::string_view calendar_id) const;
  const TimeIndex& user_index(std::string_view user_id) const;
  // Twenty characters of [A-Za-z0-9], as GHL's ids look.
  std::string draw_id();
  // The seed it began with: for draws that must not depend on what happened (look busy).
  std::uint64_t seed() const { return seed_; }

 private:
  using Index = std::map<std::string, TimeIndex, std::less<>>;
  using ContactIndex = std::map<std::pair<std::string, std::string>, std::vector<std::string>, std::less<>>;

  // Copies the indexes as they are, pointing into `other`: only clone() may, which rebinds them.
  State(const State& other) = default;
  void rebind(Index& index);
  void occupy(const Appointment& appointment, holdfast::Instant now);
  void vacate(const Appointment& appointment, holdfast::Instant now);
  void place(const Appointment& appointment);
  void displace(const Appointment& appointment);
  void reindex(const Appointment& before, Appointment& appointment, holdfast::Instant now);
  std::vector<std::string> occupied_users(const Calendar& calendar, const std::string& assigned_user_id) const;
  std::vector<const Appointment*> placed_in(const Index& index, std::string_view key,
                                            const holdfast::Interval& window) const;
  void index_contact(const Contact& contact);
  void unindex_contact(const Contact& contact);
  const Contact* first_of(const ContactIndex& index, std::string_view location_id, std::string key) const;
  void note_appointment(std::string_view kind, const Appointment& appointment, std::string_view source,
                        holdfast::Instant now);
  void note_contact_change(const Contact& contact, const ContactFields& before, holdfast::Instant now);

  void send_notice(Notice::Kind kind, const Appointment& appointment, holdfast::Instant now);
  void notice_change(const Appointment& before, const Appointment& appointment, const AppointmentChange& change,
                     holdfast::Instant now);

  const Calendar* calendar_ever(std::string_view id) const;
  void add_instance(Series& series, NewAppointment made, const Instance& instance, holdfast::Instant now);
  void occupy_block(const Block& block, holdfast::Instant now);
  void vacate_block(const Block& block, holdfast::Instant now);

  std::uint64_t seed_;
  holdfast::SplitMix64 ids_;
  Outbox outbox_;
  Actor actor_ = Actor::api;
  Documents documents_;
  Settings settings_;
  Authorization authorization_;
  std::map<std::string, Location, std::less<>> locations_;
  std::map<std::string, holdfast::Zone, std::less<>> zones_;
  std::map<std::string, User, std::less<>> users_;
  std::map<std::string, Calendar, std::less<>> calendars_;
  std::map<std::string, Calendar, std::less<>> removed_calendars_;  // what happened on them is still in the indexes
  std::map<std::string, Schedule, std::less<>> schedules_;
  std::map<std::string, std::vector<std::string>, std::less<>> schedules_by_user_;
  std::map<std::string, Series, std::less<>> series_;
  std::map<std::string, Appointment, std::less<>> appointments_;
  std::map<std::string, Contact, std::less<>> contacts_;
  std::map<std::string, std::vector<Note>, std::less<>> notes_;
  std::vector<Notice> notices_;
  std::map<std::string, Block, std::less<>> blocks_;
  Index busy_by_calendar_;  // occupancies: what takes time, with history
  Index busy_by_user_;
  Index placed_by_calendar_;  // present places of all appointments, living or not: what /calendars/events lists
  Index placed_by_user_;
  ContactIndex by_phone_;  // (location, E.164) -> contact ids, oldest first
  ContactIndex by_email_;  // (location, lower-case e-mail)
  std::map<std::string, std::vector<std::string>, std::less<>> appointments_by_contact_;
  std::map<std::pair<std::string, std::string>, int> bookings_;  // (calendar, user) -> living bookings
  std::uint64_t appointment_count_ = 0;
  std::uint64_t contact_count_ = 0;
};

// For as long as it lives, changes are made by somebody else than a client of the API.
class ActingAs {
 public:
  ActingAs(State& state, Actor actor) : state_(state), before_(state.actor()) { state.set_actor(actor); }
  ~ActingAs() { state_.set_actor(before_); }
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  State& state_;
  Actor before_;
};

// `raw` as GHL stores and compares it: E.164 read with `country`. Kept as it is when it cannot be read, starts with
// "00" or a space (an unencoded '+' of a query), or has letters such as an extension (quirks 31, 32).
std::string canonical_phone(std::string_view raw, std::string_view country);

// The state as a reader of some age sees it: stale free-slots look at the past.
struct StateView {
  const State& state;
  holdfast::Instant as_of = {};
};

}  // namespace mock_ghl
