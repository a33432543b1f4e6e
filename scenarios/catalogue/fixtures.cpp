#include "scenarios/catalogue/fixtures.hpp"

namespace scenarios {

using holdfast::minutes;

namespace {

constexpr const char* location = "locHarbor00000000001";
constexpr const char* ada = "usrAda00000000000001";
constexpr const char* ben = "usrBen00000000000002";

mock_ghl::Calendar calendar(const char* id, const char* name, mock_ghl::CalendarType type, mock_ghl::TimeRange open) {
  mock_ghl::Calendar calendar;
  calendar.id = id;
  calendar.location_id = location;
  calendar.name = name;
  calendar.type = type;
  // Every day, so that a scenario works on whatever day it is run.
  calendar.open_hours = mock_ghl::WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, open);
  calendar.booking_for = holdfast::days{60};
  return calendar;
}

mock_ghl::Fixture clinic(mock_ghl::TimeRange open) {
  mock_ghl::Fixture fixture;
  fixture.locations.push_back({.id = location, .name = "Harbor Street Clinic"});
  fixture.users.push_back({.id = ada, .location_id = location, .name = "Ada Moreno", .email = "ada@clinic.example"});
  fixture.users.push_back({.id = ben, .location_id = location, .name = "Ben Okafor", .email = "ben@clinic.example"});
  auto consultation = calendar("calConsult0000000001", "Consultation", mock_ghl::CalendarType::round_robin, open);
  consultation.team = {{.user_id = ada}, {.user_id = ben}};
  auto follow_up = calendar("calFollowUp000000002", "Follow-up", mock_ghl::CalendarType::personal, open);
  follow_up.team = {{.user_id = ada, .primary = true}};
  auto posture = calendar("calPosture0000000003", "Posture class", mock_ghl::CalendarType::class_booking, open);
  posture.team = {{.user_id = ben, .primary = true}};
  posture.slot_duration = posture.slot_interval = minutes{60};
  posture.appointments_per_slot = 3;
  fixture.calendars = {std::move(consultation), std::move(follow_up), std::move(posture)};
  // A notification that was kept back goes out when an update asks for it: whether GHL does so is not known.
  fixture.settings.update_releases_notice = true;
  fixture.tokens.push_back(
      {.token = "pit-11111111-0000-4000-8000-000000000001", .location_id = location, .scopes = {}});
  return fixture;
}

// The clinic with the kinds of calendars that it lacks.
mock_ghl::Fixture all_kinds() {
  const mock_ghl::TimeRange open{8 * 60, 20 * 60};
  mock_ghl::Fixture fixture = clinic(open);
  auto massage = calendar("calMassage0000000004", "Massage", mock_ghl::CalendarType::service_booking, open);
  massage.team = {{.user_id = ada}, {.user_id = ben}};
  auto joint = calendar("calJoint000000000005", "Joint visit", mock_ghl::CalendarType::collective, open);
  joint.team = {{.user_id = ada, .primary = true}, {.user_id = ben}};
  auto open_house = calendar("calOpenHouse00000006", "Open house", mock_ghl::CalendarType::event, open);
  open_house.appointments_per_slot = 2;
  for (auto* more : {&massage, &joint, &open_house}) fixture.calendars.push_back(std::move(*more));
  return fixture;
}

}  // namespace

std::optional<mock_ghl::Fixture> named_fixture(std::string_view name) {
  if (name == "clinic") return clinic({8 * 60, 20 * 60});
  if (name == "night-clinic") return clinic({0, 24 * 60});
  if (name == "staggered-clinic") {
    auto fixture = clinic({8 * 60, 20 * 60});
    fixture.calendars[1].slot_interval = minutes{15};
    return fixture;
  }
  if (name == "all-kinds") return all_kinds();
  return std::nullopt;
}

const std::vector<std::string_view>& fixture_names() {
  static const std::vector<std::string_view> names{"clinic", "night-clinic", "staggered-clinic", "all-kinds"};
  return names;
}

}  // namespace scenarios
