#include "mock_ghl/webhooks/signer.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>

#include "core/base/assert.hpp"
#include "core/base/base64.hpp"
#include "core/base/random.hpp"

namespace mock_ghl::webhooks {

namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

Key ed25519_key(std::uint64_t seed) {
  std::array<unsigned char, 32> bytes{};
  holdfast::SplitMix64 random(seed);
  for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random.next());
  return Key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes.data(), bytes.size()));
}

Key rsa_key() {
  const std::string_view pem = rsa_test_key_pem();
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

// `digest` is nullptr for Ed25519, which has its own. RSA keys pad as PKCS#1 v1.5 unless told otherwise.
std::string sign(EVP_PKEY* key, const EVP_MD* digest, std::string_view body) {
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const auto* data = reinterpret_cast<const unsigned char*>(body.data());
  std::size_t length = 0;
  bool good = context != nullptr && EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
              EVP_DigestSign(context.get(), nullptr, &length, data, body.size()) == 1;
  std::string signature(length, '\0');
  auto* signature_data = reinterpret_cast<unsigned char*>(signature.data());
  good = good && EVP_DigestSign(context.get(), signature_data, &length, data, body.size()) == 1;
  HOLDFAST_ASSERT(good && "OpenSSL did not sign with a key it accepted");
  signature.resize(length);
  return holdfast::base64_encode(signature);
}

std::string public_pem(EVP_PKEY* key) {
  const std::unique_ptr<BIO, Free> bio(BIO_new(BIO_s_mem()));
  HOLDFAST_ASSERT(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), key) == 1);
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(length)};
}

}  // namespace

struct Signer::Keys {
  Key ed25519;
  Key rsa;
};

Signer::Signer(std::uint64_t seed) : keys_(std::make_unique<Keys>(ed25519_key(seed), rsa_key())) {
  HOLDFAST_ASSERT(keys_->ed25519 != nullptr && keys_->rsa != nullptr);
}
Signer::~Signer() = default;

std::string Signer::ed25519(std::string_view body) const {
  return sign(keys_->ed25519.get(), nullptr, body);
}
std::string Signer::rsa(std::string_view body) const {
  return sign(keys_->rsa.get(), EVP_sha256(), body);
}
std::string Signer::ed25519_public_pem() const {
  return public_pem(keys_->ed25519.get());
}
std::string Signer::rsa_public_pem() const {
  return public_pem(keys_->rsa.get());
}

}  // namespace mock_ghl::webhooks
