#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::api {

using holdfast::Duration;

namespace {

constexpr Duration range_max = holdfast::days{31};

// Hides the share of starts that look busy: always the same ones of a seed, however often and in whatever window they
// are asked for. They can still be booked (facts/ghl.md 4.2 rule 7).
void hide_some(const State& state, const Calendar& calendar, std::vector<Slot>& slots) {
  if (!calendar.look_busy.enabled) return;
  std::uint64_t label = state.seed();
  for (const char c : calendar.id) label = label * 31 + static_cast<unsigned char>(c);
  std::erase_if(slots, [&](const Slot& slot) {
    holdfast::SplitMix64 draw(label ^
                              (static_cast<std::uint64_t>(holdfast::to_epoch_ms(slot.start)) * 0x9e3779b97f4a7c15ULL));
    return draw.unit() * 100 < calendar.look_busy.percent;
  });
}

// Walks the starts into {"2026-08-27":{"slots":[…]},…}: dates of `zone`, days without slots left out (quirks 14, 18).
void write_slots(JsonText& text, const std::vector<Slot>& slots, const holdfast::Zone& zone) {
  holdfast::IsoWriter iso(zone);
  std::string date;
  for (const Slot& slot : slots) {
    const std::string_view start = iso.write(slot.start);
    if (start.substr(0, 10) != date) {
      if (!date.empty()) text.end_array().end_object();
      date = start.substr(0, 10);
      text.begin_object(date).begin_array("slots");
    }
    text.element(start);
  }
  if (!date.empty()) text.end_array().end_object();
}

}  // namespace

Answer get_calendars(Call& call) {
  const bool drafts = flag_parameter(call, "showDrafted").value_or(true);
  const auto group_id = call.target.parameter("groupId");
  JsonText text;
  text.begin_object().begin_array("calendars");
  for (const auto& [id, calendar] : call.state.calendars()) {
    if (calendar.location_id != call.location->id || (group_id && calendar.group_id != *group_id)) continue;
    if (!calendar.active && !drafts) continue;
    text.begin_element_object();
    write_calendar(text, calendar);
    text.end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

Answer get_calendar(Call& call) {
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return std::move(*refusal);
  JsonText text;
  text.begin_object().begin_object("calendar");
  write_calendar(text, *calendar);
  text.end_object();
  return ok(200, text, call);
}

Answer get_slots(Call& call) {
  const holdfast::Interval window{instant_parameter(call, "startDate"), instant_parameter(call, "endDate")};
  if (!window.valid()) return invalid({"startDate must be less than endDate"}, call.trace_id);
  if (window.length() > range_max) return refuse(400, "Date range cannot be more than 31 days", call.trace_id);
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return std::move(*refusal);
  if (calendar->needs_team() && calendar->team.empty()) {
    return refuse(422, "The calendar doesn't have any team members associated", call.trace_id);
  }
  std::vector<std::string> user_ids;
  for (const auto& [name, value] : call.target.query) {
    if (name == "userId" || name == "userIds" || name == "userIds[]") user_ids.push_back(value);
  }
  const StateView view{.state = call.state, .as_of = call.now - call.modifiers.stale.value_or(Duration{0})};
  std::vector<Slot> slots = free_slots(
      *calendar, view,
      {.window = window, .user_id = user_ids.size() == 1 ? user_ids[0] : "", .with_users = user_ids.size() > 1},
      call.now);
  if (user_ids.size() > 1) {
    std::erase_if(slots, [&](const Slot& slot) {
      return std::none_of(user_ids.begin(), user_ids.end(), [&](const std::string& user_id) {
        return std::find(slot.user_ids.begin(), slot.user_ids.end(), user_id) != slot.user_ids.end();
      });
    });
  }
  if (call.state.settings().look_busy_on_api) hide_some(call.state, *calendar, slots);
  JsonText text;
  text.begin_object();
  const auto zone_name = call.target.parameter("timezone");
  std::optional<holdfast::Zone> asked;
  if (zone_name) asked = holdfast::Zone::find(*zone_name).value_or(call.zone());
  write_slots(text, slots, asked ? *asked : call.zone());
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
