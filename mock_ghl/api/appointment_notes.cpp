// Notes on appointments (facts/ghl.md 4.5), oldest first. A series has notes of its own, by the id its create answered.
#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/series.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

Json shown(const Call& call, const Document& note) {
  Json json = note.fields;
  json["id"] = note.id;
  json["dateAdded"] = holdfast::format_iso_utc(note.created_at);
  if (const User* user = call.state.user(note.text("userId"))) {
    json["createdBy"] = {{"id", user->id}, {"name", user->name}};
  }
  return json;
}

// What the notes of a path hang on.
struct Owner {
  std::string id;
  std::string contact_id;
};

// The appointment or the series of the path.
std::optional<Answer> find_owner(const Call& call, Owner& owner) {
  const std::string_view id = call.captures.at(0);
  const Appointment* appointment = nullptr;
  if (const Series* series = call.state.series(id)) {
    std::vector<const Appointment*> living;
    if (auto refusal = find_instances(call, *series, living)) return refusal;
    appointment = &leading(living);
  } else if (auto refusal = find_appointment(call, id, appointment)) {
    return refusal;
  }
  owner = {.id = std::string(id), .contact_id = appointment->contact_id};
  return std::nullopt;
}

// The note of the path, on the appointment of the path.
std::optional<Answer> find_note(const Call& call, const Document*& note) {
  Owner owner;
  if (auto refusal = find_owner(call, owner)) return refusal;
  if (auto refusal = find_document(call, Collection::appointment_note, call.captures.at(1), "Note", note)) {
    return refusal;
  }
  if (note->owner_id != owner.id) return refuse(404, "Note not found", call.trace_id);
  return std::nullopt;
}

// The writer that the body names must exist.
std::optional<Answer> check_writer(const Call& call) {
  const std::string user_id = text_of(call.body, "userId");
  const User* user = nullptr;
  return user_id.empty() ? std::nullopt : find_user(call, user_id, user);
}

}  // namespace

Answer get_appointment_notes(Call& call) {
  Owner owner;
  if (auto refusal = find_owner(call, owner)) return std::move(*refusal);
  const std::size_t offset = count_parameter(call, "offset", 0, SIZE_MAX / 2);
  const std::size_t limit = count_parameter(call, "limit", 20, 20);
  const auto notes = call.state.documents().of_owner(Collection::appointment_note, owner.id);
  Json list = Json::array();
  for (std::size_t i = offset; i < notes.size() && list.size() < limit; ++i) list.push_back(shown(call, *notes[i]));
  const bool has_more = offset < notes.size() && notes.size() - offset > list.size();
  return reply(call, {{"notes", std::move(list)}, {"hasMore", has_more}});
}

Answer create_appointment_note(Call& call) {
  Owner owner;
  if (auto refusal = find_owner(call, owner)) return std::move(*refusal);
  if (auto refusal = check_writer(call)) return std::move(*refusal);
  const Document& made = call.state.documents().add(Collection::appointment_note,
                                                    {.id = call.state.draw_id(),
                                                     .location_id = call.location->id,
                                                     .owner_id = owner.id,
                                                     .fields = {{"body", text_of(call.body, "body")},
                                                                {"userId", text_of(call.body, "userId")},
                                                                {"contactId", owner.contact_id}}},
                                                    call.now);
  return reply(call, {{"note", shown(call, made)}});
}

Answer update_appointment_note(Call& call) {
  const Document* note = nullptr;
  if (auto refusal = find_note(call, note)) return std::move(*refusal);
  if (auto refusal = check_writer(call)) return std::move(*refusal);
  Json fields = note->fields;
  fields["body"] = text_of(call.body, "body");
  if (const std::string user_id = text_of(call.body, "userId"); !user_id.empty()) fields["userId"] = user_id;
  const Document& changed =
      call.state.documents().change(Collection::appointment_note, note->id, std::move(fields), call.now);
  return reply(call, {{"note", shown(call, changed)}});
}

Answer delete_appointment_note(Call& call) {
  const Document* note = nullptr;
  if (auto refusal = find_note(call, note)) return std::move(*refusal);
  call.state.documents().remove(Collection::appointment_note, std::string(note->id));
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
