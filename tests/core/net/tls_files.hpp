// Certificates made on the spot, for tests of TLS.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace holdfast::net::testing {

struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateFree {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, KeyFree>;
using Certificate = std::unique_ptr<X509, CertificateFree>;

// A certification authority of our own.
class OwnAuthority {
 public:
  explicit OwnAuthority(const std::string& name);
  // Writes the authority's certificate as PEM and returns the path (in the test's temporary folder).
  std::string write_pem(const std::string& file_name) const;
  // Gives `context` a key and a certificate for `subject_alternatives` ("DNS:localhost,IP:127.0.0.1"), valid from
  // `valid_from_s` to `valid_to_s` seconds from now.
  void equip(SSL_CTX* context, const std::string& subject_alternatives, long valid_from_s = -3'600,
             long valid_to_s = 3'600) const;

 private:
  Key key_;
  Certificate certificate_;
};

}  // namespace holdfast::net::testing
