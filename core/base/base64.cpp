#include "core/base/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace holdfast {

namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // OpenSSL ends it with a zero
  EVP_EncodeBlock(bytes_of(text), bytes_of(bytes), static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

std::string base64url_encode(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes(3 * (text.size() / 4), '\0');
  const int length = EVP_DecodeBlock(bytes_of(bytes), bytes_of(text), static_cast<int>(text.size()));
  // OpenSSL counts the padding as zero bytes.
  const auto padding = std::ranges::count(text.substr(text.size() - std::min<std::size_t>(2, text.size())), '=');
  if (length < padding) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(length) - static_cast<std::size_t>(padding));
  // It also forgives spaces and stray bits; whoever wrote the text is asked instead.
  return base64_encode(bytes) == text ? std::optional(std::move(bytes)) : std::nullopt;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  std::string padded(text);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  auto bytes = base64_decode(padded);
  // Nor is the other alphabet forgiven, nor padding.
  return bytes && base64url_encode(*bytes) == text ? bytes : std::nullopt;
}

}  // namespace holdfast
