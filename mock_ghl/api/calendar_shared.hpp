// What the handlers of the calendar resource share: finding things of the token's location, paging, the CalendarDTO.
#pragma once

#include "mock_ghl/api/call.hpp"
#include "mock_ghl/api/json_text.hpp"

namespace mock_ghl::api {

// Finds a thing of the token's location, or says the refusal. Which of 400 and 404 an unknown id gives is observed for
// appointments only (facts/ghl.md 11).
std::optional<Answer> find_calendar(const Call& call, std::string_view id, const Calendar*& calendar);
// An appointment that is not deleted.
std::optional<Answer> find_appointment(const Call& call, std::string_view id, const Appointment*& appointment);
std::optional<Answer> find_user(const Call& call, std::string_view id, const User*& user);
// A record of the plain kinds; `what` names it in the refusal.
std::optional<Answer> find_document(const Call& call, Collection collection, std::string_view id, std::string_view what,
                                    const Document*& document);

// A bare array as the whole answer, without a traceId.
Answer reply_list(const Call& call, const holdfast::Json& list);
// A whole number of the query between 0 and `max`; `otherwise` when it is absent.
std::size_t count_parameter(const Call& call, std::string_view name, std::size_t otherwise, std::size_t max);
// An instant of the query, in milliseconds since 1970; where it is absent or none, the beginning of 1970.
holdfast::Instant instant_parameter(const Call& call, std::string_view name);
// A boolean of the query.
std::optional<bool> flag_parameter(const Call& call, std::string_view name);
// Takes over the members of `given`, nulls left out: a null counts as absent.
void merge_given(holdfast::Json& fields, const holdfast::Json& given);
// 422 for what a reader found wrong, in the validator's manner.
Answer invalid_body(const Call& call, const holdfast::Error& error);

// The members of a CalendarDTO (facts/ghl.md 4.1), without its brackets.
void write_calendar(JsonText& text, const Calendar& calendar);
// The group of an appointment's calendar; "" when it is in none.
std::string_view group_of(const State& state, const Appointment& appointment);

}  // namespace mock_ghl::api
