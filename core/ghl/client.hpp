// Client: typed calls to GHL's API v2 for one sub-account, with the failure taxonomy of facts/ghl.md 1.6.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/ghl/retry.hpp"
#include "core/ghl/token_source.hpp"
#include "core/ghl/types.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace holdfast::ghl {

// Settings of a Client.
struct ClientOptions {
  std::string location_id = {};
  std::shared_ptr<TokenSource> tokens = {};  // required; may serve several clients
  RetryPolicy retry = {};
};

class Caller;

// Errors of every method: unauthorized, missing_scope, rate_limited, transient, deadline_exceeded, not_found, refused,
// invalid_input (nothing was sent), and what the token source answers. Only writes can answer unknown_outcome; what
// each answer proves is in classify.hpp. Error::not_sent is the one proof that needs nobody's word: no attempt of the
// call left. A message never holds a text of GHL's.
// Every call ends by `deadline`. Reads and idempotent writes are sent again after a failure, within RetryPolicy and the
// deadline; a wait that does not fit is not begun. Once an attempt of a write had an unknown outcome, a later failure
// of the same call stays unknown_outcome. When GHL calls the token invalid or expired it is renewed once and the
// request goes out again, but not what must not be done twice. Where a call takes `send_not_after`, no byte of it
// leaves after that instant, however long the process was stopped meanwhile: it is then transient with not_sent. Not
// thread-safe; any number of calls may be in flight.
class Client {
 public:
  // `transport` must outlive the client and every call under way.
  Client(net::Runtime runtime, net::HttpTransport& transport, ClientOptions options);
  ~Client();

  // GET /locations/{id}: the sub-account this client is for.
  net::Task<Result<Location>> get_location(Instant deadline);
  // GET /calendars/?locationId=
  net::Task<Result<std::vector<Calendar>>> list_calendars(Instant deadline);
  // GET /calendars/{id}
  net::Task<Result<Calendar>> get_calendar(std::string calendar_id, Instant deadline);
  // GET /calendars/{id}/free-slots: starts within `window` (at most 31 days, else invalid_input), ascending, unique.
  // `zone_name` decides the offset in the texts, not which instants come back.
  net::Task<Result<std::vector<FreeSlot>>> free_slots(std::string calendar_id, Interval window, std::string zone_name,
                                                      Instant deadline);

  // POST /calendars/events/appointments, one request whatever comes back. What a failure says, strongest first:
  // - any kind with Error::not_sent: nothing left, so nothing was made.
  // - slot_taken: GHL's "no longer available" 400. Refused by the slot check itself, but the booking that is in the way
  //   may be our own from an earlier attempt (facts/ghl.md 9.1).
  // - refused, not_found, missing_scope, unauthorized (its text about the token, which could not be renewed): GHL's
  // word
  //   that nothing was made. Seen to be wrong where a 422 came after the work was done (quirk 30).
  // - rate_limited, and transient without not_sent (something in front of GHL refused it; or the token was renewed and
  //   another try may go out): nothing was made, unless the answer came from behind the one that did the work.
  // - unknown_outcome: everything else that is no readable 2xx with a usable id.
  // So only not_sent needs no look. After any other failure whoever must not book twice looks for the marker once
  // before it says "not booked" or tries again, and after unknown_outcome until it cannot arrive any more.
  net::Task<Result<Appointment>> create_appointment(AppointmentDraft draft, Instant deadline,
                                                    std::optional<Instant> send_not_after = std::nullopt);
  // GET /calendars/events/appointments/{id}; not_found also for GHL's 400 "event id is invalid".
  net::Task<Result<Appointment>> get_appointment(std::string appointment_id, Instant deadline);
  // GET /calendars/events of one calendar over `window`; cancelled and deleted ones included.
  net::Task<Result<std::vector<Appointment>>> list_calendar_events(std::string calendar_id, Interval window,
                                                                   Instant deadline);
  // The same for one user, over all the location's calendars.
  net::Task<Result<std::vector<Appointment>>> list_user_events(std::string user_id, Interval window, Instant deadline);
  // GET /contacts/{id}/appointments: of all calendars, cancelled ones included, also those that a person moved there.
  // Its times are wall clocks (Appointment::start_text), so what is found here is read again by get_appointment().
  net::Task<Result<std::vector<Appointment>>> list_contact_appointments(std::string contact_id, Instant deadline);
  // PUT /calendars/events/appointments/{id}: moves it, sets its status or texts, or only releases its notification
  // (notify = true with nothing else; whether GHL then tells the customer is not documented). Answers with what GHL
  // says of it afterwards, which may be little: read it again before relying on it. With notify = true it is one
  // request whatever comes back, as a customer must not be told twice; otherwise idempotent. slot_taken: the new time
  // is not free, where its own time may be in the way. After unknown_outcome read it and compare (facts/ghl.md 9.1).
  net::Task<Result<Appointment>> update_appointment(std::string appointment_id, AppointmentUpdate update,
                                                    Instant deadline,
                                                    std::optional<Instant> send_not_after = std::nullopt);
  // PUT status=cancelled; idempotent, so sent again also after an unknown outcome. Succeeds when it is cancelled or
  // deleted already. `notify` is GHL's toNotify for the cancellation: false tells the customer nothing.
  net::Task<Result<void>> cancel_appointment(std::string appointment_id, Instant deadline,
                                             std::optional<bool> notify = std::nullopt);
  // GET and POST /calendars/appointments/{id}/notes, at most 5000 bytes each. Sent again as add_note is.
  net::Task<Result<std::vector<Note>>> list_appointment_notes(std::string appointment_id, Instant deadline);
  net::Task<Result<Note>> add_appointment_note(std::string appointment_id, std::string body, Instant deadline);

