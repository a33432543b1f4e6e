#include "tests/core/net/tls_files.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <stdexcept>

namespace holdfast::net::testing {
namespace {

void must(bool good, const char* what) {
  if (!good) throw std::runtime_error(std::string("OpenSSL could not ") + what);
}

void add_extension(X509* certificate, X509* issuer, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  must(extension != nullptr, "make an extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name, long serial, long from_s, long to_s) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to_s);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

OwnAuthority::OwnAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  certificate_ = make_certificate(key_.get(), name, 1, -7'200, 7'200);
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  add_extension(certificate_.get(), certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate_.get(), certificate_.get(), NID_key_usage, "critical,keyCertSign");
  must(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) > 0, "sign the authority");
}

std::string OwnAuthority::write_pem(const std::string& file_name) const {
  const std::string path = ::testing::TempDir() + file_name;
  std::FILE* file = std::fopen(path.c_str(), "w");
  must(file != nullptr && PEM_write_X509(file, certificate_.get()) == 1, "write the CA file");
  std::fclose(file);
  return path;
}

void OwnAuthority::equip(SSL_CTX* context, const std::string& subject_alternatives, long valid_from_s,
                         long valid_to_s) const {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate leaf = make_certificate(key.get(), "test server", 2, valid_from_s, valid_to_s);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
  add_extension(leaf.get(), certificate_.get(), NID_subject_alt_name, subject_alternatives.c_str());
  must(X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0, "sign the server's certificate");
  must(SSL_CTX_use_certificate(context, leaf.get()) == 1, "use the certificate");
  must(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "use the key");
}

}  // namespace holdfast::net::testing
