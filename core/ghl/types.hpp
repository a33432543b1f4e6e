// What GHL's API speaks about, as plain values. Read tolerantly (facts/ghl.md 11), written strictly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"

namespace holdfast::ghl {

// A calendar's rules as far as booking needs them (facts/ghl.md 4.1).
struct Calendar {
  std::string id;
  std::string location_id;
  std::string name;
  std::string type;  // "round_robin", "personal", "event", …
  bool active = true;
  Duration slot_duration{minutes{30}};
  Duration pre_buffer{0};
  Duration post_buffer{0};        // GHL's slotBuffer
  int appointments_per_slot = 1;  // GHL's appoinmentPerSlot: per user, or seats of a class
  std::vector<std::string> team_member_ids;
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
  std::optional<Instant> end;
  std::optional<Instant> added_at;  // dateAdded

  // True when it takes up its time: not deleted, not cancelled, not invalid, not noshow (facts/ghl.md 4.8).
  bool occupies() const;
};

// A contact.
struct Contact {
  std::string id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;  // E.164
};

// A note on a contact.
struct Note {
  std::string id;
  std::string body;
};

// The fields of a contact that we write. Empty ones are omitted (an empty email is a 422).
struct ContactDraft {
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;
  std::string timezone;
  std::string source;
};

// A create-appointment request (facts/ghl.md 4.4, 9.1).
struct AppointmentDraft {
  std::string calendar_id;
  std::string contact_id;
  std::string start_text;  // the free-slots string, verbatim
  std::string title;
  std::string description;       // carries the marker
  std::string assigned_user_id;  // empty: GHL chooses
};

}  // namespace holdfast::ghl
