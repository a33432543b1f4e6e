// What people do to one appointment in GHL's screen, and what the customer receives.
#include <gtest/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char ten_oclock[] = "2026-08-24T10:00:00-04:00";
constexpr char noon[] = "2026-08-24T12:00:00-04:00";
constexpr char two_oclock[] = "2026-08-24T14:00:00-04:00";

// An appointment of a client's at ten, with a marker in its description.
std::string booked(Rig& rig, const std::string& calendar = consult, const char* start = ten_oclock,
                   std::optional<bool> notify = std::nullopt) {
  Json body = Rig::booking(rig.contact(), start, calendar);
  body["description"] = "Ref ABC";
  if (notify) body["toNotify"] = *notify;
  return Rig::json(rig.book(body))["id"].get<std::string>();
}

HttpResponse change(Rig& rig, const std::string& id, const Json& body) {
  return rig.send("PUT", "/calendars/events/appointments/" + id, body);
}

// "booked api, cancelled person": what customers got, in order.
std::string received(const Rig& rig) {
  static constexpr const char* kinds[] = {"booked", "rescheduled", "cancelled"};
  std::string text;
  for (const Notice& notice : rig.twin.state().notices()) {
    text += (text.empty() ? "" : ", ") + std::string(kinds[static_cast<std::size_t>(notice.kind)]) +
            (notice.actor == Actor::person ? " person" : " api");
  }
  return text;
}

TEST(Person, MovesKeepTheLengthAndFreeTheOldTime) {
  Rig rig;
  const std::string id = booked(rig, personal, noon);
  ASSERT_TRUE(rig.twin.move_as_person(id, at(two_oclock)));
  const Appointment* moved = rig.twin.state().appointment(id);
  EXPECT_EQ(moved->interval, (holdfast::Interval{at(two_oclock), at(two_oclock) + holdfast::minutes{20}}));
  EXPECT_EQ(moved->source, "api");
  EXPECT_EQ(rig.book(Rig::booking(rig.contact(), noon, personal)).status, 201) << "the old time is free";
  EXPECT_EQ(rig.twin.move_as_person(id, at(noon)).error().kind, holdfast::ErrorKind::slot_taken);
  EXPECT_EQ(rig.twin.move_as_person("nothing", at(noon)).error().kind, holdfast::ErrorKind::not_found);
}

TEST(Person, RestoresWhatIsCancelledWhereNothingElseLies) {
  Rig rig;
  const std::string id = booked(rig, personal, noon);
  EXPECT_EQ(rig.twin.restore_as_person(id).error().kind, holdfast::ErrorKind::invalid_input);
  ASSERT_TRUE(rig.twin.cancel_as_person(id));
  ASSERT_TRUE(rig.twin.restore_as_person(id));
  EXPECT_TRUE(rig.twin.state().appointment(id)->occupies());
  ASSERT_TRUE(rig.twin.cancel_as_person(id));
  ASSERT_TRUE(rig.twin.book_as_person(personal, at(noon), "Pat Walkin"));
  EXPECT_EQ(rig.twin.restore_as_person(id).error().kind, holdfast::ErrorKind::slot_taken);
  ASSERT_TRUE(rig.twin.delete_as_person(id));
  EXPECT_EQ(rig.twin.restore_as_person(id).error().kind, holdfast::ErrorKind::not_found);
  EXPECT_EQ(rig.twin.delete_as_person(id).error().kind, holdfast::ErrorKind::not_found);
}

TEST(Person, CopiesTheDescriptionAndAll) {
  Rig rig;
  const std::string id = booked(rig);
  const auto copied = rig.twin.copy_as_person(id, at(two_oclock));
  ASSERT_TRUE(copied);
  const Appointment* copy = rig.twin.state().appointment(*copied);
  EXPECT_NE(*copied, id);
  EXPECT_EQ(copy->description, "Ref ABC");
  EXPECT_EQ(copy->contact_id, rig.twin.state().appointment(id)->contact_id);
  EXPECT_EQ(copy->source, "calendar_page");
  ASSERT_TRUE(rig.twin.edit_as_person(id, "", ""));
  EXPECT_EQ(rig.twin.state().appointment(id)->description, "");
  EXPECT_EQ(rig.twin.state().appointment(id)->title, "");
  EXPECT_EQ(copy->description, "Ref ABC");
}

