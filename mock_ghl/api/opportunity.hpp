// What the opportunity handlers share.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// Which of a contact's belongings an answer carries.
struct OpportunityDetails {
  bool notes = false;
  bool tasks = false;
  bool events = false;
};

// The opportunity O of facts/ghl.md 6.2, as it stood with `fields`.
holdfast::Json opportunity_json(const Call& call, const Document& opportunity, const holdfast::Json& fields,
                                const OpportunityDetails& details);

}  // namespace mock_ghl::api
