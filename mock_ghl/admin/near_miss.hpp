// Near misses: why a request was not what its sender meant, in a sentence.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mock_ghl/chaos/request_log.hpp"

namespace mock_ghl {

// The route that a method and path came closest to, and what is wrong with them:
// "the closest route is POST /contacts/upsert (upsert-contact): the method should be POST, it lacks \"upsert\"".
std::string nearest_route(std::string_view method, std::string_view path);
// True for a request that found no route, or was refused with a 4xx or 501. Not for one that was answered well, is
// under way or was hit by a fault that decides.
bool is_near_miss(const RequestRecord& record);

// Says why, for one list of requests: what is asked again is not looked for again.
class NearMissFinder {
 public:
  // The closest route when there was none, else the reason in the answer. Nothing when it is no near miss.
  std::optional<std::string> explain(const RequestRecord& record);

 private:
  std::map<std::pair<std::string, std::string>, std::string> nearest_;  // (method, path) -> nearest_route()
};

}  // namespace mock_ghl
