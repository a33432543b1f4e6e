// What GHL's API speaks about, as plain values. Read tolerantly (facts/ghl.md 11), written strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace holdfast::ghl {

// How a calendar sells its time (facts/ghl.md 4.1, 4.2).
enum class CalendarKind {
  round_robin,      // a start is free when any member is; each member sells appointments_per_slot
  collective,       // a start is free only when every member is; one booking takes all of them
  class_booking,    // one room: appointments_per_slot seats at a start
  service_booking,  // a member per booking, as round_robin
  event,            // no members need be; the calendar itself is what is taken
  personal,         // exactly one member
  other,            // a type that is not known
};

// One person of a calendar's team.
struct TeamMember {
  std::string user_id;
  double priority = 0.5;  // 0, 0.5 or 1: whom a round robin prefers
  bool primary = false;   // of a collective
};

// Which hours decide (GHL's availabilityType).
enum class AvailabilityType { both, open_hours, custom };

// A calendar's rules as far as booking needs them (facts/ghl.md 4.1). What can be booked is decided by free-slots
// alone; these say how much of it a booking takes, and where to look.
struct Calendar {
  std::string id;
  std::string location_id;
  std::string name;
  std::string type;  // as GHL wrote it; kind() reads it
  bool active = true;
  Duration slot_duration{minutes{30}};
  Duration slot_interval{minutes{30}};  // from one start to the next
  Duration pre_buffer{0};
  Duration post_buffer{0};        // GHL's slotBuffer
  int appointments_per_slot = 1;  // GHL's appoinmentPerSlot: per user, or seats of a class
  std::optional<int> appointments_per_day = {};
  // GHL's allowBookingAfter and allowBookingFor: the least notice, and how far ahead; none when GHL names no limit. A
  // month counts as 31 days, as what GHL makes of it is not documented: nothing that can be booked lies beyond.
  Duration booking_notice{0};
  std::optional<Duration> booking_horizon = {};
  AvailabilityType availability = AvailabilityType::both;
  bool auto_confirm = true;                       // false: a booking stays "new" until a person confirms it
  std::vector<std::string> team_member_ids = {};  // the user ids of `team`
  std::vector<TeamMember> team = {};

  // What `type` says; other when it is not known.
  CalendarKind kind() const;
};

// A sub-account.
struct Location {
  std::string id;
  std::string name;
  std::string timezone;  // IANA, may be a legacy alias such as "US/Central"
  std::string country;   // ISO-2, "US" when absent
};

// One start that free-slots offered.
struct FreeSlot {
  Instant start;
  std::string text;  // exactly as GHL wrote it; sent back byte for byte on create (facts/ghl.md 4.4)
};

// An appointment or other calendar event.
struct Appointment {
  std::string id;
  std::string calendar_id;
  std::string location_id;
  std::string contact_id;
  std::string assigned_user_id;
  std::string title;
  std::string description;  // GHL reads it back as `notes` (quirk 7); either fills this
  std::string status;       // as GHL wrote it
  bool deleted = false;
  std::optional<Instant> start;
  std::optional<Instant> end;              // after `start` where there is one
  std::optional<Instant> added_at;         // dateAdded
  std::optional<Instant> updated_at = {};  // dateUpdated; absent in most answers to a create
  std::string created_by = {};             // createdBy.source: what made it ("third_party"); absent in some lists
  std::vector<std::string> user_ids = {};  // everybody it takes (GHL's users); a collective names its whole team
  // startTime and endTime as GHL wrote them. The list of a contact writes wall clocks without an offset (facts/ghl.md
  // 4.7), which name no instant: `start` and `end` are then empty, and parse_wall_clock() in the location's zone gives
  // a guess that get_appointment() confirms.
  std::string start_text = {};
  std::string end_text = {};

  // True when it takes up its time: not deleted, not cancelled, not invalid, not noshow (facts/ghl.md 4.8).
  bool occupies() const;
};

// A contact.
struct Contact {
  std::string id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;           // E.164
  std::string full_name = {};  // GHL's name or contactName; some answers have only this, and some in lower case
  std::string timezone = {};
};

// What a create-contact request came to.
struct CreatedContact {
  Contact contact;
  bool made = false;                // false: GHL refused a duplicate and named the contact that is there; only the id
  std::string matching_field = {};  // of a duplicate: "phone" or "email", as GHL wrote it
};

// A note on a contact or on an appointment.
struct Note {
  std::string id;
  std::string body;
};

// A task of the office, kept with a contact.
struct ContactTask {
  std::string id;
  std::string title;
  std::string body;
  bool completed = false;
  std::optional<Instant> due = {};
};

// A create-task request.
struct TaskDraft {
  std::string contact_id = {};
  std::string title = {};
  std::string body = {};
  Instant due = {};
  std::string assigned_user_id = {};  // empty: nobody's
};

// The fields of a contact that we write. Empty ones are omitted (an empty email is a 422), so nothing is ever cleared.
struct ContactDraft {
  std::string first_name = {};
  std::string last_name = {};
  std::string email = {};
  std::string phone = {};
  std::string timezone = {};
  std::string source = {};
};

// A create-appointment request (facts/ghl.md 4.4, 9.1).
struct AppointmentDraft {
  std::string calendar_id = {};
  std::string contact_id = {};
  std::string start_text = {};  // the free-slots string, verbatim
  std::string title = {};
  std::string description = {};       // carries the marker
  std::string assigned_user_id = {};  // empty: GHL chooses
  // GHL's toNotify. false: its automations and notifications stay silent; absent: GHL's own default, which runs them.
  std::optional<bool> notify = {};
  // Empty: GHL takes the slot's length. Some calendars refuse any other length and some accept it (quirk 9), so it is
  // either empty or exactly start + slot_duration.
  std::string end_text = {};
};

// What an update-appointment request changes; what is absent stays as it is.
struct AppointmentUpdate {
  std::optional<std::string> start_text = {};  // with its offset, as free-slots wrote it
  std::optional<std::string> end_text = {};
  std::optional<std::string> status = {};  // "confirmed", "cancelled", ... (facts/ghl.md 4.8)
  std::optional<std::string> title = {};
  std::optional<std::string> description = {};
  std::optional<std::string> assigned_user_id = {};
  std::optional<bool> notify = {};  // GHL's toNotify for this change
};

// How a message goes out.
enum class Channel { sms, email };

// A message to a contact's own number or address.
struct MessageDraft {
  std::string contact_id = {};
  Channel channel = Channel::sms;
  std::string subject = {};  // of an e-mail
  std::string body = {};     // plain text; GHL expands no {{merge fields}} in it
};

// A message that GHL has queued. That it arrived is not said (quirk 55).
struct SentMessage {
  std::string id;
  std::string conversation_id;
};

// A message of a contact's thread.
struct Message {
  std::string id;
  std::string conversation_id;
  std::string type;       // "TYPE_SMS", "TYPE_EMAIL", ... as GHL wrote it
  std::string direction;  // "inbound" or "outbound"
  std::string status;     // "queued", "delivered", "failed", ... as GHL wrote it
  std::string body;       // of an e-mail perhaps empty or shortened
  std::optional<Instant> added_at = {};
};

}  // namespace holdfast::ghl
