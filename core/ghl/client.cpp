#include "core/ghl/client.hpp"

#include <algorithm>
#include <utility>

#include "core/ghl/classify.hpp"
#include "core/ghl/codec.hpp"

namespace holdfast::ghl {
namespace {

// The value that the specification declares for each resource (facts/ghl.md 1.3).
constexpr const char* calendars_version = "2021-04-15";
constexpr const char* contacts_version = "2021-07-28";
constexpr const char* locations_version = "2021-07-28";

constexpr Duration free_slots_window_max = days(31);  // facts/ghl.md 4.3
constexpr std::size_t id_bytes_max = 256;

// False for what would make another path of an URL ("" lists, ".." climbs) or is no id at all.
bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= id_bytes_max && id != "." && id != "..";
}

std::unexpected<Error> bad_input(const char* what) {
  return fail(ErrorKind::invalid_input, what);
}

std::string path(std::string_view before, std::string_view id, std::string_view after = {}) {
  std::string text(before);
  text += net::percent_encode(id);
  text += after;
  return text;
}

std::string epoch_text(Instant instant) {
  return std::to_string(to_epoch_ms(instant));
}

std::optional<Contact> accept_duplicate(const net::HttpResponse& response) {
  if (response.status != 400) return std::nullopt;
  Contact contact = decode_duplicate(response.body);
  if (contact.id.empty()) return std::nullopt;
  return contact;
}

// Result<void> cannot travel through optional<T>: a cancel answers with this.
struct Done {};

Result<Done> decode_done(std::string_view body) {
  const auto cancelled = decode_cancelled(body);
  if (!cancelled) return fail(cancelled.error());
  return Done{};
}

std::optional<Done> accept_deleted(const net::HttpResponse& response) {
  if ((response.status == 400 || response.status == 404) && says_already_deleted(response.body)) return Done{};
  return std::nullopt;
}

}  // namespace

Client::Client(net::Runtime runtime, net::HttpTransport& transport, ClientOptions options)
    : runtime_(std::move(runtime)), transport_(transport), options_(std::move(options)) {}

net::HttpRequest Client::make_request(std::string method, std::string target, const char* version,
                                      std::string body) const {
  net::HttpRequest request{.method = std::move(method),
                           .target = std::move(target),
                           .headers = {{"Authorization", "Bearer " + options_.token.reveal()},
                                       {"Version", version},
                                       {"Accept", "application/json"},
                                       // Cloudflare refuses the default agents of common libraries (facts/ghl.md 1.7).
                                       {"User-Agent", "holdfast/0.1"}}};
  if (!body.empty()) {
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
  }
  return request;
}

template <class T>
Result<T> Client::judge(const Call<T>& call, const net::TransportResult& answer) const {
  if (!answer) return fail(classify_transport_error(answer.error(), call.repeat));
  const net::HttpResponse& response = *answer;
  if (response.status >= 200 && response.status <= 299) {
    Result<T> value = call.decode(response.body);
    if (value) return value;
    return fail(classify_unusable_success(response, call.repeat));
  }
  if (call.accept != nullptr) {
    if (std::optional<T> value = call.accept(response)) return std::move(*value);
  }
  return fail(classify_response(response, call.repeat));
}

template <class T>
net::Task<Result<T>> Client::perform(Call<T> call) {
  const bool is_write = call.repeat != Repeat::harmless;
  bool may_be_done = false;
  for (int attempts = 1;; ++attempts) {
    const Instant now = runtime_.now();
    if (now >= call.deadline) {
      // Nothing left this time. For a write that is a proof, unless an earlier attempt spoiled it.
      if (may_be_done) co_return fail(ErrorKind::unknown_outcome, "no time left; read back whether it was done");
      if (is_write) co_return fail(ErrorKind::transient, "no time left; nothing was sent to GHL");
      co_return fail(ErrorKind::deadline_exceeded, "no time left to ask GHL");
    }
    const Instant attempt_ends = std::min(call.deadline, now + Duration(options_.retry.attempt_timeout_ms));
    const net::TransportResult answer = co_await transport_.send(call.request, attempt_ends);
    Result<T> value = judge(call, answer);
    if (value) co_return value;
    Error error = std::move(value.error());
    may_be_done = may_be_done || error.kind == ErrorKind::unknown_outcome;
    const auto wait =
        next_wait(options_.retry, call.repeat, error, attempts, runtime_.now(), call.deadline, runtime_.entropy);
    if (!wait) {
      if (may_be_done) error.kind = ErrorKind::unknown_outcome;
      if (!is_write && error.kind == ErrorKind::transient && runtime_.now() >= call.deadline)
        error.kind = ErrorKind::deadline_exceeded;
      co_return fail(std::move(error));
    }
    co_await net::sleep_for(runtime_.clock, *wait);
  }
}

