#include "core/booking/request.hpp"

#include <array>
#include <utility>

#include "core/base/json.hpp"

namespace holdfast::booking {
namespace {

constexpr std::array<std::pair<RefusalReason, std::string_view>, 8> reason_names{{
    {RefusalReason::slot_taken, "slot_taken"},
    {RefusalReason::cancelled, "cancelled"},
    {RefusalReason::not_created, "not_created"},
    {RefusalReason::interrupted, "interrupted"},
    {RefusalReason::calendar_busy, "calendar_busy"},
    {RefusalReason::misconfigured, "misconfigured"},
    {RefusalReason::stored_otherwise, "stored_otherwise"},
    {RefusalReason::withdrawn, "withdrawn"},
}};

std::string text_of(const Json& value, std::string_view key) {
  return string_member(value, key).value_or("");
}

bool flag_of(const Json& value, std::string_view key) {
  const Json* flag = find_member(value, key);
  return flag != nullptr && flag->is_boolean() && flag->get<bool>();
}

}  // namespace

std::string Person::full_name() const {
  if (last_name.empty()) return first_name;
  if (first_name.empty()) return last_name;
  return first_name + " " + last_name;
}

std::string_view to_string(RefusalReason reason) {
  for (const auto& [value, name] : reason_names) {
    if (value == reason) return name;
  }
  return "interrupted";
}

std::string encode(const BookingRequest& request) {
  Json json{{"service", request.service},
            {"calendar_id", request.calendar_id},
            {"start_ms", to_epoch_ms(request.start)},
            {"end_ms", to_epoch_ms(request.end)},
            {"asked_start_ms", to_epoch_ms(request.asked_start)},
            {"zone", request.zone},
            {"first_name", request.person.first_name},
            {"last_name", request.person.last_name},
            {"email", request.person.email},
            {"phone", request.person.phone},
            {"notes", request.notes},
            {"conversation", request.conversation},
            {"line", request.line},
            {"contact_made", request.contact_made},
            {"was_booked", request.was_booked},
            {"customer_told", request.customer_told}};
  if (request.updated_at) json["updated_ms"] = to_epoch_ms(*request.updated_at);
  return dump_json(json);
}

Result<BookingRequest> decode_request(std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return fail(json.error());
  const auto start_ms = integer_member(*json, "start_ms");
  const auto end_ms = integer_member(*json, "end_ms");
  if (!start_ms || !end_ms)
    return fail(ErrorKind::internal, "an intent's request cannot be read; report this as a bug");
  BookingRequest request;
  request.service = text_of(*json, "service");
  request.calendar_id = text_of(*json, "calendar_id");
  request.start = from_epoch_ms(*start_ms);
  request.end = from_epoch_ms(*end_ms);
  request.zone = text_of(*json, "zone");
  request.person = {text_of(*json, "first_name"), text_of(*json, "last_name"), text_of(*json, "email"),
                    text_of(*json, "phone")};
  request.asked_start = from_epoch_ms(integer_member(*json, "asked_start_ms").value_or(*start_ms));
  request.notes = text_of(*json, "notes");
  request.conversation = text_of(*json, "conversation");
  request.line = text_of(*json, "line");
  request.contact_made = flag_of(*json, "contact_made");
  request.was_booked = flag_of(*json, "was_booked");
  request.customer_told = flag_of(*json, "customer_told");
  if (const auto updated_ms = integer_member(*json, "updated_ms")) request.updated_at = from_epoch_ms(*updated_ms);
  return request;
}

std::string encode(const Refusal& refusal) {
  return dump_json(Json{{"reason", to_string(refusal.reason)}, {"detail", refusal.detail}});
}

Refusal decode_refusal(std::string_view text) {
  Refusal refusal{RefusalReason::interrupted, ""};
  const auto json = parse_json(text);
  if (!json) return refusal;
  const std::string name = text_of(*json, "reason");
  for (const auto& [value, known] : reason_names) {
    if (known == name) refusal.reason = value;
  }
  refusal.detail = text_of(*json, "detail");
  return refusal;
}

}  // namespace holdfast::booking
