#include "core/ghl/client.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/ghl/caller.hpp"
#include "core/ghl/classify.hpp"
#include "core/ghl/codec.hpp"
#include "core/ghl/request.hpp"

namespace holdfast::ghl {
namespace {

constexpr Duration free_slots_window_max = days(31);  // facts/ghl.md 4.3
// facts/ghl.md 4.5
constexpr std::size_t notes_of_a_page = 20;
constexpr std::size_t appointment_note_bytes_max = 5'000;
constexpr int pages_max = 10;

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

// False when the answer to a create names another calendar, contact or sub-account than was asked for.
bool speaks_of(const Appointment& made, const AppointmentDraft& draft, std::string_view location_id) {
  const auto same = [](std::string_view answered, std::string_view asked) {
    return answered.empty() || answered == asked;
  };
  return same(made.calendar_id, draft.calendar_id) && same(made.contact_id, draft.contact_id) &&
         same(made.location_id, location_id);
}

}  // namespace

Client::Client(net::Runtime runtime, net::HttpTransport& transport, ClientOptions options)
    : location_id_(std::move(options.location_id)),
      caller_(std::make_unique<Caller>(std::move(runtime), transport, std::move(options.tokens), options.retry)) {}

Client::~Client() = default;

net::Task<Result<Location>> Client::get_location(Instant deadline) {
  if (!is_usable_id(location_id_)) co_return bad_input("the sub-account's location id is missing; set it");
  Call<Location> call{.request = make_request("GET", path("/locations/", location_id_), locations_version),
                      .deadline = deadline,
                      .decode = decode_location};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<Calendar>>> Client::list_calendars(Instant deadline) {
  const std::string target = net::make_target("/calendars/", {{"locationId", location_id_}});
  Call<std::vector<Calendar>> call{
      .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_calendars};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<Calendar>> Client::get_calendar(std::string calendar_id, Instant deadline) {
  if (!is_usable_id(calendar_id)) co_return bad_input("a calendar id is needed");
  Call<Calendar> call{.request = make_request("GET", path("/calendars/", calendar_id), calendars_version),
                      .deadline = deadline,
                      .decode = decode_calendar};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<FreeSlot>>> Client::free_slots(std::string calendar_id, Interval window,
                                                            std::string zone_name, Instant deadline) {
  if (!is_usable_id(calendar_id)) co_return bad_input("a calendar id is needed");
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
  auto slots = co_await caller_->perform(std::move(call));
  // Whole days come back whatever the window's times are.
  if (slots) std::erase_if(*slots, [&](const FreeSlot& slot) { return !window.contains(slot.start); });
  co_return slots;
}

net::Task<Result<Appointment>> Client::create_appointment(AppointmentDraft draft, Instant deadline,
                                                          std::optional<Instant> send_not_after) {
  if (draft.calendar_id.empty() || draft.contact_id.empty() || location_id_.empty() || !parse_iso(draft.start_text) ||
      (!draft.end_text.empty() && !parse_iso(draft.end_text)))
    co_return bad_input("an appointment needs a calendar, a contact and a start with its offset");
  Call<Appointment> call{.request = make_request("POST", "/calendars/events/appointments", calendars_version,
                                                 encode_appointment(draft, location_id_)),
                         .repeat = Repeat::never,
                         .deadline = deadline,
                         .decode = decode_appointment};
  call.request.send_not_after = send_not_after;
  auto made = co_await caller_->perform(std::move(call));
  if (made && !speaks_of(*made, draft, location_id_))
    co_return fail(ErrorKind::unknown_outcome,
                   "GHL's answer speaks of another appointment; read back whether ours was made");
  co_return made;
}

net::Task<Result<Appointment>> Client::get_appointment(std::string appointment_id, Instant deadline) {
  if (!is_usable_id(appointment_id)) co_return bad_input("an appointment id is needed");
  Call<Appointment> call{
      .request = make_request("GET", path("/calendars/events/appointments/", appointment_id), calendars_version),
      .deadline = deadline,
      .decode = decode_appointment};
  auto found = co_await caller_->perform(std::move(call));
  // What stands in another one proves nothing about the one that was asked for.
  if (found && found->id != appointment_id)
    co_return fail(ErrorKind::transient, "GHL answered with another appointment; try again");
  co_return found;
}

net::Task<Result<Appointment>> Client::update_appointment(std::string appointment_id, AppointmentUpdate update,
                                                          Instant deadline, std::optional<Instant> send_not_after) {
  if (!is_usable_id(appointment_id)) co_return bad_input("an appointment id is needed");
  for (const auto& time : {update.start_text, update.end_text}) {
    if (time && !parse_iso(*time)) co_return bad_input("a time of an appointment needs its offset");
  }
  std::string body = encode_update(update);
  if (body == "{}") co_return bad_input("nothing is given that an appointment could be changed in");
  Call<Appointment> call{.request = make_request("PUT", path("/calendars/events/appointments/", appointment_id),
                                                 calendars_version, std::move(body)),
                         .repeat = update.notify == true ? Repeat::never : Repeat::idempotent,
                         .deadline = deadline,
                         .decode = decode_updated_appointment};
  call.request.send_not_after = send_not_after;
  auto updated = co_await caller_->perform(std::move(call));
  if (!updated) co_return updated;
  if (updated->id.empty()) updated->id = appointment_id;
  if (updated->id != appointment_id)
    co_return fail(ErrorKind::unknown_outcome, "GHL answered with another appointment; read back whether it was done");
  co_return updated;
}

net::Task<Result<std::vector<Appointment>>> Client::list_events(std::string whose, std::string id, Interval window,
                                                                Instant deadline) {
  if (id.empty()) co_return bad_input("a calendar or user id is needed");
  if (!window.valid()) co_return bad_input("the window of events is empty");
  const std::string target = net::make_target("/calendars/events", {{"locationId", location_id_},
                                                                    {std::move(whose), std::move(id)},
                                                                    {"startTime", epoch_text(window.begin)},
                                                                    {"endTime", epoch_text(window.end)}});
  Call<std::vector<Appointment>> call{
      .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_events};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<Appointment>>> Client::list_calendar_events(std::string calendar_id, Interval window,
                                                                         Instant deadline) {
  return list_events("calendarId", std::move(calendar_id), window, deadline);
}

net::Task<Result<std::vector<Appointment>>> Client::list_user_events(std::string user_id, Interval window,
                                                                     Instant deadline) {
  return list_events("userId", std::move(user_id), window, deadline);
}

net::Task<Result<std::vector<Appointment>>> Client::list_contact_appointments(std::string contact_id,
                                                                              Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  Call<std::vector<Appointment>> call{
      .request = make_request("GET", path("/contacts/", contact_id, "/appointments"), contacts_version),
      .deadline = deadline,
      .decode = decode_events};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<void>> Client::cancel_appointment(std::string appointment_id, Instant deadline,
                                                   std::optional<bool> notify) {
  if (!is_usable_id(appointment_id)) co_return bad_input("an appointment id is needed");
  const AppointmentUpdate update{.status = "cancelled", .notify = notify};
  Call<Done> call{.request = make_request("PUT", path("/calendars/events/appointments/", appointment_id),
                                          calendars_version, encode_update(update)),
                  .repeat = Repeat::idempotent,
                  .deadline = deadline,
                  .decode = decode_done,
                  .accept = accept_deleted};
  const auto done = co_await caller_->perform(std::move(call));
  if (done) co_return Result<void>();
  if (done.error().kind != ErrorKind::refused) co_return fail(done.error());
  // GHL may refuse to change what is cancelled already: then it is as asked for.
  const auto found = co_await get_appointment(std::move(appointment_id), deadline);
  if (found && !found->occupies()) co_return Result<void>();
  co_return fail(done.error());
}

net::Task<Result<std::vector<Note>>> Client::list_appointment_notes(std::string appointment_id, Instant deadline) {
  if (!is_usable_id(appointment_id)) co_return bad_input("an appointment id is needed");
  std::vector<Note> notes;
  for (int page = 0; page < pages_max; ++page) {
    const std::string target =
        net::make_target(path("/calendars/appointments/", appointment_id, "/notes"),
                         {{"limit", std::to_string(notes_of_a_page)}, {"offset", std::to_string(notes.size())}});
    Call<NotePage> call{
        .request = make_request("GET", target, calendars_version), .deadline = deadline, .decode = decode_note_page};
    auto read = co_await caller_->perform(std::move(call));
    if (!read) co_return fail(std::move(read).error());
    const bool more = read->more && !read->notes.empty();
    std::ranges::move(read->notes, std::back_inserter(notes));
    if (!more) co_return notes;
  }
  co_return fail(ErrorKind::refused, "the appointment has more notes than are read; look at it in GHL");
}

net::Task<Result<Note>> Client::add_appointment_note(std::string appointment_id, std::string body, Instant deadline) {
  if (!is_usable_id(appointment_id) || body.empty() || body.size() > appointment_note_bytes_max)
    co_return bad_input("an appointment id and a text of at most 5000 characters are needed for a note");
  Call<Note> call{.request = make_request("POST", path("/calendars/appointments/", appointment_id, "/notes"),
                                          calendars_version, encode_note(body)),
                  .repeat = Repeat::if_refused,
                  .deadline = deadline,
                  .decode = decode_note};
  co_return co_await caller_->perform(std::move(call));
}

}  // namespace holdfast::ghl
