// Whatever a model calls the arguments of a tool: what was understood can be searched, booked, stored and said.
#include <algorithm>

#include "core/base/phone.hpp"
#include "core/booking/speech.hpp"
#include "core/booking/tool_arguments.hpp"
#include "core/booking/tools/book_appointment.hpp"
#include "core/booking/tools/check_availability.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

using namespace booking;

Tenant tenant_with(std::vector<Service> services) {
  Tenant made;
  made.id = "clinic";
  made.zone = *Zone::find("America/New_York");
  made.services = std::move(services);
  made.trusted_parameters = {"caller_number"};
  return made;
}

void use(const Question& question) {
  HOLDFAST_ASSERT(!question.say.empty() && is_utf8(question.say));
}

void check(const Tenant& tenant, const Json& json, Instant now) {
  static const vapi::ToolDefinition definition = CheckAvailability::describe();
  const Arguments arguments(definition, json);
  const auto understood = understand_check(tenant, arguments, now);
  if (!understood) return use(understood.error());
  HOLDFAST_ASSERT(std::ranges::any_of(tenant.services, [&](const Service& service) {
    return service.name == understood->service.name && service.calendar_id == understood->service.calendar_id;
  }));
  HOLDFAST_ASSERT(!spoken_label(now, understood->zone).empty());
  const auto again = understand_check(tenant, arguments, now);
  HOLDFAST_ASSERT(again && again->day == understood->day && again->zone == understood->zone);
  if (!understood->day) return;
  const CivilDate day = *understood->day;
  HOLDFAST_ASSERT(parse_date(format_date(day)) == day);
  HOLDFAST_ASSERT(day >= date_in(understood->zone, now));
  HOLDFAST_ASSERT(!spoken_date(day).empty());
  HOLDFAST_ASSERT(understood->zone.start_of_day(day) <= understood->zone.start_of_day(add_days(day, 1)));
}

void use(const BookArguments& arguments) {
  const Person& person = arguments.person;
  for (const std::string* text :
       {&person.first_name, &person.last_name, &person.email, &person.phone, &arguments.line, &arguments.slot_code}) {
    HOLDFAST_ASSERT(is_utf8(*text) && text->size() <= 500);
  }
  HOLDFAST_ASSERT(is_utf8(arguments.notes) && arguments.notes.size() <= 4'500);
  HOLDFAST_ASSERT(!person.full_name().empty());
  HOLDFAST_ASSERT(!person.phone.empty() || !person.email.empty());
  HOLDFAST_ASSERT(person.phone.empty() || to_e164(person.phone, "US") == person.phone);
  HOLDFAST_ASSERT(arguments.notes == vapi::single_line(arguments.notes));
  BookingRequest request;
  request.person = person;
  request.notes = arguments.notes;
  request.line = arguments.line;
  const auto stored = decode_request(encode(request));
  HOLDFAST_ASSERT(stored && encode(*stored) == encode(request) && stored->person.full_name() == person.full_name());
}

void book(const Tenant& tenant, const Json& json, std::string caller_number) {
  static const vapi::ToolDefinition definition = BookAppointment::describe();
  const Arguments arguments(definition, json);
  const vapi::Conversation conversation{"call-1", std::move(caller_number), "", ""};
  const auto understood = understand_booking(tenant, conversation, arguments);
  if (!understood) return use(understood.error());
  use(*understood);
}

}  // namespace

void run(std::string_view text) {
  const auto arguments = parse_json(text);
  if (!arguments) return;
  static const Tenant barber = tenant_with({{"Haircut", "cal-cut"}});
  static const Tenant clinic =
      tenant_with({{"Consultation", "cal-consult"}, {"Dental cleaning", "cal-clean"}, {"Prüfung", "cal-check"}});
  static const Instant morning = *parse_iso("2026-08-26T09:00:00-04:00");
  static const Instant eve_of_year = *parse_iso("2027-12-31T23:59:59-05:00");
  check(barber, *arguments, morning);
  check(clinic, *arguments, morning);
  check(clinic, *arguments, eve_of_year);
  book(barber, *arguments, "");
  book(barber, *arguments, "+14155550100");
  book(barber, *arguments, text_argument(*arguments, "phone"));
}

}  // namespace holdfast::fuzz
