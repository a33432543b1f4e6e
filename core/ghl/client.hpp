// Client: typed calls to GHL's API v2 for one sub-account, with the failure taxonomy of facts/ghl.md 1.6.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/ghl/retry.hpp"
#include "core/ghl/types.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace holdfast::ghl {

// Settings of a Client.
struct ClientOptions {
  std::string location_id;
  Secret token;  // a Private Integration Token
  RetryPolicy retry{};
};

// Errors of every method: unauthorized, missing_scope, rate_limited, transient, deadline_exceeded, not_found, refused,
// invalid_input (nothing was sent). Only create_appointment, upsert_contact, cancel_appointment and add_note can answer
// unknown_outcome; what each failure proves is in classify.hpp. A message never holds a text of GHL's.
// Every call ends by `deadline`. Reads and idempotent writes are sent again after a failure, within RetryPolicy and the
// deadline; a wait that does not fit is not begun. Once an attempt of a write had an unknown outcome, a later failure
// of the same call stays unknown_outcome. Not thread-safe; any number of calls may be in flight.
class Client {
 public:
  Client(net::Runtime runtime, net::HttpTransport& transport, ClientOptions options);

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

  // POST /calendars/events/appointments, one request whatever comes back. slot_taken: GHL's "no longer available" 400.
  // rate_limited, refused, unauthorized, missing_scope, not_found: proven not booked. transient: the request never
  // left, or never reached GHL. Anything else that is not a readable 2xx is unknown_outcome: read back with list_events
  // before doing anything.
  net::Task<Result<Appointment>> create_appointment(AppointmentDraft draft, Instant deadline);
  // GET /calendars/events/appointments/{id}; not_found also for GHL's 400 "event id is invalid".
  net::Task<Result<Appointment>> get_appointment(std::string appointment_id, Instant deadline);
  // GET /calendars/events of one calendar over `window`; cancelled and deleted ones included.
  net::Task<Result<std::vector<Appointment>>> list_calendar_events(std::string calendar_id, Interval window,
                                                                   Instant deadline);
  // The same for one user, over all the location's calendars.
  net::Task<Result<std::vector<Appointment>>> list_user_events(std::string user_id, Interval window, Instant deadline);
  // PUT status=cancelled; idempotent, so sent again also after an unknown outcome. Succeeds when it is cancelled or
  // deleted already.
  net::Task<Result<void>> cancel_appointment(std::string appointment_id, Instant deadline);

  // GET /contacts/search/duplicate by E.164 number or by email; an empty Contact::id means nobody.
  net::Task<Result<Contact>> find_contact_by_phone(std::string e164, Instant deadline);
  net::Task<Result<Contact>> find_contact_by_email(std::string email, Instant deadline);
  // POST /contacts/upsert. Takes meta.contactId of the duplicate 400 for the answer (only `id` is then filled). GHL
  // matches by phone or email (facts/ghl.md 5.3), so with either it is idempotent and sent again also after an unknown
  // outcome; with neither only after an answer that proves it was not done. A 422 may hide a made contact (quirk 30),
  // so after one the caller searches again.
  net::Task<Result<Contact>> upsert_contact(ContactDraft draft, Instant deadline);
  // GET and POST /contacts/{id}/notes. A note is not sent again unless the first one was proven not to be written.
  net::Task<Result<std::vector<Note>>> list_notes(std::string contact_id, Instant deadline);
  net::Task<Result<Note>> add_note(std::string contact_id, std::string body, Instant deadline);

  const std::string& location_id() const { return options_.location_id; }

 private:
  // One request and how it is answered for.
  template <class T>
  struct Call {
    net::HttpRequest request;
    Repeat repeat = Repeat::harmless;
    Instant deadline;
    // Reads the body of a 2xx.
    Result<T> (*decode)(std::string_view body) = nullptr;
    // Reads a 4xx that means the same as a success; may be null.
    std::optional<T> (*accept)(const net::HttpResponse& response) = nullptr;
  };
  // Sends, judges, waits and sends again.
  template <class T>
  net::Task<Result<T>> perform(Call<T> call);
  // One attempt, judged.
  template <class T>
  Result<T> judge(const Call<T>& call, const net::TransportResult& answer) const;
  net::HttpRequest make_request(std::string method, std::string target, const char* version,
                                std::string body = {}) const;
  net::Task<Result<std::vector<Appointment>>> list_events(std::string whose, std::string id, Interval window,
                                                          Instant deadline);
  net::Task<Result<Contact>> find_contact(std::string parameter, std::string value, Instant deadline);

  net::Runtime runtime_;
  net::HttpTransport& transport_;
  ClientOptions options_;
};

}  // namespace holdfast::ghl
