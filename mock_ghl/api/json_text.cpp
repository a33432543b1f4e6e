#include "mock_ghl/api/json_text.hpp"

#include <array>

namespace mock_ghl::api {
namespace {

// Length of the well-formed UTF-8 sequence at the front of `text`; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool beyond = (lead == 0xED && byte(1) > 0x9F) || (lead == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

void append_escaped(std::string& out, char c) {
  static constexpr char digits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += digits[static_cast<unsigned char>(c) >> 4];
      out += digits[static_cast<unsigned char>(c) & 15];
  }
}

// One entry a byte: true for what stands in a text as it is.
constexpr std::array<bool, 256> plain_bytes = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

bool plain(char c) {
  return plain_bytes[static_cast<unsigned char>(c)];
}

}  // namespace

void JsonText::separate() {
  if (!first_) text_ += ',';
  first_ = false;
}

JsonText& JsonText::name(std::string_view key) {
  separate();
  quoted(key);
  text_ += ':';
  return *this;
}

JsonText& JsonText::open(char bracket) {
  text_ += bracket;
  first_ = true;
  return *this;
}

JsonText& JsonText::close(char bracket) {
  text_ += bracket;
  first_ = false;
  return *this;
}

JsonText& JsonText::quoted(std::string_view value) {
  text_ += '"';
  while (!value.empty()) {
    std::size_t run = 0;
    while (run < value.size() && plain(value[run])) ++run;
    text_.append(value.substr(0, run));
    value.remove_prefix(run);
    if (value.empty()) break;
    const std::size_t length = sequence_length(value);
    if (length == 1) {
      append_escaped(text_, value.front());
    } else if (length > 1) {
      text_.append(value.substr(0, length));
    } else {
      text_ += "\xEF\xBF\xBD";
    }
    value.remove_prefix(length == 0 ? 1 : length);
  }
  text_ += '"';
  return *this;
}

JsonText& JsonText::member(std::string_view key, std::int64_t value) {
  name(key);
  text_ += std::to_string(value);
  return *this;
}

JsonText& JsonText::member(std::string_view key, bool value) {
  name(key);
  text_ += value ? "true" : "false";
  return *this;
}

JsonText& JsonText::raw_member(std::string_view key, std::string_view written) {
  name(key);
  text_ += written;
  return *this;
}

JsonText& JsonText::null_member(std::string_view key) {
  name(key);
  text_ += "null";
  return *this;
}

JsonText& JsonText::member(std::string_view key, const std::vector<std::string>& values) {
  begin_array(key);
  for (const std::string& value : values) element(value);
  return end_array();
}

JsonText& JsonText::element(std::string_view value) {
  separate();
  return quoted(value);
}

JsonText& JsonText::element(std::int64_t value) {
  separate();
  text_ += std::to_string(value);
  return *this;
}

JsonText& JsonText::raw_element(std::string_view written) {
  separate();
  text_ += written;
  return *this;
}

JsonText& JsonText::begin_element_object() {
  separate();
  return open('{');
}

}  // namespace mock_ghl::api
