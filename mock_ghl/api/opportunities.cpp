// Pipelines and opportunities (facts/ghl.md 6.2).
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/opportunity.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

Json notes_of(const Call& call, const std::string& contact_id) {
  Json list = Json::array();
  const auto it = call.state.notes().find(contact_id);
  if (it == call.state.notes().end()) return list;
  for (const Note& note : it->second) {
    if (note.deleted) continue;
    list.push_back({{"id", note.id}, {"body", note.body}, {"dateAdded", holdfast::format_iso_utc(note.created_at)}});
  }
  return list;
}

Json tasks_of(const Call& call, const std::string& contact_id) {
  Json list = Json::array();
  for (const Document* task : call.state.documents().of_owner(Collection::task, contact_id)) {
    Json shown = task->fields;
    shown["id"] = task->id;
    list.push_back(std::move(shown));
  }
  return list;
}

Json events_of(const Call& call, const std::string& contact_id) {
  Json list = Json::array();
  for (const Appointment* event : call.state.appointments_of(contact_id)) {
    if (event->deleted) continue;
    list.push_back({{"id", event->id},
                    {"calendarId", event->calendar_id},
                    {"title", event->title},
                    {"appointmentStatus", event->status},
                    {"startTime", holdfast::format_iso(event->interval.begin, call.zone())},
                    {"endTime", holdfast::format_iso(event->interval.end, call.zone())}});
  }
  return list;
}

Json contact_json(const Call& call, const std::string& contact_id) {
  Json shown{{"id", contact_id}};
  const Contact* contact = call.state.contact(contact_id);
  if (contact == nullptr) return shown;
  shown["name"] = contact->fields.full_name();
  shown["tags"] = contact->fields.tags;
  if (!contact->fields.company_name.empty()) shown["companyName"] = contact->fields.company_name;
  if (!contact->fields.email.empty()) shown["email"] = contact->fields.email;
  if (!contact->fields.phone.empty()) shown["phone"] = contact->fields.phone;
  return shown;
}