  // GET /contacts/search/duplicate by E.164 number or by email; an empty Contact::id means nobody.
  net::Task<Result<Contact>> find_contact_by_phone(std::string e164, Instant deadline);
  net::Task<Result<Contact>> find_contact_by_email(std::string email, Instant deadline);
  // GET /contacts/{id}. Unlike the searches it shows what was just written (facts/ghl.md 5.4).
  net::Task<Result<Contact>> get_contact(std::string contact_id, Instant deadline);
  // POST /contacts/: makes one, or names the one that GHL will not have twice (CreatedContact::made); it never changes
  // a contact that is there. Sent again only after an answer that proves it was not done; after unknown_outcome, and
  // after a 422 (quirk 30), the caller searches.
  net::Task<Result<CreatedContact>> create_contact(ContactDraft draft, Instant deadline);
  // PUT /contacts/{id}: only the fields that are given; idempotent. refused when it would make it a duplicate of
  // another.
  net::Task<Result<Contact>> update_contact(std::string contact_id, ContactDraft draft, Instant deadline);
  // POST /contacts/upsert. Takes meta.contactId of the duplicate 400 for the answer (only `id` is then filled). GHL
  // matches by phone or email (facts/ghl.md 5.3), so with either it is idempotent and sent again also after an unknown
  // outcome; with neither only after an answer that proves it was not done. A 422 may hide a made contact (quirk 30),
  // so after one the caller searches again.
  net::Task<Result<Contact>> upsert_contact(ContactDraft draft, Instant deadline);
  // GET and POST /contacts/{id}/notes. A note is not sent again unless the first one was proven not to be written.
  net::Task<Result<std::vector<Note>>> list_notes(std::string contact_id, Instant deadline);
  net::Task<Result<Note>> add_note(std::string contact_id, std::string body, Instant deadline);
  // GET and POST /contacts/{id}/tasks: an open task with its due time. Sent again as add_note is.
  net::Task<Result<std::vector<ContactTask>>> list_tasks(std::string contact_id, Instant deadline);
  net::Task<Result<ContactTask>> create_task(TaskDraft draft, Instant deadline);

  // POST /conversations/messages: one request whatever comes back, so a customer is never written to twice by this
  // call. Success means queued, not delivered (quirk 55). Failures are to be read as those of create_appointment: only
  // Error::not_sent needs no look into the thread before another try. refused also when the contact takes no messages
  // on this channel.
  net::Task<Result<SentMessage>> send_message(MessageDraft draft, Instant deadline,
                                              std::optional<Instant> send_not_after = std::nullopt);
  // GET /conversations/search, then GET /conversations/{id}/messages of each: the contact's messages from `since` on,
  // perhaps older ones too, in GHL's order within a conversation (new to old). An empty list proves little soon after a
  // send, as a conversation may be listed late; an e-mail may be listed without its text. refused when there are more
  // than it reads (200 in a conversation): then nothing is known of the rest.
  net::Task<Result<std::vector<Message>>> list_messages(std::string contact_id, Instant since, Instant deadline);

  const std::string& location_id() const { return location_id_; }

 private:
  net::Task<Result<std::vector<Appointment>>> list_events(std::string whose, std::string id, Interval window,
                                                          Instant deadline);
  net::Task<Result<Contact>> find_contact(std::string parameter, std::string value, Instant deadline);
  net::Task<Result<std::vector<Message>>> list_conversation(std::string conversation_id, Instant since,
                                                            Instant deadline);

  std::string location_id_;
  std::unique_ptr<Caller> caller_;
};

}  // namespace holdfast::ghl
