// Call: one authenticated request on its way through a handler, and what a handler answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/api/json_text.hpp"
#include "mock_ghl/contract/contract.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl::api {

// How chaos bends an answer without breaking it.
struct Modifiers {
  std::optional<holdfast::Duration> stale = {};  // free-slots and readings of events as of this long ago (quirk 16)
  bool strict_offset = false;                    // quirk 8
  // Each appointment is read so late or as it is now, by a toss that this draw and the appointment decide.
  std::optional<std::uint64_t> patchy = {};
};

// One request on its way through a handler: who asks, what for, and the state it works on.
struct Call {
  State& state;
  const contract::Operation& spec;  // the operation, in the dialect it was asked in
  const holdfast::net::HttpRequest& request;
  const holdfast::net::Target& target;
  std::vector<std::string_view> captures;  // of the route's pattern, decoded
  holdfast::Json body;                     // an object (a list where the contract has one); fits the contract
  const Location* location = nullptr;      // the token's; nullptr for an agency's token and for none
  bool v3 = false;                         // Version: v3, whose spellings differ (facts/ghl.md 8)
  std::string trace_id;
  holdfast::Instant now{};
  Modifiers modifiers{};
  const TokenGrant* token = nullptr;  // nullptr only on operations that ask for none

  // The status of success: as observed, or as the vendor's files say (Settings::spec_status).
  int success() const { return state.settings().spec_status ? spec.spec_status : spec.live_status; }
  // True when the token may see the location: it is its own, or one of its agency's.
  bool may_see(const Location& other) const;
  // The zone of the location that asks; not for an agency's token.
  const holdfast::Zone& zone() const { return state.zone(location->id); }
};

// A create or update that passed every check and waits to be committed: the gap in which quirk 3 lives.
struct PendingCommit {
  std::string appointment_id;  // empty: a create
  NewAppointment made = {};
  AppointmentChange change = {};
  bool v3 = false;
  std::string trace_id;
  int status = 200;                      // of the answer when it is committed
  std::string series_id = {};            // of the series that changes
  std::string rrule = {};                // of the series that is made or moves
  std::vector<Instance> instances = {};  // its dates; none: `change` is for each instance of the series
};

// What a handler answers: a response, or a change that is still to be committed.
struct Answer {
  holdfast::net::HttpResponse response = {};
  std::optional<PendingCommit> pending = {};  // when set, `response` is made by commit_appointment()
};

using Handler = Answer (*)(Call&);

// Ends a body whose outermost object is open: adds traceId and closes it.
Answer ok(int status, JsonText& text, const Call& call);

// A success with the body `body`, an object, and traceId in it.
Answer reply(const Call& call, holdfast::Json body);

// The error bodies of facts/ghl.md 1.6, key order included.
// {"message":…,"error":…,"statusCode":…,"traceId":…}: most handlers. `error` by status.
Answer refuse(int status, std::string_view message, std::string_view trace_id);
// {"message":[…],"error":"Unprocessable Entity","statusCode":422,"traceId":…}: the validator.
Answer invalid(const std::vector<std::string>& messages, std::string_view trace_id);
// {"statusCode":…,"message":…,"traceId":…}, with "error" when given: the gateway's and older handlers'.
Answer gateway_refuse(int status, std::string_view message, std::string_view error, std::string_view trace_id);
// GHL's one text for every slot it will not book (quirk 1).
Answer slot_taken(const Call& call);
// A string member, or "" when absent.
std::string text_of(const holdfast::Json& body, std::string_view key);
// A count that came as a text, as in a query; `absent` when it is empty, nullopt when it is no whole number.
std::optional<std::size_t> read_count(std::string_view text, std::size_t absent);
// A number of the query; the contract has checked that it is one.
std::int64_t number_parameter(const Call& call, std::string_view name, std::int64_t otherwise);
// The contact that a body names by contactId: 400 when there is none, 403 when it is another location's.
std::optional<Answer> find_named_contact(const Call& call, const Contact*& contact);
// 403 for a thing of another location, and of another agency.
Answer foreign_location(const Call& call);
Answer foreign_company(const Call& call);
// The address of a list's next page: the question that was asked, with these parameters in place of its own. It is on
// the host that was asked, and without one it is relative, so that a client that follows it stays with the twin.
std::string next_page_url(const Call& call, const std::vector<std::pair<std::string, std::string>>& cursor);

}  // namespace mock_ghl::api