TEST(Notices, ACreateConfirmsUnlessItIsToldNotTo) {
  Rig rig;
  booked(rig);
  EXPECT_EQ(received(rig), "booked api");
  booked(rig, personal, noon, false);
  EXPECT_EQ(received(rig), "booked api");
  booked(rig, personal, two_oclock, true);
  EXPECT_EQ(received(rig), "booked api, booked api");
}

TEST(Person, GivesAnAppointmentToAnotherOfTheTeam) {
  Rig rig;
  const std::string id = booked(rig);
  const std::string first = rig.twin.state().appointment(id)->assigned_user_id;
  const std::string other = first == ada ? ben : ada;
  EXPECT_EQ(rig.twin.reassign_as_person(id, first).error().kind, holdfast::ErrorKind::invalid_input);
  EXPECT_EQ(rig.twin.reassign_as_person(id, "nobody").error().kind, holdfast::ErrorKind::invalid_input);
  EXPECT_EQ(rig.twin.reassign_as_person("nothing", other).error().kind, holdfast::ErrorKind::not_found);
  ASSERT_TRUE(rig.twin.reassign_as_person(id, other));
  EXPECT_EQ(rig.twin.state().appointment(id)->assigned_user_id, other);
  EXPECT_EQ(received(rig), "booked api") << "no customer is told of that";
  const std::string second = booked(rig);
  EXPECT_EQ(rig.twin.state().appointment(second)->assigned_user_id, first) << "who is free again";
  EXPECT_EQ(rig.twin.reassign_as_person(second, other).error().kind, holdfast::ErrorKind::slot_taken);
}

TEST(Person, MergesTwoContacts) {
  Rig rig;
  const std::string kept = rig.contact("Jane", "+14155550111");
  Json body = Rig::booking(rig.contact("Jane", "+14155550122"), noon, personal);
  const std::string other = body["contactId"].get<std::string>();
  const std::string id = Rig::json(rig.book(body))["id"].get<std::string>();
  rig.send("POST", "/contacts/" + other + "/notes", {{"body", "likes tea"}});
  EXPECT_EQ(rig.twin.merge_as_person(kept, kept).error().kind, holdfast::ErrorKind::invalid_input);
  EXPECT_EQ(rig.twin.merge_as_person(kept, "nobody").error().kind, holdfast::ErrorKind::not_found);
  ASSERT_TRUE(rig.twin.merge_as_person(kept, other));
  EXPECT_EQ(rig.twin.state().appointment(id)->contact_id, kept);
  EXPECT_EQ(rig.twin.state().appointments_of(kept).size(), 1U);
  EXPECT_TRUE(rig.twin.state().appointments_of(other).empty());
  EXPECT_EQ(rig.twin.state().notes().at(kept).size(), 1U);
  EXPECT_EQ(rig.twin.state().contact(kept)->fields.phone, "+14155550111");
  EXPECT_GE(rig.send("GET", "/contacts/" + other).status, 400);
  EXPECT_EQ(rig.twin.merge_as_person(kept, other).error().kind, holdfast::ErrorKind::not_found) << "it is gone";
}

TEST(Notices, AnUpdateTellsOfWhatItDoes) {
  Rig rig;
  const std::string id = booked(rig, personal, noon);
  change(rig, id, {{"title", "Another"}});
  EXPECT_EQ(received(rig), "booked api");
  change(rig, id, {{"startTime", two_oclock}});
  EXPECT_EQ(received(rig), "booked api, rescheduled api");
  change(rig, id, {{"appointmentStatus", "cancelled"}});
  EXPECT_EQ(received(rig), "booked api, rescheduled api, cancelled api");
  change(rig, id, {{"appointmentStatus", "cancelled"}});
  EXPECT_EQ(received(rig), "booked api, rescheduled api, cancelled api") << "it was cancelled already";
}

