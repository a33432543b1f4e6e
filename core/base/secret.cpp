#include "core/base/secret.hpp"

namespace holdfast {

bool Secret::equals(std::string_view other) const {
  // The length may leak; the content may not.
  unsigned char difference = text_.size() == other.size() ? 0 : 1;
  for (std::size_t i = 0; i < other.size(); ++i) {
    const char mine = text_.empty() ? '\0' : text_[i % text_.size()];
    difference = static_cast<unsigned char>(difference | (mine ^ other[i]));
  }
  return difference == 0;
}

std::string mask_phone(std::string_view phone) {
  if (phone.size() <= 4) return "***";
  return "***" + std::string(phone.substr(phone.size() - 4));
}

std::string mask_email(std::string_view email) {
  const auto at = email.find('@');
  if (at == std::string_view::npos || at == 0) return "***";
  return std::string(email.substr(0, 1)) + "***" + std::string(email.substr(at));
}

std::string mask_text(std::string_view text) {
  if (text.empty()) return "";
  return std::string(text.substr(0, 1)) + "***";
}

}  // namespace holdfast
