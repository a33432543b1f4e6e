// Secret: a token or password that cannot be printed by accident.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

// Holds a secret text. There is no conversion and no stream operator: code that needs the text says reveal(), which is
// easy to find in review. Copyable.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  // The text itself; only for putting it on the wire or comparing it.
  const std::string& reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  // Compares in time that does not depend on where the two differ.
  bool equals(std::string_view other) const;

 private:
  std::string text_;
};

// "***0100": a phone number as logs may show it.
std::string mask_phone(std::string_view phone);
// "j***@example.com".
std::string mask_email(std::string_view email);
// "J***" for names and other free text.
std::string mask_text(std::string_view text);

}  // namespace holdfast
