#include <array>
#include <limits>

#include "core/base/json.hpp"
#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/route.hpp"
#include "mock_ghl/api/json_text.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/test_clock.hpp"

namespace mock_ghl::admin {

using api::JsonText;
using holdfast::net::HttpResponse;

namespace {

void write_appointment(JsonText& text, const State& state, const Appointment& appointment) {
  text.begin_element_object();
  api::write_event(text, appointment, state.zone(appointment.location_id));
  text.member("source", appointment.source).member("sequence", static_cast<std::int64_t>(appointment.sequence));
  text.member("occupies", appointment.occupies());
  if (appointment.ended_at) text.member("endedAt", holdfast::format_iso_utc(*appointment.ended_at));
  text.end_object();
}

void write_notice(JsonText& text, const State& state, const Notice& notice) {
  static constexpr std::array<std::string_view, 3> kinds{"booked", "rescheduled", "cancelled"};
  const holdfast::Zone& zone = state.zone(state.appointment(notice.appointment_id)->location_id);
  text.begin_element_object().member("kind", kinds.at(static_cast<std::size_t>(notice.kind)));
  text.member("appointmentId", notice.appointment_id).member("contactId", notice.contact_id);
  text.member("startTime", holdfast::format_iso(notice.interval.begin, zone));
  text.member("at", holdfast::format_iso_utc(notice.at));
  text.member("by", notice.actor == Actor::person ? std::string_view("person") : std::string_view("api")).end_object();
}

HttpResponse show_state(const Call& call) {
  const State& state = call.twin.state();
  JsonText text;
  text.begin_object().begin_array("appointments");
  for (const auto& [id, appointment] : state.appointments()) write_appointment(text, state, appointment);
  text.end_array().begin_array("contacts");
  for (const auto& [id, contact] : state.contacts()) {
    text.begin_element_object();
    api::write_contact(text, contact, contact.fields);
    text.member("deleted", contact.deleted).end_object();
  }
  text.end_array().begin_array("enrolments");
  for (const auto& [id, enrolment] : state.documents().all(Collection::enrolment)) {
    text.begin_element_object().member("id", id).member("contactId", enrolment.owner_id);
    for (const auto& [key, value] : enrolment.fields.items()) text.raw_member(key, holdfast::dump_json(value));
    text.end_object();
  }
  text.end_array().begin_array("notes");
  for (const auto& [contact_id, notes] : state.notes()) {
    for (const Note& note : notes) {
      text.begin_element_object();
      api::write_note(text, note);
      text.member("deleted", note.deleted).end_object();
    }
  }
  text.end_array().begin_array("notices");
  for (const Notice& notice : state.notices()) write_notice(text, state, notice);
  text.end_array().end_object();
  return HttpResponse::json(200, text.take());
}

// The appointment that a body names and the start it gives.
std::optional<holdfast::Instant> read_id_and_start(ObjectReader& reader, std::string& id) {
  std::string start_text;
  reader.text("id", id, true);
  reader.text("startTime", start_text, true);
  const auto start = holdfast::parse_iso(start_text);
  if (!start) reader.fault("startTime", "must be ISO 8601 with an offset");
  return start;
}

HttpResponse show_chaos(const Call& call) {
  return HttpResponse::json(200, to_json(call.twin.chaos()));
}

HttpResponse change_chaos(const Call& call) {
  auto plan = parse_chaos(call.request.body);
  if (!plan) return failure(plan.error());
  call.twin.set_chaos(std::move(*plan));
  return done();
}

HttpResponse book(const Call& call) {
  std::string calendar_id;
  std::string contact_name = "Pat Walkin";
  std::optional<holdfast::Instant> start;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    std::string start_text;
    reader.text("calendarId", calendar_id, true);
    reader.text("startTime", start_text, true);
    reader.text("contactName", contact_name);
    start = holdfast::parse_iso(start_text);
    if (!start) reader.fault("startTime", "must be ISO 8601 with an offset");
  });
  if (refused) return std::move(*refused);
  const auto booked = call.twin.book_as_person(calendar_id, *start, contact_name);
  return booked ? answer({{"id", *booked}}) : failure(booked.error());
}

HttpResponse cancel(const Call& call) {
  std::string id;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { reader.text("id", id, true); });
  return refused ? std::move(*refused) : outcome(call.twin.cancel_as_person(id));
}

// What a person does to one appointment that takes a start, or none.
HttpResponse move(const Call& call) {
  std::string id;
  std::optional<holdfast::Instant> start;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { start = read_id_and_start(reader, id); });
  return refused ? std::move(*refused) : outcome(call.twin.move_as_person(id, *start));
}

