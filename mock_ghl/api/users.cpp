// Users, who are only read: the people in GHL's screens are made there.
#include <algorithm>
#include <set>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// The user with the roles of somebody who works at one location, unless the fixture says otherwise.
Json user_json(const User& user) {
  Json made = user.extra.is_object() ? user.extra : Json::object();
  made["id"] = user.id;
  made["name"] = user.name;
  made["email"] = user.email;
  const auto space = user.name.find(' ');
  if (!made.contains("firstName")) made["firstName"] = user.name.substr(0, space);
  if (!made.contains("lastName")) made["lastName"] = space == std::string::npos ? "" : user.name.substr(space + 1);
  if (!made.contains("roles")) {
    made["roles"] = {
        {"type", "account"}, {"role", "user"}, {"locationIds", {user.location_id}}, {"restrictSubAccount", false}};
  }
  return made;
}

std::string role_text(const User& user, const char* key) {
  const Json roles = user_json(user)["roles"];
  return text_of(roles, key);
}

// The parts of a comma-separated list, trimmed.
std::set<std::string> parts_of(std::string_view list) {
  std::set<std::string> parts;
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view part = list.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace(part);
    list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  }
  return parts;
}

bool is_visible(const Call& call, const User& user) {
  const Location* location = call.state.location(user.location_id);
  return location != nullptr && call.may_see(*location);
}

template <class Accept>
std::vector<const User*> users_where(const Call& call, Accept accept) {
  std::vector<const User*> found;
  for (const auto& [id, user] : call.state.users()) {
    if (is_visible(call, user) && accept(user)) found.push_back(&user);
  }
  return found;
}

// One page of them, and how many there are in all.
Answer page_of(const Call& call, const std::vector<const User*>& found, const std::string& skip_text,
               const std::string& limit_text, bool only_id_and_email) {
  const auto skip = read_count(skip_text, 0);
  const auto limit = read_count(limit_text, 25);
  if (!skip || !limit) return invalid({"skip and limit must be whole numbers"}, call.trace_id);
  Json users = Json::array();
  for (std::size_t i = *skip; i < found.size() && i - *skip < *limit; ++i) {
    const User& user = *found[i];
    users.push_back(only_id_and_email ? Json{{"id", user.id}, {"email", user.email}} : user_json(user));
    if (!only_id_and_email) users.back()["deleted"] = false;
  }
  return reply(call, {{"users", std::move(users)}, {"count", found.size()}});
}

}  // namespace

Answer get_user(Call& call) {
  const User* user = call.state.user(call.captures.at(0));
  if (user == nullptr) return refuse(404, "User not found", call.trace_id);
  if (!is_visible(call, *user)) return foreign_location(call);
  return reply(call, user_json(*user));  // bare (facts/ghl.md 6.4)
}

Answer get_users(Call& call) {
  Json users = Json::array();
  for (const User* user : users_where(call, [](const User&) { return true; })) {
    users.push_back(user_json(*user));
    users.back()["deleted"] = false;
  }
  return reply(call, {{"users", std::move(users)}});
}

Answer search_users(Call& call) {
  const auto asked = [&](const char* name) { return call.target.parameter(name).value_or(""); };
  if (asked("companyId") != call.token->company_id) return foreign_company(call);
  const std::string query = lower_case(asked("query"));
  const std::set<std::string> ids = parts_of(asked("ids"));
  const std::string type = asked("type");
  const std::string role = asked("role");
  const std::string location_id = asked("locationId");
  std::vector<const User*> found = users_where(call, [&](const User& user) {
    const std::string text = lower_case(user.name + "\n" + user.email + "\n" + text_of(user.extra, "phone"));
    return text.find(query) != std::string::npos && (ids.empty() || ids.contains(user.id)) &&
           (type.empty() || role_text(user, "type") == type) && (role.empty() || role_text(user, "role") == role) &&
           (location_id.empty() || user.location_id == location_id);
  });
  // By first and last name, unless it is to be the e-mail.
  const bool by_email = asked("sort") == "email";
  const bool descending = asked("sortDirection") == "desc";
  std::sort(found.begin(), found.end(), [&](const User* a, const User* b) {
    const std::string a_key = lower_case(by_email ? a->email : a->name);
    const std::string b_key = lower_case(by_email ? b->email : b->name);
    if (a_key != b_key) return descending ? b_key < a_key : a_key < b_key;
    return a->id < b->id;
  });
  return page_of(call, found, asked("skip"), asked("limit"), false);
}

Answer filter_users_by_email(Call& call) {
  if (text_of(call.body, "companyId") != call.token->company_id) return foreign_company(call);
  std::set<std::string> emails;
  for (const std::string& email : parts_of(text_of(call.body, "emails"))) emails.insert(lower_case(email));
  const bool deleted = holdfast::bool_member(call.body, "deleted").value_or(false);  // no user ever is
  const std::vector<const User*> found =
      users_where(call, [&](const User& user) { return !deleted && emails.contains(lower_case(user.email)); });
  // The default of the projection is the id and the e-mail (the vendor's file); a list of fields counts as "all".
  const std::string projection = text_of(call.body, "projection");
  return page_of(call, found, text_of(call.body, "skip"), text_of(call.body, "limit"), projection.empty());
}

}  // namespace mock_ghl::api
