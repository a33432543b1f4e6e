// What a contact is joined to: tags, followers, campaigns, workflows and a business.
#include <set>

#include "mock_ghl/api/contact_input.hpp"
#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

using Texts = std::vector<std::string>;

// Adds to `list` what it lacks; the added ones, in order.
Texts add_missing(Texts& list, const Texts& wanted) {
  Texts added;
  std::set<std::string, std::less<>> held(list.begin(), list.end());
  for (const std::string& one : wanted) {
    if (one.empty() || !held.insert(one).second) continue;
    list.push_back(one);
    added.push_back(one);
  }
  return added;
}

// Takes from `list` what is unwanted; the removed ones, in the list's order.
Texts remove_present(Texts& list, const Texts& unwanted) {
  Texts removed;
  const std::set<std::string_view> gone(unwanted.begin(), unwanted.end());
  std::erase_if(list, [&](const std::string& one) {
    if (!gone.contains(one)) return false;
    removed.push_back(one);
    return true;
  });
  return removed;
}

// The followers of the body must be users of the location. GHL's own answer to others is not known.
std::optional<Answer> unknown_follower(const Call& call, const Texts& ids) {
  for (const std::string& id : ids) {
    const User* user = call.state.user(id);
    if (user == nullptr || user->location_id != call.location->id) {
      return refuse(400, "User " + id + " not found", call.trace_id);
    }
  }
  return std::nullopt;
}

// The enrolments of a contact in a workflow or a campaign are documents {kind, targetId, eventStartTime}.
constexpr const char* workflow_kind = "workflow";
constexpr const char* campaign_kind = "campaign";

bool is_enrolment(const Document& document, std::string_view kind, std::string_view target_id) {
  return document.text("kind") == kind && (target_id.empty() || document.text("targetId") == target_id);
}

void enrol(Call& call, const Contact& contact, const char* kind, std::string_view target_id) {
  Documents& documents = call.state.documents();
  for (const Document* enrolment : documents.of_owner(Collection::enrolment, contact.id)) {
    if (is_enrolment(*enrolment, kind, target_id)) return;  // quirk 60: skipped without a word
  }
  Json fields{{"kind", kind}, {"targetId", target_id}};
  if (const auto start = holdfast::string_member(call.body, "eventStartTime")) fields["eventStartTime"] = *start;
  documents.add(Collection::enrolment,
                {.id = call.state.draw_id(),
                 .location_id = contact.location_id,
                 .owner_id = contact.id,
                 .fields = std::move(fields)},
                call.now);
}

// Ends the enrolments in `target_id`, or in everything of the kind when it is "".
void leave(Call& call, const Contact& contact, const char* kind, std::string_view target_id) {
  Documents& documents = call.state.documents();
  for (const Document* enrolment : documents.of_owner(Collection::enrolment, contact.id)) {
    if (is_enrolment(*enrolment, kind, target_id)) documents.remove(Collection::enrolment, enrolment->id);
  }
}

