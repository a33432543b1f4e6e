// The admin routes of snapshots: keep a world, go back to it.
#pragma once

#include <optional>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

// Answers GET /__mock/snapshots, PUT and DELETE /__mock/snapshots/NAME and POST /__mock/snapshots/NAME/restore; nullopt
// when `path` is none of them.
std::optional<holdfast::net::HttpResponse> handle_snapshots(Twin& twin, std::string_view method, std::string_view path);

}  // namespace mock_ghl
