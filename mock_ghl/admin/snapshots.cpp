#include <array>

#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/route.hpp"

namespace mock_ghl::admin {

using holdfast::net::HttpResponse;

namespace {

HttpResponse names(const Call& call) {
  return answer({{"snapshots", call.twin.snapshots()}});
}

HttpResponse names_after(const Call& call, const holdfast::Result<void>& changed) {
  return changed ? names(call) : failure(changed.error());
}

HttpResponse save(const Call& call) {
  return names_after(call, call.twin.save_snapshot(call.name));
}

HttpResponse restore(const Call& call) {
  return names_after(call, call.twin.restore_snapshot(call.name));
}

HttpResponse drop(const Call& call) {
  return names_after(call, call.twin.drop_snapshot(call.name));
}

constexpr std::array<Route, 4> routes{
    {{"GET", "/__mock/snapshots", &names, "the names of the worlds that are kept"},
     {"PUT", "/__mock/snapshots/{NAME}", &save, "keeps the whole world under a name"},
     {"POST", "/__mock/snapshots/{NAME}/restore", &restore, "goes back to a kept world; the journal begins empty"},
     {"DELETE", "/__mock/snapshots/{NAME}", &drop, "drops a kept world"}}};

}  // namespace

std::span<const Route> snapshot_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
