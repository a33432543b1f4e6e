#include "core/daemon/authentication.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace holdfast::daemon {
namespace {

// The token of "Bearer <token>"; nullopt when it is another scheme or has no token.
std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "bearer ";
  const bool is_bearer = authorization.size() > scheme.size() &&
                         std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char wanted, char got) {
                           return wanted == (got >= 'A' && got <= 'Z' ? static_cast<char>(got - 'A' + 'a') : got);
                         });
  if (!is_bearer) return std::nullopt;
  std::string_view token = authorization.substr(scheme.size());
  while (token.starts_with(' ')) token.remove_prefix(1);
  while (token.ends_with(' ')) token.remove_suffix(1);
  return token;
}

}  // namespace

bool presents(const net::HttpHeaders& headers, const Secret& secret) {
  if (secret.empty()) return false;
  bool matches = false;
  if (const auto given = headers.find("X-Vapi-Secret")) matches = secret.equals(*given);
  if (const auto authorization = headers.find("Authorization")) {
    const auto token = bearer_token(*authorization);
    if (token) matches = secret.equals(*token) || matches;
  }
  return matches;
}

}  // namespace holdfast::daemon
