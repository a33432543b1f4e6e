// JsonText: JSON written straight into a string, members in the order given. GHL's error bodies have a known order, and
// writing is what a twin under load spends its time on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mock_ghl::api {

// A JSON text under construction. The caller pairs begin and end; bytes that are not UTF-8 become U+FFFD.
class JsonText {
 public:
  JsonText() { text_.reserve(512); }

  // Opens and closes objects and arrays, with a key inside an object; writes members. Each returns the text, to go on.
  JsonText& begin_object() { return open('{'); }
  JsonText& begin_object(std::string_view key) { return name(key).open('{'); }
  JsonText& end_object() { return close('}'); }
  JsonText& begin_array(std::string_view key) { return name(key).open('['); }
  JsonText& end_array() { return close(']'); }

  JsonText& member(std::string_view key, std::string_view value) { return name(key).quoted(value); }
  JsonText& member(std::string_view key, const char* value) { return member(key, std::string_view(value)); }
  JsonText& member(std::string_view key, const std::string& value) { return member(key, std::string_view(value)); }
  JsonText& member(std::string_view key, std::int64_t value);
  JsonText& member(std::string_view key, int value) { return member(key, std::int64_t{value}); }
  JsonText& member(std::string_view key, bool value);
  // A value that is written already.
  JsonText& raw_member(std::string_view key, std::string_view written);
  JsonText& null_member(std::string_view key);
  JsonText& member(std::string_view key, const std::vector<std::string>& values);
  // The member unless the value is empty, as GHL leaves out what was never set.
  JsonText& optional_member(std::string_view key, std::string_view value) {
    return value.empty() ? *this : member(key, value);
  }
  JsonText& element(std::string_view value);
  JsonText& element(std::int64_t value);
  // A value that is written already.
  JsonText& raw_element(std::string_view written);
  JsonText& begin_element_object();

  std::string take() { return std::move(text_); }

 private:
  JsonText& name(std::string_view key);
  JsonText& open(char bracket);
  JsonText& close(char bracket);
  JsonText& quoted(std::string_view value);
  void separate();

  std::string text_;
  bool first_ = true;
};

}  // namespace mock_ghl::api
