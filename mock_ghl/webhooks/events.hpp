// The events GHL's webhooks carry (facts/ghl.md 7.3): their names, the members each one has, and their payloads.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/outbox.hpp"

namespace mock_ghl {
struct Appointment;
struct Contact;
struct Document;
struct Note;
}  // namespace mock_ghl

namespace mock_ghl::webhooks {

// Whose an event is, as its body says: locationId, companyId in its place where that is given, or neither in the
// envelope, because its payload has the ids itself.
enum class Belonging { location, location_or_company, itself };

// One kind of event. `example` is a JSON object: a payload that has every documented member but the envelope's.
struct EventKind {
  std::string_view name;
  std::string_view example;
  Belonging belonging = Belonging::location;
};

// All kinds, those of the facts' table in its order.
std::span<const EventKind> event_kinds();
// The kind of that name; nullptr when there is none.
const EventKind* find_event_kind(std::string_view name);
// The names of all kinds, for a message: "AppointmentCreate, AppointmentUpdate, …".
std::string event_names();
// Its example as JSON. `kind` must be one of event_kinds().
const holdfast::Json& example_payload(const EventKind& kind);
// True for INSTALL and UNINSTALL, which go to the app's default URL only (facts/ghl.md 7.1).
bool concerns_app(std::string_view kind);

// What `source` says about who made a change (quirk 66): "third_party" for a client of the API, "calendar_page".
std::string_view source_of(Actor actor);
// Payloads of what the twin keeps as objects of their own. What was never set is left out, as GHL does. `group_id`: of
// the appointment's calendar; `source`: who made the appointment, or this change to it.
holdfast::Json appointment_payload(const Appointment& appointment, std::string_view group_id,
                                   const holdfast::Zone& zone, std::string_view source);
// `with_dnd`: ContactDndUpdate's, which has dndSettings too.
holdfast::Json contact_payload(const Contact& contact, bool with_dnd = false);
// Notes of a contact.
holdfast::Json note_payload(const Note& note);
// Payload of a plain record: of its fields those that the kind documents; id, contactId, conversationId and dateAdded
// come from the record where the fields lack them.
holdfast::Json document_payload(std::string_view kind, const Document& document);

// How a subscription bends its bodies (quirk 67).
struct Shaping {
  std::vector<std::string> missing_fields = {};  // "contactId" of every event, or "TaskCreate.contactId" of one kind
  bool extra_fields = false;                     // members nobody documented
  bool mislabel = false;                         // AppointmentUpdate and -Delete say "AppointmentCreate"
};

// What the envelope holds beside type and locationId.
struct Envelope {
  std::string webhook_id = {};
  std::string app_id = {};
  std::string version_id = {};
};

// The body as it is sent: type and locationId first, the payload, then timestamp (the event's instant), webhookId,
// appId and versionId. A member the payload has itself is not added again.
std::string write_body(const Event& event, const Envelope& envelope, const Shaping& shaping);

}  // namespace mock_ghl::webhooks
