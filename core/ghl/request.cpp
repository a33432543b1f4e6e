#include "core/ghl/request.hpp"

#include <utility>

namespace holdfast::ghl {

net::HttpRequest make_request(std::string method, std::string target, const char* version, std::string body) {
  net::HttpRequest request{.method = std::move(method),
                           .target = std::move(target),
                           .headers = {{"Authorization", ""},
                                       {"Version", version},
                                       {"Accept", "application/json"},
                                       // Cloudflare refuses the default agents of common libraries (facts/ghl.md 1.7).
                                       {"User-Agent", "holdfast/0.1"}}};
  if (!body.empty()) {
    request.headers.set("Content-Type", "application/json");
    request.body = std::move(body);
  }
  return request;
}

std::string path(std::string_view before, std::string_view id, std::string_view after) {
  std::string text(before);
  text += net::percent_encode(id);
  text += after;
  return text;
}

std::string epoch_text(Instant instant) {
  return std::to_string(to_epoch_ms(instant));
}

std::unexpected<Error> bad_input(const char* what) {
  return fail(Error{.kind = ErrorKind::invalid_input, .message = what, .not_sent = true});
}

}  // namespace holdfast::ghl
