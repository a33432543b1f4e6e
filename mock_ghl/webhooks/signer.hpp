// Signer: the two signatures of GHL's webhooks (facts/ghl.md 7.2), made with the mock's own keys.
//
// Neither key is a secret. The Ed25519 key is derived from the twin's seed, the RSA key stands in the source
// (rsa_test_key.cpp): anybody can sign as any mock-ghl. A receiver that is configured with these public keys must never
// be one that real webhooks reach.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mock_ghl::webhooks {

// Signs bodies. Immutable; the same seed and body give the same signatures.
class Signer {
 public:
  explicit Signer(std::uint64_t seed);
  ~Signer();
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  // X-GHL-Signature: Ed25519 over the bytes of the body, in base64.
  std::string ed25519(std::string_view body) const;
  // X-WH-Signature: RSA-SHA256 (PKCS#1 v1.5, 4096 bits) over the same bytes, in base64. Takes some milliseconds.
  std::string rsa(std::string_view body) const;
  // The public halves, as PEM.
  std::string ed25519_public_pem() const;
  std::string rsa_public_pem() const;

 private:
  struct Keys;
  std::unique_ptr<Keys> keys_;
};

// The private half of the RSA key, as PEM. A fixed test key: public, worthless, the same in every mock-ghl.
std::string_view rsa_test_key_pem();

}  // namespace mock_ghl::webhooks