// 404 for an id in the path (quirk 38), 403 when it is another location's.
std::optional<Answer> find_opportunity(Call& call, const Document*& opportunity) {
  const std::string_view id = call.captures.at(0);
  opportunity = call.state.documents().find(Collection::opportunity, id);
  if (opportunity == nullptr) {
    return refuse(404, "Opportunity with id " + std::string(id) + " not found", call.trace_id);
  }
  if (opportunity->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

// A pipeline of the caller's location; nullptr when there is none of this id.
const Document* pipeline_of(const Call& call, std::string_view id) {
  const Document* pipeline = call.state.documents().find(Collection::pipeline, id);
  return pipeline != nullptr && pipeline->location_id == call.location->id ? pipeline : nullptr;
}

// The refusals of ids in a body. Their texts are ours: GHL's are not published.
std::optional<Answer> check_users(const Call& call, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const User* user = call.state.user(id);
    if (user != nullptr && user->location_id == call.location->id) continue;
    return refuse(400, "User with id " + id + " not found", call.trace_id);
  }
  return std::nullopt;
}

// The contact's oldest opportunity in the pipeline other than `except_id`; nullptr when there is none.
const Document* opportunity_in(const Call& call, const std::string& contact_id, const std::string& pipeline_id,
                               std::string_view except_id) {
  for (const Document* each : call.state.documents().of_owner(Collection::opportunity, contact_id)) {
    if (each->id != except_id && each->text("pipelineId") == pipeline_id) return each;
  }
  return nullptr;
}

std::optional<Answer> check_duplicate(const Call& call, const std::string& contact_id, const std::string& pipeline_id,
                                      std::string_view except_id) {
  if (call.location->allow_duplicate_opportunity) return std::nullopt;
  if (opportunity_in(call, contact_id, pipeline_id, except_id) == nullptr) return std::nullopt;
  return refuse(400, "Can not create duplicate opportunity for the contact.", call.trace_id);
}

// The custom fields of the location's opportunities, by what a body may name them with.
struct CustomFields {
  std::set<std::string> ids = {};
  std::map<std::string, std::string> ids_by_key = {};  // under "opportunity.tooth" and "tooth"
};

CustomFields custom_fields_of(const Call& call) {
  static constexpr std::string_view model = "opportunity";
  CustomFields fields;
  for (const Document* field : call.state.documents().of_location(Collection::custom_field, call.location->id)) {
    if (field->text("model") != model) continue;
    fields.ids.insert(field->id);
    const std::string key = field->text("fieldKey");
    fields.ids_by_key.emplace(key, field->id);
    if (key.starts_with(std::string(model) + ".")) fields.ids_by_key.emplace(key.substr(model.size() + 1), field->id);
  }
  return fields;
}

// The id of the field that an element of customFields names, by id or else by key; "" when there is none such.
std::string named_field(const CustomFields& fields, const Json& written) {
  if (std::string id = text_of(written, "id"); !id.empty()) return fields.ids.contains(id) ? id : "";
  const auto it = fields.ids_by_key.find(text_of(written, "key"));
  return it == fields.ids_by_key.end() ? "" : it->second;
}

// Written with field_value (v3: fieldValue), read with fieldValue. Unknown fields are dropped without a word (quirk
// 35); of one that is written twice the last counts.
void merge_custom_fields(const Call& call, Json& fields) {
  const Json* written = holdfast::find_member(call.body, "customFields");
  if (written == nullptr) return;
  const CustomFields known = custom_fields_of(call);
  std::set<std::string> named;
  std::vector<Json> last_first;
  for (auto each = written->rbegin(); each != written->rend(); ++each) {
    const std::string id = named_field(known, *each);
    if (id.empty() || !named.insert(id).second) continue;
    const Json* value = holdfast::find_member(*each, call.v3 ? "fieldValue" : "field_value");
    if (value != nullptr) last_first.push_back({{"id", id}, {"fieldValue", *value}});
  }
  Json kept = Json::array();
  for (Json& held : fields["customFields"]) {
    if (!named.contains(text_of(held, "id"))) kept.push_back(std::move(held));
  }
  for (auto made = last_first.rbegin(); made != last_first.rend(); ++made) kept.push_back(std::move(*made));
  fields["customFields"] = std::move(kept);
}

// Sets status or stage with the instant of their change.
void set_dated(Json& fields, const char* key, const char* changed_at, const std::string& value, const Call& call) {
  if (fields.value(key, "") == value) return;
  fields[key] = value;
  fields[changed_at] = holdfast::format_iso_utc(call.now);
}

void set_status(Json& fields, const std::string& status, const Call& call) {
  set_dated(fields, "status", "lastStatusChangeAt", status, call);
  if (status != "lost") fields.erase("lostReasonId");
}

void touch(Json& fields, const Call& call) {
  const std::string at = holdfast::format_iso_utc(call.now);
  fields["updatedAt"] = at;
  fields["lastActionDate"] = at;
}

// Where an opportunity shall stand: the pipeline and stage of the body, the first stage of a new pipeline when the body
// names none.
std::optional<Answer> place(const Call& call, Json& fields) {
  const std::string asked = text_of(call.body, "pipelineId");
  const std::string pipeline_id = asked.empty() ? fields.value("pipelineId", "") : asked;
  const Document* pipeline = pipeline_of(call, pipeline_id);
  if (pipeline == nullptr) return refuse(400, "Pipeline with id " + pipeline_id + " not found", call.trace_id);
  std::string stage = text_of(call.body, "pipelineStageId");
  if (stage.empty()) {
    const std::string held = fields.value("pipelineStageId", "");
    stage = has_stage(*pipeline, held) ? held : first_stage(*pipeline);
  }
  if (!has_stage(*pipeline, stage)) {
    return refuse(400, "Pipeline stage with id " + stage + " not found in the pipeline", call.trace_id);
  }
  fields["pipelineId"] = pipeline_id;
  set_dated(fields, "pipelineStageId", "lastStageChangeAt", stage, call);
  return std::nullopt;
}

std::optional<Answer> take_lost_reason(const Call& call, Json& fields) {
  const std::string id = text_of(call.body, "lostReasonId");
  if (id.empty()) return std::nullopt;
  const Document* reason = call.state.documents().find(Collection::lost_reason, id);
  if (reason == nullptr || reason->location_id != call.location->id) {
    return refuse(400, "Lost reason with id " + id + " not found", call.trace_id);
  }
  if (fields.value("status", "") == "lost") fields["lostReasonId"] = id;
  return std::nullopt;
}

// Everything a body says about an opportunity, written over `fields`.
std::optional<Answer> take_body(const Call& call, Json& fields) {
  if (auto refusal = place(call, fields)) return refusal;
  if (const std::string user = text_of(call.body, "assignedTo"); !user.empty()) {
    if (auto refusal = check_users(call, {user})) return refusal;
    fields["assignedTo"] = user;
  }
  if (const auto name = holdfast::string_member(call.body, "name")) fields["name"] = *name;
  for (const char* key : {"monetaryValue", "forecastExpectedCloseDate", "forecastProbability"}) {
    if (const Json* value = holdfast::find_member(call.body, key)) fields[key] = *value;
  }
  if (const auto status = holdfast::string_member(call.body, "status")) set_status(fields, *status, call);
  if (auto refusal = take_lost_reason(call, fields)) return refusal;
  merge_custom_fields(call, fields);
  touch(fields, call);
  return std::nullopt;
}

std::vector<std::string> texts_of(const Json& object, const char* key) {
  const Json* list = holdfast::find_member(object, key);
  return list == nullptr ? std::vector<std::string>{} : list->get<std::vector<std::string>>();
}

// Adds to or removes from `held`; what changed, each once.
std::vector<std::string> add_to(std::vector<std::string>& held, const std::vector<std::string>& asked) {
  std::vector<std::string> added;
  for (const std::string& id : asked) {
    if (std::find(held.begin(), held.end(), id) != held.end()) continue;
    held.push_back(id);
    added.push_back(id);
  }
  return added;
}

std::vector<std::string> remove_from(std::vector<std::string>& held, const std::vector<std::string>& asked) {
  std::vector<std::string> removed;
  for (const std::string& id : asked) {
    if (std::erase(held, id) > 0) removed.push_back(id);
  }
  return removed;
}

// The followers an upsert asks for.
std::optional<Answer> take_followers(const Call& call, Json& fields) {
  std::vector<std::string> held = texts_of(fields, "followers");
  const std::vector<std::string> asked = texts_of(call.body, "followers");
  const bool removes = text_of(call.body, "followersActionType") == "remove";
  if (holdfast::bool_member(call.body, "isRemoveAllFollowers").value_or(false)) held.clear();
  if (removes) remove_from(held, asked);
  if (!removes) {
    if (auto refusal = check_users(call, asked)) return refusal;
    add_to(held, asked);
  }
  fields["followers"] = held;
  return std::nullopt;
}

Json shown(const Call& call, const Document& opportunity) {
  return opportunity_json(call, opportunity, opportunity.fields, {});
}

// {"succeded":true}; v3 says "success" beside it (quirk 40).
Answer done(const Call& call) {
  Json body{{"succeded", true}};
  if (call.v3) body["success"] = true;
  return reply(call, std::move(body));
}

const Document& add(Call& call, Json fields) {
  const std::string contact_id = fields["contactId"];
  const Document& made = call.state.documents().add(Collection::opportunity,
                                                    {.id = call.state.draw_id(),
                                                     .location_id = call.location->id,
                                                     .owner_id = contact_id,
                                                     .fields = std::move(fields)},
                                                    call.now);
  // Both of them for one creation (facts/ghl.md 7.4).
  call.state.note_event("OpportunityCreate", made, call.now);
  call.state.note_event("OpportunityUpdate", made, call.now);
  return made;
}

// A change fires OpportunityUpdate, and the event of each member that is different.
const Document& change(Call& call, const Document& opportunity, Json fields) {
  static constexpr std::array<std::pair<const char*, const char*>, 4> events{
      {{"pipelineStageId", "OpportunityStageUpdate"},
       {"status", "OpportunityStatusUpdate"},
       {"monetaryValue", "OpportunityMonetaryValueUpdate"},
       {"assignedTo", "OpportunityAssignedToUpdate"}}};
  const bool told = call.state.outbox().recording();
  const Json before = told ? opportunity.fields : Json();
  const Document& changed =
      call.state.documents().change(Collection::opportunity, opportunity.id, std::move(fields), call.now);
  if (!told) return changed;
  call.state.note_event("OpportunityUpdate", changed, call.now);
  for (const auto& [key, event] : events) {
    const Json* held = holdfast::find_member(before, key);
    const Json* holds = holdfast::find_member(changed.fields, key);
    const bool same = held == nullptr || holds == nullptr ? held == holds : *held == *holds;
    if (!same) call.state.note_event(event, changed, call.now);
  }
  return changed;
}

// A new opportunity's fields out of a create's or an upsert's body.
std::optional<Answer> fresh_fields(const Call& call, Json& fields) {
  const Contact* contact = nullptr;
  if (auto refusal = find_named_contact(call, contact)) return refusal;
  fields = opportunity_fields(text_of(call.body, "name"), text_of(call.body, "status"), "", "", contact->id, call.now);
  if (auto refusal = take_body(call, fields)) return refusal;
  return check_duplicate(call, contact->id, fields["pipelineId"], "");
}

}  // namespace

