#include "core/booking/tools/check_availability.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/booking/replies.hpp"
#include "core/booking/speech.hpp"
#include "core/booking/tool_arguments.hpp"

namespace holdfast::booking {
namespace {

// "I don't see any free time on Thursday, August 27" / "… from Thursday, August 27 to Wednesday, September 9".
std::string nothing_free(const SlotOffer& offer) {
  std::string say = "I don't see any free time ";
  if (offer.first_day == offer.last_day) {
    say += "on " + spoken_date(offer.first_day);
  } else {
    say += "from " + spoken_date(offer.first_day) + " to " + spoken_date(offer.last_day);
  }
  if (offer.bookable_until) say += ". Appointments can be booked until " + spoken_date(*offer.bookable_until);
  return say + ". Would you like me to look at another day?";
}

}  // namespace

vapi::ToolDefinition CheckAvailability::describe() {
  return {
      .name = "check_availability",
      .description =
          "Find open appointment times. Call this before you offer any time, and again whenever the caller wants "
          "another day or time. Pass the caller's own words for day and time; do not work out dates yourself. Offer "
          "only times that are in the result: 'say' can be read aloud as it stands, and each slot has a 'code' that "
          "book_appointment needs. Never read a code aloud. 'yours' lists what this caller has or still waits for.",
      .arguments = {{"date",
                     "The day in the caller's words ('tomorrow', 'next Tuesday') or YYYY-MM-DD; empty for the next "
                     "free times.",
                     {}},
                    {"time_of_day",
                     "'morning', 'afternoon', 'evening' or a time such as '3 pm'; empty when the caller named none.",
                     {}},
                    {"service", "The name of the service the caller wants; empty when there is only one.", {}},
                    {"timezone", "IANA name of the caller's time zone, only if the caller named one; else empty.", {}}},
      .fillers = {.start = "Let me check the calendar.",
                  .delayed = "Still looking, one moment.",
                  .failed = "The calendar could not be reached. Apologise and offer to try again or to call back."}};
}

const vapi::ToolDefinition& CheckAvailability::definition() const {
  static const vapi::ToolDefinition definition = describe();
  return definition;
}

std::string CheckAvailability::late_reply() const {
  return plain_reply("error", "The calendar is slow just now. Shall I look again?");
}

net::Task<std::string> CheckAvailability::execute(ToolCall call) {
  Context& context = desk_.context;
  auto understood = understand_check(context.tenant, call.arguments, context.wall_now());
  if (!understood) co_return plain_reply("need_info", understood.error().say);
  SlotSearch wish{.conversation = call.conversation_key(),
                  .service = std::move(understood->service),
                  .zone = understood->zone,
                  .day = understood->day,
                  .time_of_day = understood->time_of_day};
  if (!call.conversation.id.empty()) wish.own_link = conversation_link(call.conversation.id);
  const Zone zone = wish.zone;
  std::string line = trusted_number(context.tenant, call.conversation, call.arguments.json());
  const auto day = wish.day;
  const auto [offer, own] =
      co_await net::both(context.runtime, desk_.availability.search(std::move(wish), call.deadline),
                         desk_.bookings.of_conversation(call.conversation.id, std::move(line), call.deadline));
  if (!own) {
    log(LogLevel::error, "ledger_failed", {{"reason", Loggable::safe(to_string(own.error()))}});
    co_return late_reply();
  }
  if (!offer) {
    log(LogLevel::warning, "availability_failed", {{"reason", Loggable::safe(to_string(offer.error()))}});
    co_return plain_reply("error", "I can't read the calendar just now. Shall I try again?");
  }
  if (offer->slots.empty()) co_return with_own_wishes(plain_reply("none", nothing_free(*offer)), *own, zone);
  std::string say = offer_sentence(offer->slots, !offer->on_wished_day);
  if (!offer->on_wished_day && day) say = "Nothing is free on " + spoken_date(*day) + ". " + say;
  co_return with_own_wishes(slots_reply("available", say, offer->slots, zone.name()), *own, zone);
}

}  // namespace holdfast::booking
