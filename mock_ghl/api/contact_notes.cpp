// What hangs on one contact: notes and tasks.
#include <algorithm>

#include "mock_ghl/api/contact_input.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/letters.hpp"
#include "mock_ghl/webhooks/events.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

Answer note_answer(const Call& call, const Note& note) {
  JsonText text;
  text.begin_object().begin_object("note");
  write_note(text, note);
  text.end_object();
  return ok(call.success(), text, call);
}

// The note that the path names; the first refusal on the way to it.
std::optional<Answer> find_note(Call& call, Note*& note) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return refusal;
  note = call.state.note(contact->id, call.captures.at(1));
  if (note == nullptr) return refuse(404, "Note not found", call.trace_id);
  return std::nullopt;
}

void tell(Call& call, std::string_view kind, const Note& note) {
  if (!call.state.outbox().recording()) return;
  call.state.note_event(kind, call.location->id, webhooks::note_payload(note), call.now);
}

bool completed(const Document& task) {
  return holdfast::bool_member(task.fields, "completed").value_or(false);
}

Json task_json(const Document& task) {
  Json made = task.fields;
  made["id"] = task.id;
  made["contactId"] = task.owner_id;
  return made;
}

// Writes what the body holds over the fields of a task. dueDate reads back in UTC.
void read_task(const Json& body, Json& fields) {
  for (const char* key : {"title", "body", "assignedTo"}) {
    if (auto text = holdfast::string_member(body, key)) fields[key] = std::move(*text);
  }
  if (const auto due = holdfast::string_member(body, "dueDate")) {
    fields["dueDate"] = holdfast::format_iso_utc(*holdfast::parse_iso(*due));
  }
  if (const auto completed = holdfast::bool_member(body, "completed")) fields["completed"] = *completed;
}

std::optional<Answer> find_task(Call& call, const Document*& task) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return refusal;
  task = call.state.documents().find(Collection::task, call.captures.at(1));
  if (task == nullptr || task->owner_id != contact->id) return refuse(404, "Task not found", call.trace_id);
  return std::nullopt;
}

// One search for tasks: what its body asks for.
struct TaskSearch {
  std::vector<std::string> contacts;
  std::vector<std::string> users;
  std::optional<bool> completed;
  std::string query;
  std::string business_id;

  bool finds(const State& state, const Document& task) const {
    const auto among = [](const std::vector<std::string>& list, const std::string& one) {
      return list.empty() || std::find(list.begin(), list.end(), one) != list.end();
    };
    const Contact* contact = state.contact(task.owner_id);
    if (contact == nullptr || contact->deleted || !among(contacts, task.owner_id)) return false;
    if (!business_id.empty() && contact->fields.business_id != business_id) return false;
    if (!among(users, task.text("assignedTo"))) return false;
    if (completed && holdfast::bool_member(task.fields, "completed") != completed) return false;
    return lower_case(task.text("title") + "\n" + task.text("body")).find(query) != std::string::npos;
  }
};

}  // namespace

Answer get_notes(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  JsonText text;
  text.begin_object().begin_array("notes");
  if (const auto notes = call.state.notes().find(contact->id); notes != call.state.notes().end()) {
    for (const Note& note : notes->second) {
      if (note.deleted) continue;
      text.begin_element_object();
      write_note(text, note);
      text.end_object();
    }
  }
  text.end_array();
  return ok(call.success(), text, call);
}

Answer create_note(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  const Note& note = call.state.add_note(contact->id,
                                         {.user_id = text_of(call.body, "userId"),
                                          .body = text_of(call.body, "body"),
                                          .title = text_of(call.body, "title"),
                                          .color = text_of(call.body, "color"),
                                          .pinned = holdfast::bool_member(call.body, "pinned").value_or(false)},
                                         call.now);
  return note_answer(call, note);
}

Answer get_note(Call& call) {
  Note* note = nullptr;
  if (auto refusal = find_note(call, note)) return std::move(*refusal);
  return note_answer(call, *note);
}

Answer update_note(Call& call) {
  Note* note = nullptr;
  if (auto refusal = find_note(call, note)) return std::move(*refusal);
  const auto take = [&](const char* key, std::string& out) {
    if (auto text = holdfast::string_member(call.body, key)) out = std::move(*text);
  };
  take("userId", note->user_id);
  take("body", note->body);
  take("title", note->title);
  take("color", note->color);
  if (const auto pinned = holdfast::bool_member(call.body, "pinned")) note->pinned = *pinned;
  tell(call, "NoteUpdate", *note);
  return note_answer(call, *note);
}

Answer delete_note(Call& call) {
  Note* note = nullptr;
  if (auto refusal = find_note(call, note)) return std::move(*refusal);
  note->deleted = true;
  tell(call, "NoteDelete", *note);
  return reply(call, succeeded(call));
}

Answer get_tasks(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  Json tasks = Json::array();
  for (const Document* task : call.state.documents().of_owner(Collection::task, contact->id)) {
    tasks.push_back(task_json(*task));
  }
  return reply(call, {{"tasks", std::move(tasks)}});
}

Answer create_task(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  Json fields = Json::object();
  read_task(call.body, fields);
  const Document& task = call.state.documents().add(Collection::task,
                                                    {.id = call.state.draw_id(),
                                                     .location_id = contact->location_id,
                                                     .owner_id = contact->id,
                                                     .fields = std::move(fields)},
                                                    call.now);
  call.state.note_event("TaskCreate", task, call.now);
  return reply(call, {{"task", task_json(task)}});
}

Answer get_task(Call& call) {
  const Document* task = nullptr;
  if (auto refusal = find_task(call, task)) return std::move(*refusal);
  return reply(call, {{"task", task_json(*task)}});
}

Answer update_task(Call& call) {
  const Document* task = nullptr;
  if (auto refusal = find_task(call, task)) return std::move(*refusal);
  const bool was_completed = completed(*task);
  Json fields = task->fields;
  read_task(call.body, fields);
  const Document& changed = call.state.documents().change(Collection::task, task->id, std::move(fields), call.now);
  // Of all changes GHL tells the completion only (facts/ghl.md 7.3).
  if (!was_completed && completed(changed)) call.state.note_event("TaskComplete", changed, call.now);
  return reply(call, {{"task", task_json(changed)}});
}

Answer delete_task(Call& call) {
  const Document* task = nullptr;
  if (auto refusal = find_task(call, task)) return std::move(*refusal);
  call.state.note_event("TaskDelete", *task, call.now);
  call.state.documents().remove(Collection::task, call.captures.at(1));
  return reply(call, succeeded(call));
}

Answer search_tasks(Call& call) {
  if (call.captures.at(0) != call.location->id) return foreign_location(call);
  const TaskSearch search{.contacts = texts_of(call.body, "contactId"),
                          .users = texts_of(call.body, "assignedTo"),
                          .completed = holdfast::bool_member(call.body, "completed"),
                          .query = lower_case(text_of(call.body, "query")),
                          .business_id = text_of(call.body, "businessId")};
  std::int64_t skip = holdfast::integer_member(call.body, "skip").value_or(0);
  std::int64_t left = holdfast::integer_member(call.body, "limit").value_or(25);
  Json tasks = Json::array();
  for (const Document* task : call.state.documents().of_location(Collection::task, call.location->id)) {
    if (left <= 0) break;
    if (!search.finds(call.state, *task)) continue;
    if (skip > 0) {
      --skip;
      continue;
    }
    tasks.push_back(task_json(*task));
    --left;
  }
  return reply(call, {{"tasks", std::move(tasks)}});
}

}  // namespace mock_ghl::api