std::optional<Answer> find_workflow(const Call& call, const Document*& workflow) {
  workflow = call.state.documents().find(Collection::workflow, call.captures.at(1));
  if (workflow == nullptr) return refuse(404, "Workflow not found", call.trace_id);
  if (workflow->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

Json bulk_error(const std::string& contact_id, const char* message) {
  return {{"contactId", contact_id}, {"message", message}, {"type", "error"}};
}

// What a bulk change does to the tags of each of its contacts.
struct TagChange {
  bool add = false;
  bool all = false;  // takes away whatever there is
  Texts named = {};
};

// One contact's part of it, in the words of the vendor's example.
Json change_tags(Call& call, const std::string& contact_id, const TagChange& change) {
  const Contact* contact = call.state.contact(contact_id);
  if (contact == nullptr) return bulk_error(contact_id, "contact id is not a valid firebase id");
  if (contact->location_id != call.location->id) {
    return bulk_error(contact_id, "contact does not belong to location");
  }
  if (contact->deleted) return bulk_error(contact_id, "contact is deleted");
  ContactFields fields = contact->fields;
  const Texts old_tags = fields.tags;
  const Texts added = change.add ? add_missing(fields.tags, change.named) : Texts{};
  const Texts removed = change.add ? Texts{} : remove_present(fields.tags, change.all ? old_tags : change.named);
  call.state.change_contact(contact_id, std::move(fields), call.now);
  return {{"contactId", contact_id}, {"message", "Tags updated"}, {"type", "success"},
          {"oldTags", old_tags},     {"tagsAdded", added},        {"tagsRemoved", removed}};
}

}  // namespace

Answer add_tags(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  keep_tags(call, add_missing(fields.tags, texts_of(call.body, "tags")));
  return reply(call, {{"tags", call.state.change_contact(contact->id, std::move(fields), call.now).fields.tags}});
}

Answer remove_tags(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  remove_present(fields.tags, texts_of(call.body, "tags"));
  return reply(call, {{"tags", call.state.change_contact(contact->id, std::move(fields), call.now).fields.tags}});
}

Answer add_followers(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  const Texts wanted = texts_of(call.body, "followers");
  if (auto refusal = unknown_follower(call, wanted)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  const Texts added = add_missing(fields.followers, wanted);
  const Contact& changed = call.state.change_contact(contact->id, std::move(fields), call.now);
  return reply(call, {{"followers", changed.fields.followers}, {"followersAdded", added}});
}

Answer remove_followers(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  const Texts removed = remove_present(fields.followers, texts_of(call.body, "followers"));
  const Contact& changed = call.state.change_contact(contact->id, std::move(fields), call.now);
  return reply(call, {{"followers", changed.fields.followers}, {"followersRemoved", removed}});
}

Answer add_to_campaign(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  enrol(call, *contact, campaign_kind, call.captures.at(1));
  return reply(call, succeeded(call));
}

Answer remove_from_campaign(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  leave(call, *contact, campaign_kind, call.captures.at(1));
  return reply(call, succeeded(call));
}

Answer remove_from_every_campaign(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  leave(call, *contact, campaign_kind, "");
  return reply(call, succeeded(call));
}

Answer add_to_workflow(Call& call) {
  const Contact* contact = nullptr;
  const Document* workflow = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  if (auto refusal = find_workflow(call, workflow)) return std::move(*refusal);
  // Quirk 60: a draft takes nobody, and says so to nobody.
  if (workflow->text("status") == "published") enrol(call, *contact, workflow_kind, workflow->id);
  return reply(call, succeeded(call));
}

Answer remove_from_workflow(Call& call) {
  const Contact* contact = nullptr;
  const Document* workflow = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  if (auto refusal = find_workflow(call, workflow)) return std::move(*refusal);
  leave(call, *contact, workflow_kind, workflow->id);
  return reply(call, succeeded(call));
}

Answer update_bulk_tags(Call& call) {
  const std::string_view type = call.captures.at(0);
  if (type != "add" && type != "remove") {
    return invalid({"type must be one of the following values: add, remove"}, call.trace_id);
  }
  const TagChange change{.add = type == "add",
                         .all = holdfast::bool_member(call.body, "removeAllTags").value_or(false),
                         .named = texts_of(call.body, "tags")};
  if (change.add && change.all) {
    return invalid({"removeAllTags can only be used with the type remove"}, call.trace_id);
  }
  Json responses = Json::array();
  int errors = 0;
  for (const std::string& id : distinct_texts_of(call.body, "contacts")) {
    responses.push_back(change_tags(call, id, change));
    errors += responses.back()["type"] == "error";
  }
  if (change.add) keep_tags(call, change.named);
  // Quirk 39: it succeeded, whatever became of the contacts.
  Json body = succeeded(call);
  body["errorCount"] = errors;
  body["responses"] = std::move(responses);
  return reply(call, std::move(body));
}

Answer update_bulk_business(Call& call) {
  const std::string business_id = text_of(call.body, "businessId");  // null takes the contacts out of theirs
  if (!business_id.empty()) {
    const Document* business = call.state.documents().find(Collection::business, business_id);
    if (business == nullptr) return refuse(404, "Business not found", call.trace_id);
    if (business->location_id != call.location->id) return foreign_location(call);
  }
  Texts changed;
  for (const std::string& id : distinct_texts_of(call.body, "ids")) {
    const Contact* contact = call.state.contact(id);
    if (contact == nullptr || contact->deleted || contact->location_id != call.location->id) continue;
    ContactFields fields = contact->fields;
    fields.business_id = business_id;
    call.state.change_contact(id, std::move(fields), call.now);
    changed.push_back(id);
  }
  return reply(call, {{"success", true}, {"ids", changed}});
}

}  // namespace mock_ghl::api