Json opportunity_json(const Call& call, const Document& opportunity, const Json& fields,
                      const OpportunityDetails& details) {
  Json made = fields;
  const std::string contact_id = opportunity.owner_id;
  made["id"] = opportunity.id;
  made["locationId"] = opportunity.location_id;
  made["createdAt"] = holdfast::format_iso_utc(opportunity.created_at);
  made["contact"] = contact_json(call, contact_id);
  made["notes"] = details.notes ? notes_of(call, contact_id) : Json::array();
  made["tasks"] = details.tasks ? tasks_of(call, contact_id) : Json::array();
  made["calendarEvents"] = details.events ? events_of(call, contact_id) : Json::array();
  if (!call.v3) {
    made.erase("forecastExpectedCloseDate");
    made.erase("forecastProbability");
  }
  return made;
}

Answer get_pipelines(Call& call) {
  Json list = Json::array();
  for (const Document* pipeline : call.state.documents().of_location(Collection::pipeline, call.location->id)) {
    Json shown_pipeline = pipeline->fields;
    shown_pipeline["id"] = pipeline->id;
    shown_pipeline["locationId"] = pipeline->location_id;
    if (call.v3) shown_pipeline["useOpportunityProbability"] = false;
    list.push_back(std::move(shown_pipeline));
  }
  return reply(call, {{"pipelines", std::move(list)}});
}

