// Identity: whose wish is it. Pure functions over what a caller said and what the ledger remembers (docs/saga.md 1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/booking/request.hpp"
#include "core/ledger/ledger.hpp"

namespace holdfast::booking {

// Whether two names, as a voice model wrote them down, are one person's.
enum class Fit {
  // Best first.
  same,     // the same words, or one is a part of the other ("Ada", "Ada King", "King, Ada")
  unclear,  // near misses: "Jon Lee" and "John Lee", "Larson" and "Larsen"; ask
  other,    // another person: "Amy Hill" and "Ben Hill"
};

// Symmetric. Case, accents, punctuation and the order of the words do not count; "Jr" and the like make two names
// unclear. An empty name fits all.
Fit fit(std::string_view one, std::string_view other);

// The answer to a question that an earlier reply asked; comes back as the argument `confirm`.
enum class Confirm { none, same, another, add, replace };
// The stable names, as the argument has them; none is "".
Confirm confirm_from(std::string_view word);
std::string_view to_string(Confirm confirm);

// What a caller may be asked about a wish.
enum class IdentityQuestion {
  none,
  same_or_another,  // is this for the person who has this time already, or for somebody else?
  add_or_replace,   // they have another time already: one more, or instead?
};
// The stable names, as replies and the ledger hold them.
std::string_view to_string(IdentityQuestion question);
IdentityQuestion identity_question_from(std::string_view name);

// A wish as it was asked for just now.
struct Asked {
  BookingRequest request;
  std::string call_link;            // of this very tool call; empty when the transport names none
  std::vector<std::string> beside;  // the wishes of the calls before it in the same message: all are meant
  Confirm confirm = Confirm::none;
  Confirm earlier = Confirm::none;  // the answer to the other question about this wish, which came before
  bool asked_before = false;        // the question was asked and came back without an answer: take the cautious reading
  bool may_open = true;             // false: only look for a wish that is there
  // Of wishes that a person cancelled in GHL: whether the caller was told so of the one for this slot (unset: to be
  // looked up), and which for other times were looked at just now.
  std::optional<bool> knows_of_cancel{};
  std::vector<std::string> looked_at{};
  Instant now{};
  Instant wall_now{};  // for what has passed
};

// Ids that are made of names and numbers ("call_0", "functions.book_appointment:0") come back for other wishes; those
// made by chance only when the transport repeats a message (facts/vapi.md 3). `call_link` is call_link()'s.
bool may_be_reused(std::string_view call_link);

// The names under which the ledger finds intents.
std::string call_link(std::string_view conversation, std::string_view call_id);
std::string conversation_link(std::string_view conversation);
std::string number_link(std::string_view number);
std::string slot_link(std::string_view calendar_id, Instant start);
std::string appointment_link(std::string_view appointment_id);
// Those of a wish, and those whose intents may be the same wish or stand in its way.
std::vector<std::string> links_of(const Asked& asked);
std::vector<std::string> candidates_of(const Asked& asked);

// Decides which of the candidates (oldest first) the wish is, whether it is a new one and of which group, or what has
// to be asked (Opening::reason names the question). The rules R1 to R5 of docs/saga.md 1:
// R1 the same tool call, when slot and attendee fit; R2 the same conversation and slot, when the attendee fits; R3 the
// same slot and any shared identifier (line, phone, e-mail), when the attendee fits; R4 otherwise another wish; R5 when
// the fit is unclear, or two fit, a question. And 2: another time for the same attendee joins the group of a wish that
// is still pending, and is asked about when one is booked, or when the name is unclear in one conversation.
// What a person cancelled in GHL is told once to who asks for it again, and is looked at (intent_to_look_at) before
// another time is opened beside it: it may have been restored.
ledger::Opening judge_wish(const Asked& asked, const std::vector<ledger::Intent>& candidates);

// A person cancelled it in GHL, and may restore it.
bool was_cancelled_by_person(const ledger::Intent& intent);
// What judge_wish wants to know before it decides, from its Opening::reason: the id of a cancelled intent that is to be
// looked at in GHL, or of which has to be found out whether the caller was told. Else empty.
std::string_view intent_to_look_at(std::string_view reason);
std::string_view intent_to_know_of(std::string_view reason);

// Whether this caller may hear more of the wish than they said themselves: it is of their own conversation, or of a
// trusted line that is the same.
bool may_be_told(const Asked& asked, const ledger::Intent& intent);

}  // namespace holdfast::booking
