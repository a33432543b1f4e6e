// Reads the vendor's OpenAPI files into the notation of contract/README.md: what they say of routes and fields, without
// their prose.
#pragma once

#include <array>
#include <string_view>

#include "core/base/result.hpp"
#include "mock_ghl/contract/shape.hpp"

namespace mock_ghl::contract {

// The resources of the booking set, one file each in the vendor's folder ("calendars.json") and in its "v3" folder
// ("calendars-v3.json").
inline constexpr std::array<std::string_view, 9> resource_names{"calendars",     "contacts",  "conversations",
                                                                "custom-fields", "locations", "oauth",
                                                                "opportunities", "users",     "workflows"};

// One OpenAPI document in our notation: {"operations":[…], "shapes":{…}}. invalid_input when it is no OpenAPI document.
holdfast::Result<Notation> import_openapi(const Notation& document);

}  // namespace mock_ghl::contract
