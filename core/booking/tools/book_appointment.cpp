#include "core/booking/tools/book_appointment.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/booking/replies.hpp"
#include "core/booking/speech.hpp"
#include "core/booking/tool_arguments.hpp"

namespace holdfast::booking {
namespace {

constexpr std::string_view busy_say = "I can't reach the calendar just now. Nothing was booked. Shall I try again?";
constexpr std::string_view unwritten_say = "I can't take bookings just now, so nothing was booked. Shall I try again?";
constexpr std::string_view pending_say = "I'm still confirming that with the calendar. One moment, please.";

// Names the other time, so that a caller who has several knows which one would go.
std::string question_reply(const Standing& standing) {
  const std::string_view question = to_string(standing.question);
  if (standing.question == IdentityQuestion::same_or_another) {
    return plain_reply("need_info", "Is this for the person who has this time already, or for somebody else?",
                       question);
  }
  if (!standing.may_be_told) {
    return plain_reply("need_info",
                       "You already have a time with us. Would you like this one as well, or instead of it?", question);
  }
  const auto zone = Zone::find(standing.request.zone);
  return with_own_wishes(plain_reply("need_info", "Would you like this one as well, or instead of it?", question),
                         {{standing.request, standing.is_booked}}, zone ? *zone : Zone::utc());
}

std::string label_of(const BookingRequest& request) {
  const auto zone = Zone::find(request.zone);
  return spoken_label(request.start, zone ? *zone : Zone::utc());
}

}  // namespace

vapi::ToolDefinition BookAppointment::describe() {
  return {
      .name = "book_appointment",
      .description =
          "Book one of the times that check_availability offered in this conversation, after the caller chose it and "
          "gave their name. Tell the caller it is booked only when 'status' is 'booked'. When it is 'taken', nothing "
          "was booked: offer the new slots in the result. When it is 'pending', say that you are still confirming and "
          "call this tool again with the same arguments. When it is 'need_info', ask what 'say' asks; when there is a "
          "'question' too, call again with the same arguments and the answer in 'confirm'. 'say' can be read aloud as "
          "it stands.",
      .arguments =
          {{"slot_code",
            "The code of the chosen slot, exactly as check_availability gave it in this conversation.",
            {}},
           {"name", "First and last name of the person who comes.", {}},
           {"email", "Their email address, only if they gave one; else empty.", {}},
           {"phone", "A phone number the caller gave; empty to use the number they call from.", {}},
           {"notes", "Anything the business should know beforehand; else empty.", {}},
           {"confirm",
            "Empty, unless an earlier reply had a 'question': then the caller's answer. 'same' or 'another' person; "
            "'add' this time to the other one, or 'replace' it.",
            {"", "same", "another", "add", "replace"}},
           {"first_name", "", {}, false},
           {"last_name", "", {}, false}},
      .fillers = {.start = "One moment while I book that.",
                  .delayed = "Almost there, I am still confirming.",
                  .failed = "It is not known whether the appointment was booked. Do not say it was booked. Call "
                            "book_appointment again with the same arguments to hear the outcome."}};
}

const vapi::ToolDefinition& BookAppointment::definition() const {
  static const vapi::ToolDefinition definition = describe();
  return definition;
}

// Nobody knows how far it came: not booked, not refused.
std::string BookAppointment::late_reply() const {
  return plain_reply("pending", pending_say);
}

net::Task<std::string> BookAppointment::execute(ToolCall call) {
  Context& context = desk_.context;
  auto understood = understand_booking(context.tenant, call.conversation, call.arguments);
  if (!understood) co_return plain_reply("need_info", understood.error().say);
  const auto offer =
      co_await context.ledger.find_offer(context.tenant.id, call.conversation_key(), understood->slot_code);
  if (!offer && offer.error().kind == ErrorKind::not_found) co_return co_await unknown_code(std::move(call));
  // The ledger cannot be read: an earlier call may have opened this very wish, so nobody can say that nothing was
  // booked.
  if (!offer) co_return late_reply();
  Asked asked{.request = {.service = offer->service,
                          .calendar_id = offer->calendar_id,
                          .start = offer->start,
                          .end = offer->end,
                          .asked_start = offer->start,
                          .zone = offer->zone,
                          .person = std::move(understood->person),
                          .notes = std::move(understood->notes),
                          .conversation = call.conversation.id,
                          .line = understood->line},
              .call_link = call_link(call.conversation.id, call.id),
              .beside = {},
              .confirm = understood->confirm};
  // An offer runs out, but not for one who has the time already: how that stands is looked at before the age.
  const bool has_run_out = offer->expires_at + Duration(context.tenant.limits.late_arrival_window_ms) <= context.now();
  asked.may_open = !has_run_out;
  BookingRequest request = asked.request;
  if (call.turn.before && !co_await call.turn.before->wait_until(call.deadline)) co_return late_reply();
  asked.beside = *call.beside;
  auto begun = co_await desk_.bookings.begin(asked, call.deadline);
  if (begun && begun->kind != ledger::Opening::Kind::none) call.beside->push_back(begun->intent.id);
  call.turn.mine.set();
  auto standing = co_await desk_.bookings.wait(std::move(asked), std::move(begun), call.deadline);
  co_return co_await tell(std::move(standing), std::move(request), std::move(call));
}

// A code that was never offered in this conversation: say what is.
net::Task<std::string> BookAppointment::unknown_code(ToolCall call) {
  Context& context = desk_.context;
  if (context.tenant.services.size() != 1) {
    co_return plain_reply("need_info", "I don't have that time on my list. Which service and day would you like?");
  }
  SlotSearch wish{
      .conversation = call.conversation_key(), .service = context.tenant.services.front(), .zone = context.tenant.zone};
  const auto offer = co_await desk_.availability.search(std::move(wish), call.deadline);
  if (!offer || offer->slots.empty()) {
    co_return plain_reply("need_info", "I don't have that time on my list. Which day would you like?");
  }
  co_return slots_reply("need_info", "I don't have that time on my list. " + offer_sentence(offer->slots, false),
                        offer->slots, context.tenant.zone.name());
}

net::Task<std::string> BookAppointment::tell(Standing standing, BookingRequest asked, ToolCall call) {
  switch (standing.kind) {
    case Standing::Kind::unwritten:
      log(LogLevel::error, "ledger_failed", {{"reason", Loggable::safe(to_string(standing.error))}});
      co_return plain_reply("error", unwritten_say);
    case Standing::Kind::failed:
      // Whether something was stored, now or by an earlier call of the same wish, is not known.
      log(LogLevel::error, "ledger_failed", {{"reason", Loggable::safe(to_string(standing.error))}});
      co_return late_reply();
    case Standing::Kind::pending:
      co_return late_reply();
    case Standing::Kind::question:
      standing.request.zone = asked.zone;
      co_return question_reply(standing);
    case Standing::Kind::nothing:
      // Nobody took it as far as is known: it was not looked at.
      co_return co_await offer_others("need_info", "I offered that a while ago, so I looked again.", std::move(asked),
                                      std::move(call));
    case Standing::Kind::booked: {
      // What was booked is what the ledger says, not what this call asked for. Who only named somebody's number hears
      // no more than they said.
      // In the zone that this caller was offered it in.
      standing.request.zone = asked.zone;
      if (standing.may_be_told) co_return booked_reply(standing.request);
      if (standing.request.start != asked.start) {
        co_return plain_reply("error", "I can't see that from here. The office will get in touch.");
      }
      co_return booked_reply(asked);
    }
    case Standing::Kind::refused:
      co_return co_await tell_refused(std::move(standing), std::move(asked), std::move(call));
  }
  co_return late_reply();
}

net::Task<std::string> BookAppointment::tell_refused(Standing standing, BookingRequest asked, ToolCall call) {
  std::string kept;
  if (standing.kept && standing.may_be_told) {
    kept = standing.kept->is_booked ? " You still have " + label_of(standing.kept->request) + "."
                                    : " I'm still confirming " + label_of(standing.kept->request) + ".";
  }
  switch (standing.refusal.reason) {
    case RefusalReason::slot_taken:
      co_return co_await offer_others("taken", "That time was just taken." + kept, std::move(asked), std::move(call));
    case RefusalReason::withdrawn:
      co_return co_await offer_others("taken", "That time was given up for another one." + kept, std::move(asked),
                                      std::move(call));
    case RefusalReason::cancelled:
      co_return co_await offer_others(
          "taken",
          (standing.may_be_told ? "That appointment was cancelled at the office." : "That time is not booked.") + kept,
          std::move(asked), std::move(call));
    case RefusalReason::misconfigured:
      co_return plain_reply(
          "error", "I can't book into this calendar at the moment. Someone from the office will need to help." + kept);
    case RefusalReason::stored_otherwise:
      co_return plain_reply("error",
                            "The calendar did not keep that time as asked, so it is not booked. Someone from the "
                            "office will need to help." +
                                kept);
    case RefusalReason::not_created:
    case RefusalReason::interrupted:
    case RefusalReason::calendar_busy:
      break;
  }
  co_return plain_reply("error", std::string(busy_say) + kept);
}

// Refusals come with alternatives in the same reply, as far as the deadline allows.
net::Task<std::string> BookAppointment::offer_others(std::string status, std::string say, BookingRequest asked,
                                                     ToolCall call) {
  const auto zone = Zone::find(asked.zone);
  SlotSearch wish{.conversation = call.conversation_key(),
                  .service = {asked.service, asked.calendar_id},
                  .zone = zone ? *zone : desk_.context.tenant.zone,
                  .near = asked.start};
  const std::string zone_name = wish.zone.name();
  const auto offer = co_await desk_.availability.search(std::move(wish), call.deadline);
  if (!offer || offer->slots.empty()) {
    co_return plain_reply(status, say + " Shall I look for another time?");
  }
  co_return slots_reply(status, say + " " + offer_sentence(offer->slots, true), offer->slots, zone_name);
}

}  // namespace holdfast::booking