TEST(Notices, ASilentCancelIsSilentAndADeletionIsNot) {
  Rig rig;
  const std::string first = booked(rig, personal, noon, false);
  change(rig, first, {{"appointmentStatus", "cancelled"}, {"toNotify", false}});
  EXPECT_EQ(received(rig), "");
  const std::string second = booked(rig, personal, two_oclock, false);
  EXPECT_EQ(rig.send("DELETE", "/calendars/events/" + second).status / 100, 2);
  EXPECT_EQ(received(rig), "cancelled api");
}

TEST(Notices, AnUpdateReleasesAKeptBackConfirmationOnlyWhereTheSwitchSaysSo) {
  Rig strict;
  change(strict, booked(strict, personal, noon, false), {{"toNotify", true}});
  EXPECT_EQ(received(strict), "");
  Fixture fixture = demo_fixture();
  fixture.settings.update_releases_notice = true;
  Rig lenient(fixture);
  const std::string id = booked(lenient, personal, noon, false);
  change(lenient, id, {{"title", "Another"}});
  EXPECT_EQ(received(lenient), "") << "only what asks for it";
  change(lenient, id, {{"toNotify", true}});
  EXPECT_EQ(received(lenient), "booked api");
  change(lenient, id, {{"toNotify", true}});
  EXPECT_EQ(received(lenient), "booked api, booked api") << "twice asked is twice sent";
}

TEST(Notices, PeopleTellTheCustomerToo) {
  Rig rig;
  const std::string id = booked(rig, personal, noon, false);
  ASSERT_TRUE(rig.twin.move_as_person(id, at(two_oclock)));
  ASSERT_TRUE(rig.twin.cancel_as_person(id));
  ASSERT_TRUE(rig.twin.restore_as_person(id));
  ASSERT_TRUE(rig.twin.delete_as_person(id));
  EXPECT_EQ(received(rig), "rescheduled person, cancelled person, booked person, cancelled person");
}

TEST(Person, TheAdminRoutesDoTheSame) {
  Rig rig;
  const std::string id = booked(rig, personal, noon);
  const auto ask = [&](const std::string& route, Json body) {
    body["id"] = id;
    return handle_admin(rig.twin, {.method = "POST", .target = "/__mock/" + route, .body = holdfast::dump_json(body)});
  };
  EXPECT_EQ(ask("move", {{"startTime", two_oclock}}).status, 200);
  EXPECT_EQ(rig.twin.state().appointment(id)->interval.begin, at(two_oclock));
  EXPECT_EQ(ask("move", {}).status, 400);
  EXPECT_EQ(ask("copy", {{"startTime", two_oclock}}).status, 409);
  EXPECT_EQ(ask("copy", {{"startTime", noon}}).status, 200);
  EXPECT_EQ(ask("edit", {{"title", "New"}}).status, 200);
  EXPECT_EQ(rig.twin.state().appointment(id)->title, "New");
  EXPECT_EQ(ask("restore", Json::object()).status, 400);
  EXPECT_EQ(ask("delete", Json::object()).status, 200);
  EXPECT_EQ(ask("delete", Json::object()).status, 404);
  const HttpResponse state = handle_admin(rig.twin, {.method = "GET", .target = "/__mock/state"});
  const Json notices = Rig::json(state)["notices"];
  ASSERT_EQ(notices.size(), 4U) << notices;
  EXPECT_EQ(notices[0]["kind"], "booked");
  EXPECT_EQ(notices[0]["by"], "api");
  EXPECT_EQ(notices[1]["kind"], "rescheduled");
  EXPECT_EQ(notices[1]["appointmentId"], id);
  EXPECT_EQ(notices[1]["startTime"], two_oclock);
  EXPECT_EQ(notices[3]["by"], "person");
}

}  // namespace
}  // namespace mock_ghl::tests