Answer get_lost_reasons(Call& call) {
  const std::string name = call.target.parameter("name").value_or("");
  const std::string query = call.target.parameter("query").value_or("");
  const bool deleted =
      call.target.parameter("deleted").value_or("") == "true";  // none ever is: there is no route for it
  Json found = Json::array();
  for (const Document* reason : call.state.documents().of_location(Collection::lost_reason, call.location->id)) {
    const std::string held = reason->text("name");
    if (deleted || (!name.empty() && held != name) || held.find(query) == std::string::npos) continue;
    found.push_back({{"id", reason->id},
                     {"name", held},
                     {"locationId", reason->location_id},
                     {"createdAt", holdfast::format_iso_utc(reason->created_at)},
                     {"updatedAt", holdfast::format_iso_utc(reason->updated_at)}});
  }
  const auto limit = static_cast<std::size_t>(number_parameter(call, "limit", 100));
  Json page = Json::array();
  for (auto i = static_cast<std::size_t>(number_parameter(call, "skip", 0)); i < found.size() && page.size() < limit;
       ++i) {
    page.push_back(found[i]);
  }
  Json body{{"lostReasons", std::move(page)}};
  if (call.target.parameter("getCount").value_or("") == "true") body["total"] = found.size();
  return reply(call, std::move(body));
}

