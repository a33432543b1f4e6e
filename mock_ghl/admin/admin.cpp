#include "mock_ghl/admin/admin.hpp"

#include <limits>

#include "core/base/json.hpp"
#include "mock_ghl/admin/journal.hpp"
#include "mock_ghl/admin/snapshots.hpp"
#include "mock_ghl/admin/tokens.hpp"
#include "mock_ghl/admin/webhooks.hpp"
#include "mock_ghl/api/json_text.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/reader.hpp"
#include "mock_ghl/model/test_clock.hpp"

namespace mock_ghl {

using api::JsonText;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

namespace {

constexpr std::string_view prefix = "/__mock";

HttpResponse failure(int status, std::string_view message) {
  JsonText text;
  text.begin_object().member("error", message).end_object();
  return HttpResponse::json(status, text.take());
}

HttpResponse failure(const holdfast::Error& error) {
  switch (error.kind) {
    case holdfast::ErrorKind::not_found:
      return failure(404, error.message);
    case holdfast::ErrorKind::slot_taken:
      return failure(409, error.message);
    default:
      return failure(400, error.message);
  }
}

HttpResponse done() {
  return HttpResponse::json(200, R"({"ok":true})");
}

void write_appointment(JsonText& text, const State& state, const Appointment& appointment) {
  text.begin_element_object();
  api::write_event(text, appointment, state.zone(appointment.location_id));
  text.member("source", appointment.source).member("sequence", static_cast<std::int64_t>(appointment.sequence));
  text.member("occupies", appointment.occupies());
  if (appointment.ended_at) text.member("endedAt", holdfast::format_iso_utc(*appointment.ended_at));
  text.end_object();
}

HttpResponse show_state(const State& state) {
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

HttpResponse change_chaos(Twin& twin, const HttpRequest& request) {
  auto plan = parse_chaos(request.body);
  if (!plan) return failure(plan.error());
  twin.set_chaos(std::move(*plan));
  return done();
}

HttpResponse book(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error());
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::string calendar_id;
  std::string start_text;
  std::string contact_name = "Pat Walkin";
  reader.text("calendarId", calendar_id, true);
  reader.text("startTime", start_text, true);
  reader.text("contactName", contact_name);
  reader.finish();
  const auto start = holdfast::parse_iso(start_text);
  if (!start) reader.fault("startTime", "must be ISO 8601 with an offset");
  if (faults.any()) return failure(faults.result().error());
  const auto booked = twin.book_as_person(calendar_id, *start, contact_name);
  if (!booked) return failure(booked.error());
  JsonText text;
  text.begin_object().member("id", *booked).end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse cancel(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error());
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::string id;
  reader.text("id", id, true);
  reader.finish();
  if (faults.any()) return failure(faults.result().error());
  const auto cancelled = twin.cancel_as_person(id);
  return cancelled ? done() : failure(cancelled.error());
}

// The body of an admin request whose members are all optional: an absent one is {}.
holdfast::Result<holdfast::Json> optional_body(const HttpRequest& request) {
  if (request.body.empty()) return holdfast::Json::object();
  return holdfast::parse_json(request.body);
}

HttpResponse show_clock(const Twin& twin) {
  JsonText text;
  text.begin_object().member("now", holdfast::format_iso_utc(twin.now())).member("frozen", twin.frozen()).end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse advance(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error());
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::int64_t ms = 0;
  reader.integer("ms", ms, 0, std::numeric_limits<std::int64_t>::max(), true);
  reader.finish();
  if (faults.any()) return failure(faults.result().error());
  const auto moved = twin.advance(holdfast::Duration(ms));
  return moved ? show_clock(twin) : failure(moved.error());
}

HttpResponse reset(Twin& twin, const HttpRequest& request) {
  const auto body = optional_body(request);
  if (!body) return failure(body.error());
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::string frozen_at_text;
  reader.text("frozenAt", frozen_at_text);
  reader.finish();
  std::optional<holdfast::Instant> frozen_at;
  if (!frozen_at_text.empty()) {
    const auto parsed = parse_world_time(frozen_at_text);
    if (!parsed) reader.fault("frozenAt", parsed.error().message);
    if (parsed) frozen_at = *parsed;
  }
  if (faults.any()) return failure(faults.result().error());
  twin.reset(frozen_at);
  return done();
}

}  // namespace

bool is_admin_request(const HttpRequest& request) {
  const std::string_view target = request.target;
  if (!target.starts_with(prefix)) return false;
  return target.size() == prefix.size() || target[prefix.size()] == '/' || target[prefix.size()] == '?';
}

HttpResponse handle_admin(Twin& twin, const HttpRequest& request) {
  const std::string path = holdfast::net::parse_target(request.target).path;
  const std::string route = request.method + " " + path;
  if (auto snapshots = handle_snapshots(twin, request.method, path)) return std::move(*snapshots);
  if (auto answer = handle_journal(twin, request)) return std::move(*answer);
  if (auto answer = handle_token_admin(twin, route, request)) return std::move(*answer);
  if (auto answered = handle_webhook_admin(twin, route, request)) return std::move(*answered);
  if (route == "GET /__mock/state") return show_state(twin.state());
  if (route == "PUT /__mock/chaos") return change_chaos(twin, request);
  if (route == "POST /__mock/book") return book(twin, request);
  if (route == "POST /__mock/cancel") return cancel(twin, request);
  if (route == "POST /__mock/reset") return reset(twin, request);
  if (route == "GET /__mock/clock") return show_clock(twin);
  if (route == "POST /__mock/clock/advance") return advance(twin, request);
  if (route == "POST /__mock/clock/freeze") {
    twin.freeze();
    return show_clock(twin);
  }
  if (route == "POST /__mock/clock/run") {
    twin.run();
    return show_clock(twin);
  }
  return failure(404, "there is no such admin route; mock_ghl/README.md lists those under /__mock");
}

}  // namespace mock_ghl
