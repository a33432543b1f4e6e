// Rooms and equipments of calendars (facts/ghl.md 4.6): kept and listed; no slot depends on them.
#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// The kind in the path; or the refusal.
std::optional<Answer> read_kind(const Call& call, Collection& kind) {
  const std::string_view name = call.captures.at(0);
  if (name != "equipments" && name != "rooms") {
    return invalid({"resourceType must be one of the following values: equipments, rooms"}, call.trace_id);
  }
  kind = name == "rooms" ? Collection::room : Collection::equipment;
  return std::nullopt;
}

std::optional<Answer> find_resource(const Call& call, Collection& kind, const Document*& resource) {
  if (auto refusal = read_kind(call, kind)) return refusal;
  return find_document(call, kind, call.captures.at(1), "Resource", resource);
}

Json shown(Collection kind, const Document& resource) {
  Json json{{"isActive", true}, {"calendarIds", Json::array()}};  // a fixture's may leave them out
  merge_given(json, resource.fields);
  json["id"] = resource.id;
  json["locationId"] = resource.location_id;
  json["resourceType"] = kind == Collection::room ? "rooms" : "equipments";
  return json;
}

// What is wrong with a resource's numbers and calendars.
std::optional<Answer> check_resource(const Call& call, Collection kind, const Json& fields) {
  for (const char* name : {"quantity", "outOfService", "capacity"}) {
    const auto number = fields.find(name);
    if (number != fields.end() && number->get<double>() < 0) {
      return invalid({std::string(name) + " must not be less than 0"}, call.trace_id);
    }
  }
  const Json calendar_ids = fields.value("calendarIds", Json::array());
  for (const Json& id : calendar_ids) {
    const Calendar* calendar = nullptr;
    if (auto refusal = find_calendar(call, id.get<std::string>(), calendar)) return refusal;
  }
  // As the vendor's file has it; a room may serve several.
  if (kind == Collection::equipment && calendar_ids.size() > 1) {
    return refuse(400, "One equipment can only be mapped with one service calendar", call.trace_id);
  }
  return std::nullopt;
}

}  // namespace

Answer fetch_calendar_resources(Call& call) {
  Collection kind{};
  if (auto refusal = read_kind(call, kind)) return std::move(*refusal);
  const std::size_t skip = count_parameter(call, "skip", 0, SIZE_MAX / 2);
  const std::size_t limit = count_parameter(call, "limit", 100, SIZE_MAX / 2);
  const auto resources = call.state.documents().of_location(kind, call.location->id);
  Json list = Json::array();
  for (std::size_t i = skip; i < resources.size() && i - skip < limit; ++i) list.push_back(shown(kind, *resources[i]));
  return reply_list(call, list);
}

Answer create_calendar_resource(Call& call) {
  Collection kind{};
  if (auto refusal = read_kind(call, kind)) return std::move(*refusal);
  Json fields{{"isActive", true}};
  merge_given(fields, call.body);
  fields.erase("locationId");
  if (auto refusal = check_resource(call, kind, fields)) return std::move(*refusal);
  const Document& made = call.state.documents().add(
      kind, {.id = call.state.draw_id(), .location_id = call.location->id, .fields = std::move(fields)}, call.now);
  return reply(call, shown(kind, made));
}

Answer get_calendar_resource(Call& call) {
  Collection kind{};
  const Document* resource = nullptr;
  if (auto refusal = find_resource(call, kind, resource)) return std::move(*refusal);
  return reply(call, shown(kind, *resource));
}

Answer update_calendar_resource(Call& call) {
  Collection kind{};
  const Document* resource = nullptr;
  if (auto refusal = find_resource(call, kind, resource)) return std::move(*refusal);
  Json fields = resource->fields;
  merge_given(fields, call.body);
  fields.erase("locationId");
  if (auto refusal = check_resource(call, kind, fields)) return std::move(*refusal);
  Json json = shown(kind, call.state.documents().change(kind, resource->id, std::move(fields), call.now));
  json.erase("calendarIds");  // the vendor's answer to this one operation has none
  return reply(call, std::move(json));
}

Answer delete_calendar_resource(Call& call) {
  Collection kind{};
  const Document* resource = nullptr;
  if (auto refusal = find_resource(call, kind, resource)) return std::move(*refusal);
  call.state.documents().remove(kind, std::string(resource->id));
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