Answer get_opportunity(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  return reply(call, {{"opportunity", shown(call, *opportunity)}});
}

Answer create_opportunity(Call& call) {
  Json fields;
  if (auto refusal = fresh_fields(call, fields)) return std::move(*refusal);
  return reply(call, {{"opportunity", shown(call, add(call, std::move(fields)))}});
}

Answer update_opportunity(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  Json fields = opportunity->fields;
  if (auto refusal = take_body(call, fields)) return std::move(*refusal);
  const bool moved = fields["pipelineId"] != opportunity->fields["pipelineId"];
  if (moved) {
    if (auto refusal = check_duplicate(call, opportunity->owner_id, fields["pipelineId"], opportunity->id)) {
      return std::move(*refusal);
    }
  }
  return reply(call, {{"opportunity", shown(call, change(call, *opportunity, std::move(fields)))}});
}

Answer update_opportunity_status(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  Json fields = opportunity->fields;
  set_status(fields, text_of(call.body, "status"), call);
  if (auto refusal = take_lost_reason(call, fields)) return std::move(*refusal);
  touch(fields, call);
  change(call, *opportunity, std::move(fields));
  return done(call);
}

Answer upsert_opportunity(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_named_contact(call, contact)) return std::move(*refusal);
  const std::string& contact_id = contact->id;
  const std::string id = text_of(call.body, "id");
  const Document* held = id.empty() ? opportunity_in(call, contact_id, text_of(call.body, "pipelineId"), "")
                                    : call.state.documents().find(Collection::opportunity, id);
  if (!id.empty() && (held == nullptr || held->owner_id != contact_id)) {
    return refuse(400, "Opportunity with id " + id + " not found", call.trace_id);
  }
  Json fields = held == nullptr ? Json() : held->fields;
  if (held == nullptr) {
    if (auto refusal = fresh_fields(call, fields)) return std::move(*refusal);
  } else if (auto refusal = take_body(call, fields)) {
    return std::move(*refusal);
  }
  if (auto refusal = take_followers(call, fields)) return std::move(*refusal);
  if (held != nullptr) {
    if (fields["pipelineId"] != held->fields["pipelineId"]) {
      if (auto refusal = check_duplicate(call, contact_id, fields["pipelineId"], held->id)) return std::move(*refusal);
    }
    return reply(call, {{"opportunity", shown(call, change(call, *held, std::move(fields)))}, {"new", false}});
  }
  return reply(call, {{"opportunity", shown(call, add(call, std::move(fields)))}, {"new", true}});
}

Answer add_opportunity_followers(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  const std::vector<std::string> asked = texts_of(call.body, "followers");
  if (auto refusal = check_users(call, asked)) return std::move(*refusal);
  Json fields = opportunity->fields;
  std::vector<std::string> held = texts_of(fields, "followers");
  const std::vector<std::string> added = add_to(held, asked);
  fields["followers"] = held;
  change(call, *opportunity, std::move(fields));
  return reply(call, {{"followers", held}, {"followersAdded", added}});
}

Answer remove_opportunity_followers(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  Json fields = opportunity->fields;
  std::vector<std::string> held = texts_of(fields, "followers");
  const bool all = call.target.parameter("isRemoveAllFollowers").value_or("") == "true";
  const std::vector<std::string> asked = all ? held : texts_of(call.body, "followers");
  const std::vector<std::string> removed = remove_from(held, asked);
  fields["followers"] = held;
  change(call, *opportunity, std::move(fields));
  return reply(call, {{"followers", held}, {"followersRemoved", removed}});
}

Answer delete_opportunity(Call& call) {
  const Document* opportunity = nullptr;
  if (auto refusal = find_opportunity(call, opportunity)) return std::move(*refusal);
  call.state.note_event("OpportunityDelete", *opportunity, call.now);
  call.state.documents().bury(Collection::opportunity, opportunity->id, call.now);  // quirk 59
  return done(call);
}

}  // namespace mock_ghl::api
