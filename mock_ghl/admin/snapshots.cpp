#include "mock_ghl/admin/snapshots.hpp"

#include "core/base/json.hpp"

namespace mock_ghl {

using holdfast::Json;
using holdfast::net::HttpResponse;

namespace {

constexpr std::string_view folder = "/__mock/snapshots";

HttpResponse answer(const Twin& twin, const holdfast::Result<void>& done) {
  if (done) return HttpResponse::json(200, holdfast::dump_json({{"snapshots", twin.snapshots()}}));
  const int status = done.error().kind == holdfast::ErrorKind::not_found ? 404 : 400;
  return HttpResponse::json(status, holdfast::dump_json({{"error", done.error().message}}));
}

}  // namespace

std::optional<HttpResponse> handle_snapshots(Twin& twin, std::string_view method, std::string_view path) {
  if (!path.starts_with(folder)) return std::nullopt;
  path.remove_prefix(folder.size());
  if (path.empty()) return method == "GET" ? std::optional(answer(twin, {})) : std::nullopt;
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  static constexpr std::string_view restore = "/restore";
  if (method == "POST" && path.ends_with(restore)) {
    path.remove_suffix(restore.size());
    return answer(twin, twin.restore_snapshot(std::string(path)));
  }
  if (path.find('/') != std::string_view::npos) return std::nullopt;
  if (method == "PUT") return answer(twin, twin.save_snapshot(std::string(path)));
  if (method == "DELETE") return answer(twin, twin.drop_snapshot(std::string(path)));
  return std::nullopt;
}

}  // namespace mock_ghl
