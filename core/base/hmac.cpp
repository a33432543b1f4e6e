#include "core/base/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/base/assert.hpp"

namespace holdfast {

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string code(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                                   reinterpret_cast<unsigned char*>(code.data()), &length);
  HOLDFAST_ASSERT(done != nullptr && "OpenSSL has no SHA-256");
  code.resize(length);
  return code;
}

}  // namespace holdfast