net::Task<Result<Location>> Client::get_location(Instant deadline) {
  if (!is_id(options_.location_id)) co_return bad_input("the sub-account's location id is missing; set it");
  Call<Location> call{.request = make_request("GET", path("/locations/", options_.location_id), locations_version),
                      .deadline = deadline,
                      .decode = decode_location};
  co_return co_await perform(std::move(call));
}

net::Task<Result<std::vector<Calendar>>> Client::list_calendars(Instant deadline) {
  const std::string target = net::make_target("/calendars/", {{"locationId", options_.location_id}});
  Call<std::vector<Calendar>> call{
      .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_calendars};
  co_return co_await perform(std::move(call));
}

net::Task<Result<Calendar>> Client::get_calendar(std::string calendar_id, Instant deadline) {
  if (!is_id(calendar_id)) co_return bad_input("a calendar id is needed");
  Call<Calendar> call{.request = make_request("GET", path("/calendars/", calendar_id), calendars_version),
                      .deadline = deadline,
                      .decode = decode_calendar};
  co_return co_await perform(std::move(call));
}

net::Task<Result<std::vector<FreeSlot>>> Client::free_slots(std::string calendar_id, Interval window,
                                                            std::string zone_name, Instant deadline) {
  if (!is_id(calendar_id)) co_return bad_input("a calendar id is needed");
  if (!window.valid()) co_return bad_input("the window of free slots is empty");
  if (window.length() > free_slots_window_max)
    co_return bad_input("free slots are given for at most 31 days at a time");
  // No locationId here: it is a 422 (facts/ghl.md 4.3).
  std::vector<std::pair<std::string, std::string>> query{{"startDate", epoch_text(window.begin)},
                                                         {"endDate", epoch_text(window.end)}};
  if (!zone_name.empty()) query.emplace_back("timezone", std::move(zone_name));
  const std::string target = net::make_target(path("/calendars/", calendar_id, "/free-slots"), query);
  Call<std::vector<FreeSlot>> call{
      .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_free_slots};
  auto slots = co_await perform(std::move(call));
  // Whole days come back whatever the window's times are.
  if (slots) std::erase_if(*slots, [&](const FreeSlot& slot) { return !window.contains(slot.start); });
  co_return slots;
}

net::Task<Result<Appointment>> Client::create_appointment(AppointmentDraft draft, Instant deadline) {
  if (draft.calendar_id.empty() || draft.contact_id.empty() || options_.location_id.empty() ||
      !parse_iso(draft.start_text))
    co_return bad_input("an appointment needs a calendar, a contact and a start with its offset");
  Call<Appointment> call{.request = make_request("POST", "/calendars/events/appointments", calendars_version,
                                                 encode_appointment(draft, options_.location_id)),
                         .repeat = Repeat::never,
                         .deadline = deadline,
                         .decode = decode_appointment};
  co_return co_await perform(std::move(call));
}

net::Task<Result<Appointment>> Client::get_appointment(std::string appointment_id, Instant deadline) {
  if (!is_id(appointment_id)) co_return bad_input("an appointment id is needed");
  Call<Appointment> call{
      .request = make_request("GET", path("/calendars/events/appointments/", appointment_id), calendars_version),
      .deadline = deadline,
      .decode = decode_appointment};
  co_return co_await perform(std::move(call));
}

