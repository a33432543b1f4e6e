// The journal's admin routes: what was asked of the twin, what it answered, and what chaos did to it.
#pragma once

#include <optional>

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

// Answers a request under /__mock/journal (README.md "Journal" lists them); nothing for any other path or method.
std::optional<holdfast::net::HttpResponse> handle_journal(Twin& twin, const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl
