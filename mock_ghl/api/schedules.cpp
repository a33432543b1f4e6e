// Users' schedules (facts/ghl.md 4.6): the availability of the calendars they name that have no hours of their own.
#include <algorithm>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/calendar_json.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

std::optional<Answer> find_schedule(const Call& call, const Schedule*& schedule) {
  schedule = call.state.schedule(call.captures.at(0));
  if (schedule == nullptr) return refuse(404, "Schedule not found", call.trace_id);
  if (schedule->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

Json shown(const Schedule& schedule) {
  return {{"id", schedule.id},
          {"name", schedule.name},
          {"locationId", schedule.location_id},
          {"userId", schedule.user_id},
          {"timezone", schedule.timezone},
          {"rules", schedule.rules},
          {"calendarIds", schedule.calendar_ids},
          {"deleted", false},
          {"dateAdded", holdfast::format_iso_utc(schedule.created_at)},
          {"dateUpdated", holdfast::format_iso_utc(schedule.updated_at)}};
}

Answer show(const Call& call, const Schedule& schedule) {
  return reply(call, {{"schedule", shown(schedule)}});
}

// The vendor's pattern ^[A-Za-z_]+/[A-Za-z_]+$ refuses UTC, America/Argentina/Buenos_Aires and Etc/GMT+5, which are
// zones; what it lets through must be one.
std::string zone_fault(const std::string& name) {
  const auto slash = name.find('/');
  const auto is_word = [](std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
  };
  const bool fits = slash != std::string::npos && is_word(std::string_view(name).substr(0, slash)) &&
                    is_word(std::string_view(name).substr(slash + 1));
  if (!fits) return "timezone must match /^[A-Za-z_]+\\/[A-Za-z_]+$/ regular expression";
  if (!holdfast::Zone::find(name)) return "timezone must be a valid IANA time-zone";
  return {};
}

// Reads what create and update share over `schedule`.
std::optional<Answer> read_schedule(const Call& call, Schedule& schedule) {
  Faults faults;
  ObjectReader reader(call.body, "", faults);
  reader.text("name", schedule.name);
  reader.text("timezone", schedule.timezone);
  read_schedule_rules(reader, schedule);
  if (faults.any()) return invalid_body(call, faults.result().error());
  if (schedule.name.empty()) return invalid({"name should not be empty"}, call.trace_id);
  if (std::string fault = zone_fault(schedule.timezone); !fault.empty()) return invalid({fault}, call.trace_id);
  return std::nullopt;
}

}  // namespace

Answer get_all_schedules(Call& call) {
  const std::string user_id = call.target.parameter("userId").value_or("");
  const std::string calendar_id = call.target.parameter("calendarId").value_or("");
  const std::size_t skip = count_parameter(call, "skip", 0, SIZE_MAX / 2);
  const std::size_t limit = count_parameter(call, "limit", 50, 500);
  Json list = Json::array();
  const auto schedules = call.state.schedules_of(user_id, calendar_id);
  std::size_t seen = 0;
  for (const Schedule* schedule : schedules) {
    if (schedule->location_id != call.location->id || seen++ < skip) continue;
    if (list.size() < limit) list.push_back(shown(*schedule));
  }
  return reply(call, {{"schedules", std::move(list)}});
}

Answer get_schedule_by_id(Call& call) {
  const Schedule* schedule = nullptr;
  if (auto refusal = find_schedule(call, schedule)) return std::move(*refusal);
  return show(call, *schedule);
}

Answer create_schedule(Call& call) {
  Schedule schedule{.location_id = call.location->id, .user_id = text_of(call.body, "userId")};
  if (auto refusal = read_schedule(call, schedule)) return std::move(*refusal);
  const User* user = nullptr;
  if (auto refusal = find_user(call, schedule.user_id, user)) return std::move(*refusal);
  if (const Json* ids = holdfast::find_member(call.body, "calendarIds")) {
    for (const Json& id : *ids) {
      const Calendar* calendar = nullptr;
      if (auto refusal = find_calendar(call, id.get<std::string>(), calendar)) return std::move(*refusal);
      schedule.calendar_ids.push_back(calendar->id);
    }
  }
  return show(call, call.state.add_schedule(std::move(schedule), call.now));
}

Answer update_schedule(Call& call) {
  const Schedule* schedule = nullptr;
  if (auto refusal = find_schedule(call, schedule)) return std::move(*refusal);
  Schedule changed = *schedule;
  if (auto refusal = read_schedule(call, changed)) return std::move(*refusal);
  return show(call, call.state.change_schedule(std::move(changed), call.now));
}

Answer delete_schedule(Call& call) {
  const Schedule* schedule = nullptr;
  if (auto refusal = find_schedule(call, schedule)) return std::move(*refusal);
  call.state.remove_schedule(std::string(schedule->id));
  return reply(call, {{"success", true}});
}

Answer add_calendar_to_schedule(Call& call) {
  const Schedule* schedule = nullptr;
  if (auto refusal = find_schedule(call, schedule)) return std::move(*refusal);
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(1), calendar)) return std::move(*refusal);
  Schedule changed = *schedule;
  auto& ids = changed.calendar_ids;
  if (std::find(ids.begin(), ids.end(), calendar->id) == ids.end()) ids.push_back(calendar->id);
  call.state.change_schedule(std::move(changed), call.now);
  return reply(call, {{"success", true}});
}

Answer remove_calendar_from_schedule(Call& call) {
  const Schedule* schedule = nullptr;
  if (auto refusal = find_schedule(call, schedule)) return std::move(*refusal);
  Schedule changed = *schedule;
  if (std::erase(changed.calendar_ids, call.captures.at(1)) == 0) {
    return refuse(404, "The calendar is not associated with the schedule", call.trace_id);
  }
  call.state.change_schedule(std::move(changed), call.now);
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