net::Task<Result<std::vector<Appointment>>> Client::list_events(std::string whose, std::string id, Interval window,
                                                                Instant deadline) {
  if (id.empty()) co_return bad_input("a calendar or user id is needed");
  if (!window.valid()) co_return bad_input("the window of events is empty");
  const std::string target = net::make_target("/calendars/events", {{"locationId", options_.location_id},
                                                                    {std::move(whose), std::move(id)},
                                                                    {"startTime", epoch_text(window.begin)},
                                                                    {"endTime", epoch_text(window.end)}});
  Call<std::vector<Appointment>> call{
      .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_events};
  co_return co_await perform(std::move(call));
}

net::Task<Result<std::vector<Appointment>>> Client::list_calendar_events(std::string calendar_id, Interval window,
                                                                         Instant deadline) {
  return list_events("calendarId", std::move(calendar_id), window, deadline);
}

net::Task<Result<std::vector<Appointment>>> Client::list_user_events(std::string user_id, Interval window,
                                                                     Instant deadline) {
  return list_events("userId", std::move(user_id), window, deadline);
}

net::Task<Result<void>> Client::cancel_appointment(std::string appointment_id, Instant deadline) {
  if (!is_id(appointment_id)) co_return bad_input("an appointment id is needed");
  Call<Done> call{.request = make_request("PUT", path("/calendars/events/appointments/", appointment_id),
                                          calendars_version, encode_cancel()),
                  .repeat = Repeat::idempotent,
                  .deadline = deadline,
                  .decode = decode_done,
                  .accept = accept_deleted};
  const auto done = co_await perform(std::move(call));
  if (done) co_return Result<void>();
  if (done.error().kind != ErrorKind::refused) co_return fail(done.error());
  // GHL may refuse to change what is cancelled already: then it is as asked for.
  const auto found = co_await get_appointment(std::move(appointment_id), deadline);
  if (found && !found->occupies()) co_return Result<void>();
  co_return fail(done.error());
}

net::Task<Result<Contact>> Client::find_contact(std::string parameter, std::string value, Instant deadline) {
  if (value.empty()) co_return bad_input("a phone number or an email is needed to find a contact");
  const std::string target = net::make_target(
      "/contacts/search/duplicate", {{"locationId", options_.location_id}, {std::move(parameter), std::move(value)}});
  Call<Contact> call{
      .request = make_request("GET", target, contacts_version), .deadline = deadline, .decode = decode_found_contact};
  co_return co_await perform(std::move(call));
}

net::Task<Result<Contact>> Client::find_contact_by_phone(std::string e164, Instant deadline) {
  return find_contact("number", std::move(e164), deadline);
}

net::Task<Result<Contact>> Client::find_contact_by_email(std::string email, Instant deadline) {
  return find_contact("email", std::move(email), deadline);
}

net::Task<Result<Contact>> Client::upsert_contact(ContactDraft draft, Instant deadline) {
  const bool has_key = !draft.phone.empty() || !draft.email.empty();
  Call<Contact> call{.request = make_request("POST", "/contacts/upsert", contacts_version,
                                             encode_contact(draft, options_.location_id)),
                     .repeat = has_key ? Repeat::idempotent : Repeat::if_refused,
                     .deadline = deadline,
                     .decode = decode_upserted_contact,
                     .accept = accept_duplicate};
  co_return co_await perform(std::move(call));
}

net::Task<Result<std::vector<Note>>> Client::list_notes(std::string contact_id, Instant deadline) {
  if (!is_id(contact_id)) co_return bad_input("a contact id is needed");
  Call<std::vector<Note>> call{
      .request = make_request("GET", path("/contacts/", contact_id, "/notes"), contacts_version),
      .deadline = deadline,
      .decode = decode_notes};
  co_return co_await perform(std::move(call));
}

net::Task<Result<Note>> Client::add_note(std::string contact_id, std::string body, Instant deadline) {
  if (!is_id(contact_id) || body.empty()) co_return bad_input("a contact id and a text are needed for a note");
  Call<Note> call{
      .request = make_request("POST", path("/contacts/", contact_id, "/notes"), contacts_version, encode_note(body)),
      .repeat = Repeat::if_refused,
      .deadline = deadline,
      .decode = decode_note};
  co_return co_await perform(std::move(call));
}

}  // namespace holdfast::ghl
