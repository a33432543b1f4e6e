// The function tools a Vapi assistant needs to book through Holdfast, as the JSON that Vapi's POST /tool takes
// (facts/vapi.md 3.1). What the tools do is docs/tools.md.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::vapi {

// A JSON array of the two tools, check_availability and book_appointment, which call `server_url` (the tenant's
// https://…/vapi/{tenant}). Each element can be posted to /tool as it stands; only the credential, which is made in
// Vapi's dashboard, has to be added as server.credentialId.
// The schemas are strict: every property is required, so the model sends "" for what the caller did not say, and the
// desk reads "" as absent. The caller's number is a static parameter, which the model neither sees nor sets.
std::string tool_definitions_json(std::string_view server_url);

}  // namespace holdfast::vapi
