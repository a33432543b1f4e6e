// Every call of the client against the twin, which refuses what the vendor's schema does not know and answers in the
// shapes seen live: what is sent is taken, and what comes back is read.
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ghl/client.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/probe/local_transport.hpp"
#include "mock_ghl/twin.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::ghl {
namespace {

constexpr const char* consultation = "calConsult0000000001";

// The demo clinic on a Monday morning in New York, and a client of it.
class TwinTest : public ::testing::Test {
 protected:
  TwinTest() { twin_.check_replies(true); }
  ~TwinTest() override {
    for (const std::string& violation : twin_.reply_violations()) ADD_FAILURE() << "the twin answered " << violation;
  }

  template <class T>
  T value(net::Task<Result<T>> task) {
    auto result = loop_.run(std::move(task));
    EXPECT_TRUE(result.has_value()) << to_string(result.error());
    return result ? std::move(*result) : T{};
  }
  template <class T>
  Error error(net::Task<Result<T>> task) {
    auto result = loop_.run(std::move(task));
    EXPECT_FALSE(result.has_value());
    return result ? Error{} : result.error();
  }
  Instant soon() { return loop_.clock().now() + seconds(30); }

  std::string contact(std::string first_name = "Jane", std::string phone = "+14155550100") {
    return value(client_.create_contact({.first_name = std::move(first_name),
                                         .last_name = "Doe",
                                         .email = "jane@example.com",
                                         .phone = std::move(phone)},
                                        soon()))
        .contact.id;
  }
  std::vector<FreeSlot> slots() {
    const Instant now = loop_.clock().now();
    return value(client_.free_slots(consultation, {now, now + days(3)}, "America/New_York", soon()));
  }
  AppointmentDraft draft(std::string contact_id, std::string start_text) {
    return {.calendar_id = consultation,
            .contact_id = std::move(contact_id),
            .start_text = std::move(start_text),
            .title = "Consultation: Jane Doe",
            .description = "HF-1",
            .notify = false};
  }
  // The contact's appointments that carry our marker.
  std::size_t marked(const std::string& contact_id) {
    std::size_t count = 0;
    for (const Appointment& each : value(client_.list_contact_appointments(contact_id, soon()))) {
      if (each.description.find("HF-1") != std::string::npos) ++count;
    }
    return count;
  }
  void chaos(const char* plan) {
    auto parsed = mock_ghl::parse_chaos(plan);
    ASSERT_TRUE(parsed.has_value()) << to_string(parsed.error());
    twin_.set_chaos(std::move(*parsed));
  }

  tests::Loop loop_{*parse_iso("2026-08-24T08:00:00-04:00")};
  mock_ghl::Twin twin_{loop_.runtime(), mock_ghl::demo_fixture(), 7};
  mock_ghl::LocalTransport transport_{[this](net::HttpRequest request) { return twin_.handle(std::move(request)); }};
  Client client_{loop_.runtime(),
                 transport_,
                 {.location_id = "locClinic00000000001",
                  .tokens = std::make_shared<StaticToken>(Secret("pit-00000000-0000-4000-8000-000000000001"))}};
};

TEST_F(TwinTest, CalendarsSayWhatSellsTheirSeats) {
  std::map<std::string, CalendarKind> kinds;
  for (const Calendar& calendar : value(client_.list_calendars(soon()))) kinds[calendar.name] = calendar.kind();
  EXPECT_EQ(kinds, (std::map<std::string, CalendarKind>{{"Consultation", CalendarKind::round_robin},
                                                        {"Follow-up with Ada", CalendarKind::personal},
                                                        {"Posture class", CalendarKind::class_booking}}));
  const Calendar calendar = value(client_.get_calendar(consultation, soon()));
  EXPECT_EQ(calendar.team.size(), 2U);
  EXPECT_EQ(calendar.booking_notice, hours(1));
  EXPECT_EQ(calendar.booking_horizon, days(60));
  EXPECT_TRUE(calendar.auto_confirm);
  EXPECT_EQ(value(client_.get_calendar("calClass000000000003", soon())).appointments_per_slot, 3);
  EXPECT_EQ(value(client_.get_calendar("calPersonal000000002", soon())).post_buffer, minutes(10));
}

TEST_F(TwinTest, ABookingLivesThroughEveryCall) {
  const std::string contact_id = contact();
  const auto free = slots();
  ASSERT_GT(free.size(), 2U);
  AppointmentDraft wanted = draft(contact_id, free[0].text);
  wanted.end_text = format_iso(free[0].start + minutes(30), *Zone::find("America/New_York"));
  const Appointment made = value(client_.create_appointment(wanted, soon(), soon()));
  EXPECT_FALSE(made.assigned_user_id.empty());
  const Appointment read = value(client_.get_appointment(made.id, soon()));
  EXPECT_EQ(read.start, free[0].start);
  EXPECT_EQ(read.end, free[0].start + minutes(30));
  EXPECT_EQ(read.location_id, "locClinic00000000001");
  EXPECT_EQ(read.assigned_user_id, made.assigned_user_id);
  EXPECT_TRUE(read.added_at.has_value());
  EXPECT_TRUE(read.updated_at.has_value());

  const auto listed = value(client_.list_contact_appointments(contact_id, soon()));
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].id, made.id);
  EXPECT_EQ(listed[0].description, "HF-1");
  EXPECT_EQ(listed[0].start, std::nullopt);
  EXPECT_EQ(parse_wall_clock(listed[0].start_text, *Zone::find("America/New_York")), free[0].start);

  static_cast<void>(value(client_.update_appointment(made.id, {.notify = true}, soon())));
  static_cast<void>(
      value(client_.update_appointment(made.id, {.start_text = free[2].text, .notify = false}, soon(), soon())));
  EXPECT_EQ(value(client_.get_appointment(made.id, soon())).start, free[2].start);
  EXPECT_EQ(value(client_.add_appointment_note(made.id, "a note", soon())).body, "a note");
  EXPECT_EQ(value(client_.list_appointment_notes(made.id, soon())).size(), 1U);
  ASSERT_TRUE(loop_.run(client_.cancel_appointment(made.id, soon(), false)).has_value());
  EXPECT_FALSE(value(client_.get_appointment(made.id, soon())).occupies());
  EXPECT_EQ(error(client_.update_appointment("no-such-appointment", {.title = "x"}, soon())).kind,
            ErrorKind::not_found);
}

