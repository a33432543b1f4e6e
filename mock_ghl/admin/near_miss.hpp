// Near misses: why a request was not what its sender meant, in a sentence.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_ghl/chaos/request_log.hpp"

namespace mock_ghl {

// The route that a method and path came closest to, and what is wrong with them:
// "the closest route is POST /contacts/upsert (upsert-contact): the method should be POST, it lacks \"upsert\"".
std::string nearest_route(std::string_view method, std::string_view path);
// Why a request was refused: the closest route when there was none, else the reason in its 4xx or 501. Nothing for one
// that went well, is under way or was hit by a fault that decides.
std::optional<std::string> explain(const RequestRecord& record);

}  // namespace mock_ghl
