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
  text.end_array().end_object();
  return HttpResponse::json(200, text.take());
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

constexpr std::array<Route, 10> routes{
    {{"GET", "/__mock/state", &show_state, "every appointment, contact, enrolment and note, deleted ones included"},
     {"GET", "/__mock/chaos", &show_chaos, "the plan in force"},
     {"PUT", "/__mock/chaos", &change_chaos, R"(replaces the plan; {"rules":[]} is calm)"},
     {"POST", "/__mock/reset", &reset,
      R"(the world as it was started, without chaos and with an empty journal; {"frozenAt":ISO} begins it there)"},
     {"GET", "/__mock/clock", &show_clock, "{now, frozen} of the world"},
     {"POST", "/__mock/clock/freeze", &freeze, "the world's clock stands still"},
     {"POST", "/__mock/clock/run", &run, "it goes on at the machine's pace from where it stands"},
     {"POST", "/__mock/clock/advance", &advance, R"(it leaps ahead: {"ms":86400000})"},
     {"POST", "/__mock/book", &book, "a person books: {calendarId, startTime, contactName}; 409 when it is not free"},
     {"POST", "/__mock/cancel", &cancel, "a person cancels: {id}"}}};

}  // namespace

std::span<const Route> world_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