HttpResponse copy(const Call& call) {
  std::string id;
  std::optional<holdfast::Instant> start;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { start = read_id_and_start(reader, id); });
  if (refused) return std::move(*refused);
  const auto copied = call.twin.copy_as_person(id, *start);
  return copied ? answer({{"id", *copied}}) : failure(copied.error());
}

HttpResponse restore(const Call& call) {
  std::string id;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { reader.text("id", id, true); });
  return refused ? std::move(*refused) : outcome(call.twin.restore_as_person(id));
}

HttpResponse remove(const Call& call) {
  std::string id;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { reader.text("id", id, true); });
  return refused ? std::move(*refused) : outcome(call.twin.delete_as_person(id));
}

HttpResponse edit(const Call& call) {
  std::string id;
  std::string title;
  std::string description;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("id", id, true);
    reader.text("title", title);
    reader.text("description", description);
  });
  return refused ? std::move(*refused) : outcome(call.twin.edit_as_person(id, title, description));
}

HttpResponse reassign(const Call& call) {
  std::string id;
  std::string user_id;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("id", id, true);
    reader.text("userId", user_id, true);
  });
  return refused ? std::move(*refused) : outcome(call.twin.reassign_as_person(id, user_id));
}

HttpResponse merge(const Call& call) {
  std::string kept;
  std::string other;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("id", kept, true);
    reader.text("otherId", other, true);
  });
  return refused ? std::move(*refused) : outcome(call.twin.merge_as_person(kept, other));
}

HttpResponse show_clock(const Call& call) {
  JsonText text;
  text.begin_object().member("now", holdfast::format_iso_utc(call.twin.now())).member("frozen", call.twin.frozen());
  text.end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse advance(const Call& call) {
  std::int64_t ms = 0;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.integer("ms", ms, 0, std::numeric_limits<std::int64_t>::max(), true);
  });
  if (refused) return std::move(*refused);
  const auto moved = call.twin.advance(holdfast::Duration(ms));
  return moved ? show_clock(call) : failure(moved.error());
}

HttpResponse freeze(const Call& call) {
  call.twin.freeze();
  return show_clock(call);
}

HttpResponse run(const Call& call) {
  call.twin.run();
  return show_clock(call);
}

HttpResponse reset(const Call& call) {
  std::optional<holdfast::Instant> frozen_at;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    std::string text;
    reader.text("frozenAt", text);
    if (text.empty()) return;
    const auto parsed = parse_world_time(text);
    if (!parsed) return reader.fault("frozenAt", parsed.error().message);
    frozen_at = *parsed;
  });
  if (refused) return std::move(*refused);
  call.twin.reset(frozen_at);
  return done();
}

constexpr std::array<Route, 17> routes{
    {{"GET", "/__mock/state", &show_state,
      "every appointment, contact, enrolment, note and notice to a customer, deleted ones included"},
     {"GET", "/__mock/chaos", &show_chaos, "the plan in force"},
     {"PUT", "/__mock/chaos", &change_chaos, R"(replaces the plan; {"rules":[]} is calm)"},
     {"POST", "/__mock/reset", &reset,
      R"(the world as it was started, without chaos and with an empty journal; {"frozenAt":ISO} begins it there)"},
     {"GET", "/__mock/clock", &show_clock, "{now, frozen} of the world"},
     {"POST", "/__mock/clock/freeze", &freeze, "the world's clock stands still"},
     {"POST", "/__mock/clock/run", &run, "it goes on at the machine's pace from where it stands"},
     {"POST", "/__mock/clock/advance", &advance, R"(it leaps ahead: {"ms":86400000})"},
     {"POST", "/__mock/book", &book, "a person books: {calendarId, startTime, contactName}; 409 when it is not free"},
     {"POST", "/__mock/cancel", &cancel, "a person cancels: {id}"},
     {"POST", "/__mock/move", &move, "a person moves an appointment: {id, startTime}; 409 when it is not free"},
     {"POST", "/__mock/restore", &restore, "a person undoes a cancellation: {id}"},
     {"POST", "/__mock/delete", &remove, "a person deletes an appointment: {id}"},
     {"POST", "/__mock/copy", &copy, "a person copies one, description and all: {id, startTime}"},
     {"POST", "/__mock/edit", &edit, "a person writes another text: {id, title, description}"},
     {"POST", "/__mock/reassign", &reassign, "a person gives an appointment to another of the team: {id, userId}"},
     {"POST", "/__mock/merge", &merge, "a person merges two contacts, and the first is kept: {id, otherId}"}}};

}  // namespace

std::span<const Route> world_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
