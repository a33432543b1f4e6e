// Whatever GHL, or somebody in its place, answers: what is read of it is safe to reckon with, and the fast reader of
// free slots agrees with the parser.
#include <array>

#include "core/base/hash.hpp"
#include "core/base/random.hpp"
#include "core/booking/resource.hpp"
#include "core/booking/speech.hpp"
#include "core/ghl/classify.hpp"
#include "core/ghl/codec.hpp"
#include "core/ledger/rules.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

using namespace ghl;

// Times are reckoned with: a buffer before, a slot after, a label. All that must stay far from the ends of the type.
bool is_near(Instant instant) {
  static const Instant first = *parse_iso("0000-01-01T00:00:00Z") - days(1);
  static const Instant last = *parse_iso("9999-12-31T00:00:00Z") + days(2);
  return first <= instant && instant <= last;
}

void check_slots(std::string_view body) {
  const auto slots = decode_free_slots(body);
  const auto parsed = detail::decode_free_slots_by_parser(body);
  HOLDFAST_ASSERT(slots.has_value() == parsed.has_value());
  if (!slots) return;
  HOLDFAST_ASSERT(slots->size() == parsed->size());
  for (std::size_t i = 0; i < slots->size(); ++i) {
    const FreeSlot& slot = (*slots)[i];
    HOLDFAST_ASSERT(slot.start == (*parsed)[i].start && slot.text == (*parsed)[i].text);
    HOLDFAST_ASSERT(i == 0 || (*slots)[i - 1].start < slot.start);
    HOLDFAST_ASSERT(is_near(slot.start) && parse_iso(slot.text) == slot.start);
    HOLDFAST_ASSERT(!booking::spoken_label(slot.start, Zone::utc()).empty());
  }
}

void check_calendar(const Calendar& calendar) {
  HOLDFAST_ASSERT(Duration(0) < calendar.slot_duration && calendar.slot_duration <= days(31));
  HOLDFAST_ASSERT(Duration(0) <= calendar.pre_buffer && calendar.pre_buffer <= days(31));
  HOLDFAST_ASSERT(Duration(0) <= calendar.post_buffer && calendar.post_buffer <= days(31));
  static const Instant start = *parse_iso("2026-08-27T10:00:00-04:00");
  const Interval held = booking::held_interval(calendar, {start, start + calendar.slot_duration});
  HOLDFAST_ASSERT(held.begin <= start && start < held.end);
  // Whatever the calendar is, a booking of it can be held.
  ledger::AcquireHold wanted{.intent_id = "intent", .claims = {}, .now = start, .expires_at = start + minutes(1)};
  for (const booking::Resource& resource : booking::resources_of(calendar)) {
    wanted.claims.push_back({resource.key, held, resource.capacity});
  }
  HOLDFAST_ASSERT(ledger::rules::check(wanted).has_value());
  if (calendar.booking_horizon) HOLDFAST_ASSERT(start + *calendar.booking_horizon > start);
  HOLDFAST_ASSERT(start + calendar.booking_notice >= start && calendar.slot_interval > Duration(0));
  HOLDFAST_ASSERT(is_utf8(calendar.id) && is_utf8(calendar.name));
}

void check_appointment(const Appointment& appointment) {
  for (const auto& instant : {appointment.start, appointment.end, appointment.added_at}) {
    HOLDFAST_ASSERT(!instant || is_near(*instant));
  }
  HOLDFAST_ASSERT(is_utf8(appointment.id) && is_utf8(appointment.description));
  static_cast<void>(appointment.occupies());
}

// Those of which nothing is reckoned with: they only have to end.
void check_others(std::string_view body) {
  static_cast<void>(decode_updated_appointment(body));
  static_cast<void>(decode_updated_contact(body));
  static_cast<void>(decode_notes(body));
  static_cast<void>(decode_note_page(body));
  static_cast<void>(decode_tasks(body));
  static_cast<void>(decode_task(body));
  static_cast<void>(decode_conversations(body));
  static_cast<void>(decode_messages(body));
  static_cast<void>(decode_sent_message(body));
  static_cast<void>(decode_cancelled(body));
  static_cast<void>(decode_duplicate(body));
}

// One status and one kind of request an input: which one, its own bytes say.
void check_refusal(std::string_view body) {
  constexpr std::array statuses{200, 301, 400, 401, 403, 404, 422, 429, 500};
  constexpr std::array repeats{Repeat::harmless, Repeat::idempotent, Repeat::if_refused, Repeat::never};
  SplitMix64 random(fnv1a(body));
  const int status = statuses[random.below(statuses.size())];
  const Repeat repeat = repeats[random.below(repeats.size())];
  net::HttpResponse response = net::HttpResponse::json(status, std::string(body));
  for (const char* name :
       {"Retry-After", "X-RateLimit-Interval-Milliseconds", "X-RateLimit-Daily-Remaining", "X-RateLimit-Daily-Reset"}) {
    if (random.chance(0.5)) response.headers.set(name, std::string(body.substr(0, body.find('\n'))));
  }
  const Error error = status == 200 ? classify_unusable_success(response, repeat) : classify_response(response, repeat);
  HOLDFAST_ASSERT(is_utf8(error.message) && !error.message.empty());
  if (error.retry_after) HOLDFAST_ASSERT(Duration(0) <= *error.retry_after && *error.retry_after <= days(366 * 10'000));
}

}  // namespace

void run(std::string_view body) {
  check_slots(body);
  if (const auto calendars = decode_calendars(body)) {
    for (const Calendar& calendar : *calendars) check_calendar(calendar);
  }
  if (const auto calendar = decode_calendar(body)) check_calendar(*calendar);
  if (const auto appointment = decode_appointment(body)) check_appointment(*appointment);
  if (const auto events = decode_events(body)) {
    for (const Appointment& event : *events) check_appointment(event);
  }
  if (const auto location = decode_location(body)) HOLDFAST_ASSERT(!location->id.empty());
  if (const auto contact = decode_found_contact(body)) HOLDFAST_ASSERT(is_utf8(contact->phone));
  if (const auto created = decode_created_contact(body)) HOLDFAST_ASSERT(!created->contact.id.empty());
  if (const auto note = decode_note(body)) HOLDFAST_ASSERT(!note->id.empty());
  check_others(body);
  check_refusal(body);
}

}  // namespace holdfast::fuzz
