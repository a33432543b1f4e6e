#include "core/booking/tool_arguments.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "core/booking/tools/book_appointment.hpp"
#include "core/booking/tools/check_availability.hpp"

namespace holdfast::booking {
namespace {

Tenant clinic() {
  Tenant tenant;
  tenant.id = "clinic";
  tenant.zone = *Zone::find("America/New_York");
  tenant.services = {{"Consultation", "cal-consult"}, {"Dental cleaning", "cal-clean"}};
  return tenant;
}

const Instant noon = *parse_iso("2026-08-26T12:00:00-04:00");

std::expected<CheckArguments, Question> understand_check(const Tenant& tenant, const Json& json, Instant now) {
  static const vapi::ToolDefinition definition = CheckAvailability::describe();
  return booking::understand_check(tenant, Arguments(definition, json), now);
}

std::expected<BookArguments, Question> understand_booking(const Tenant& tenant, const vapi::Conversation& conversation,
                                                          const Json& json) {
  static const vapi::ToolDefinition definition = BookAppointment::describe();
  return booking::understand_booking(tenant, conversation, Arguments(definition, json));
}

vapi::Conversation from(std::string number) {
  return {"call-1", std::move(number), "", ""};
}

TEST(UnderstandCheck, TakesAServiceByPartOfItsName) {
  const auto check = understand_check(clinic(), Json{{"service", "cleaning"}, {"date", "tomorrow"}}, noon);
  ASSERT_TRUE(check.has_value());
  EXPECT_EQ(check->service.calendar_id, "cal-clean");
  EXPECT_EQ(check->day, (CivilDate{2026, 8, 27}));
}

TEST(UnderstandCheck, AsksWhichServiceWhenThereAreSeveral) {
  const auto check = understand_check(clinic(), Json::object(), noon);
  ASSERT_FALSE(check.has_value());
  EXPECT_EQ(check.error().say, "Which would you like to book: Consultation or Dental cleaning?");
}

TEST(UnderstandCheck, RefusesThePastInWords) {
  const auto check = understand_check(clinic(), Json{{"service", "Consultation"}, {"date", "2023-10-31"}}, noon);
  ASSERT_FALSE(check.has_value());
  EXPECT_NE(check.error().say.find("already passed"), std::string::npos);
}

TEST(UnderstandCheck, ADayThatDoesNotExistIsAskedForAgain) {
  for (const auto* date :
       {"257/5", "257/5/2027", "1/257", "5/4294967297", "2026-257-05", "0000-00-00", "99999-01-01"}) {
    const auto check = understand_check(clinic(), Json{{"service", "Consultation"}, {"date", date}}, noon);
    ASSERT_FALSE(check.has_value()) << date;
    EXPECT_NE(check.error().say.find("Which day"), std::string::npos) << check.error().say;
  }
}

TEST(UnderstandCheck, TodayIsTheCallersToday) {
  // 23:30 in New York is already the next day in London.
  const Instant late = *parse_iso("2026-08-26T23:30:00-04:00");
  const Json arguments{{"service", "Consultation"}, {"date", "today"}, {"timezone", "Europe/London"}};
  EXPECT_EQ(understand_check(clinic(), arguments, late)->day, (CivilDate{2026, 8, 27}));
}

TEST(UnderstandBooking, TheNumberComesFromTheCallNeverFromTheModel) {
  const Json arguments{{"slot_code", "k7qp"}, {"name", "Ada King"}, {"phone", "+14155550199"}};
  const auto booking = understand_booking(clinic(), from("+1 (415) 555-0100"), arguments);
  ASSERT_TRUE(booking.has_value());
  EXPECT_EQ(booking->person.phone, "+14155550100");
  EXPECT_EQ(booking->line, "+14155550100");
  EXPECT_EQ(booking->slot_code, "K7QP");
  EXPECT_EQ(booking->person.first_name, "Ada");
  EXPECT_EQ(booking->person.last_name, "King");
}

TEST(UnderstandBooking, AParameterNamesTheCallerOnlyWhereTheTenantTrustsIt) {
  Tenant tenant = clinic();
  const Json arguments{{"slot_code", "K7QP"}, {"name", "Ada"}, {"caller_number", "4155550100"}};
  EXPECT_FALSE(understand_booking(tenant, from(""), arguments).has_value());
  tenant.trusted_parameters = {"caller_number"};
  EXPECT_EQ(understand_booking(tenant, from(""), arguments)->line, "+14155550100");
}

TEST(UnderstandBooking, AHiddenNumberMayBeSpoken) {
  const Json arguments{{"slot_code", "K7QP"}, {"first_name", "Ada"}, {"phone", "415 555 0100"}};
  EXPECT_EQ(understand_booking(clinic(), from(""), arguments)->person.phone, "+14155550100");
}

TEST(UnderstandBooking, AsksForWhatIsMissing) {
  EXPECT_NE(understand_booking(clinic(), from("+14155550100"), Json{{"slot_code", "K7QP"}}).error().say.find("name"),
            std::string::npos);
  EXPECT_NE(understand_booking(clinic(), from(""), Json{{"name", "Ada"}}).error().say.find("phone"), std::string::npos);
  EXPECT_NE(understand_booking(clinic(), from("+14155550100"), Json{{"name", "Ada"}, {"email", "not an email"}})
                .error()
                .say.find("email"),
            std::string::npos);
}

TEST(UnderstandBooking, HearsAnEmailAsItIsSpoken) {
  const Json arguments{{"name", "Ada"}, {"email", "Ada at Example dot com"}};
  EXPECT_EQ(understand_booking(clinic(), from("+14155550100"), arguments)->person.email, "ada@example.com");
}

TEST(UnderstandBooking, PlaceholdersAreNothing) {
  const Json arguments{{"name", "Ada"}, {"email", "N/A"}, {"notes", "none"}};
  const auto booking = understand_booking(clinic(), from("+14155550100"), arguments);
  ASSERT_TRUE(booking.has_value());
  EXPECT_EQ(booking->person.email, "");
  EXPECT_EQ(booking->notes, "");
}

RC_GTEST_PROP(UnderstandBooking, NeverCrashesOnWrongTypes, (const std::string& text, int number, bool flag)) {
  for (const Json& value :
       {Json(text), Json(number), Json(flag), Json(nullptr), Json::array({text}), Json{{"a", text}}}) {
    Json arguments;
    for (const auto* key :
         {"slot_code", "name", "first_name", "email", "phone", "notes", "date", "service", "timezone"}) {
      arguments[key] = value;
    }
    const auto booking = understand_booking(clinic(), from(text), arguments);
    if (booking) RC_ASSERT(!booking->person.full_name().empty());
    const auto check = understand_check(clinic(), arguments, noon);
    if (!check) RC_ASSERT(!check.error().say.empty());
  }
}

}  // namespace
}  // namespace holdfast::booking
