// Checks a webhook's signature as its receiver would, by means of its own.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>

#include "core/net/http.hpp"

namespace holdfast::tests {

// The field called `name`, or "".
inline std::string header_of(const net::HttpRequest& request, std::string_view name) {
  return std::string(request.headers.find(name).value_or(""));
}

// Whether the request is signed with `key` as Standard Webhooks has it.
inline bool is_signed(const net::HttpRequest& request, const std::string& key) {
  const std::string text =
      header_of(request, "webhook-id") + "." + header_of(request, "webhook-timestamp") + "." + request.body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), code.data(), &length);
  std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> base64{};
  const int written = EVP_EncodeBlock(base64.data(), code.data(), static_cast<int>(length));
  const std::string expected(base64.begin(), base64.begin() + written);
  return header_of(request, "webhook-signature") == "v1," + expected;
}

}  // namespace holdfast::tests