TEST_F(TwinTest, ContactsAreMadeNamedAndAmended) {
  const std::string jane = contact();
  const auto again = value(client_.create_contact({.first_name = "John", .phone = "+14155550100"}, soon()));
  EXPECT_FALSE(again.made);
  EXPECT_EQ(again.contact.id, jane);
  EXPECT_EQ(again.matching_field, "phone");
  const Contact unchanged = value(client_.get_contact(jane, soon()));
  EXPECT_EQ(unchanged.first_name, "Jane");  // named, not merged
  EXPECT_EQ(value(client_.update_contact(jane, {.phone = "+14155550199"}, soon())).id, jane);
  const Contact amended = value(client_.get_contact(jane, soon()));
  EXPECT_EQ(amended.phone, "+14155550199");
  EXPECT_EQ(amended.email, "jane@example.com");
  const auto other = value(client_.create_contact({.first_name = "Bob", .phone = "+14155550142"}, soon()));
  EXPECT_TRUE(other.made);
  EXPECT_EQ(error(client_.update_contact(other.contact.id, {.phone = "+14155550199"}, soon())).kind,
            ErrorKind::refused);
  EXPECT_EQ(error(client_.get_contact("no-such-contact", soon())).kind, ErrorKind::not_found);
}

TEST_F(TwinTest, TheOfficeIsToldAndTheThreadIsReadBack) {
  const std::string jane = contact();
  EXPECT_TRUE(value(client_.list_messages(jane, from_epoch_ms(0), soon())).empty());
  const auto sms = value(
      client_.send_message({.contact_id = jane, .channel = Channel::sms, .body = "You are booked. HF-1"}, soon()));
  const auto email = value(client_.send_message(
      {.contact_id = jane, .channel = Channel::email, .subject = "Booked", .body = "See <you>. HF-2"}, soon()));
  std::vector<std::string> ids;
  std::string bodies;
  for (const Message& message : value(client_.list_messages(jane, from_epoch_ms(0), soon()))) {
    EXPECT_EQ(message.direction, "outbound");
    EXPECT_TRUE(message.added_at.has_value());
    ids.push_back(message.id);
    bodies += message.body + "\n";
  }
  EXPECT_EQ(ids, (std::vector<std::string>{email.id, sms.id}));
  EXPECT_NE(bodies.find("HF-1"), std::string::npos);
  EXPECT_NE(bodies.find("HF-2"), std::string::npos);
  for (int i = 0; i < 25; ++i)
    static_cast<void>(value(client_.send_message({.contact_id = jane, .body = "more"}, soon())));
  EXPECT_EQ(value(client_.list_messages(jane, from_epoch_ms(0), soon())).size(), 27U);  // two pages

  const auto task = value(client_.create_task(
      {.contact_id = jane, .title = "Call back", .body = "HF-1", .due = loop_.clock().now() + hours(1)}, soon()));
  const auto tasks = value(client_.list_tasks(jane, soon()));
  ASSERT_EQ(tasks.size(), 1U);
  EXPECT_EQ(tasks[0].id, task.id);
  EXPECT_EQ(tasks[0].body, "HF-1");
  EXPECT_EQ(tasks[0].due, loop_.clock().now() + hours(1));
  EXPECT_EQ(value(client_.add_note(jane, "x", soon())).body, "x");
  EXPECT_EQ(value(client_.list_notes(jane, soon())).size(), 1U);

  const auto unreachable = value(client_.create_contact({.first_name = "No", .email = "no@example.com"}, soon()));
  EXPECT_EQ(error(client_.send_message({.contact_id = unreachable.contact.id, .body = "x"}, soon())).kind,
            ErrorKind::refused);
}

// The reason why whoever must not book twice looks after every failure that is not not_sent.
TEST_F(TwinTest, ARefusalMayHideAnAppointment) {
  const std::string jane = contact();
  const auto free = slots();
  ASSERT_GT(free.size(), 5U);
  const std::vector<std::pair<const char*, ErrorKind>> answers{
      {R"({"fault":"refused_after_commit","operation":"create-appointment"})", ErrorKind::refused},
      {R"({"fault":"answer","operation":"create-appointment","answer":{"status":429,"after_commit":true}})",
       ErrorKind::rate_limited},
      {R"({"fault":"answer","operation":"create-appointment",
           "answer":{"status":401,"message":"Invalid JWT","after_commit":true}})",
       ErrorKind::unauthorized},
      {R"({"fault":"answer","operation":"create-appointment",
           "answer":{"status":401,"message":"Unauthorized","after_commit":true}})",
       ErrorKind::unknown_outcome},
  };
  std::size_t expected = 0;
  for (const auto& [rule, kind] : answers) {
    chaos((std::string(R"({"rules":[)") + rule + "]}").c_str());
    const Error failure = error(client_.create_appointment(draft(jane, free[expected].text), soon()));
    EXPECT_EQ(failure.kind, kind) << rule;
    EXPECT_FALSE(failure.not_sent);
    chaos(R"({"rules":[]})");
    EXPECT_EQ(marked(jane), ++expected) << rule;
  }
}

}  // namespace
}  // namespace holdfast::ghl
