#include "core/net/http.hpp"

#include <algorithm>
#include <cctype>

namespace holdfast::net {
namespace {

char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_without_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_case(x) == lower_case(y); });
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// "application/json" of "application/json; charset=utf-8"; "" when there is none.
std::string_view media_type(const HttpHeaders& headers) {
  std::string_view type = headers.find("Content-Type").value_or("");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

}  // namespace

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equal_without_case(field, name)) return value;
  }
  return std::nullopt;
}

void HttpHeaders::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return equal_without_case(field.first, name); });
  fields_.emplace_back(std::string(name), std::move(value));
}

HttpResponse HttpResponse::json(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}

HttpResponse HttpResponse::text(int status, std::string body) {
  return {.status = status, .headers = {{"Content-Type", "text/plain; charset=utf-8"}}, .body = std::move(body)};
}

HttpResponse HttpResponse::abandon() {
  HttpResponse response;
  response.status = 0;
  response.abandoned = true;
  return response;
}

std::optional<std::string> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string_view without_brackets(std::string_view name) {
  if (name.ends_with("[]")) name.remove_suffix(2);
  return name;
}

Target parse_target(std::string_view target) {
  Target parsed;
  const auto question = target.find('?');
  parsed.path = percent_decode(target.substr(0, question), false);
  while (parsed.path.size() > 1 && parsed.path.back() == '/') parsed.path.pop_back();
  if (question == std::string_view::npos) return parsed;
  std::string_view rest = target.substr(question + 1);
  while (!rest.empty()) {
    const auto ampersand = rest.find('&');
    const std::string_view pair = rest.substr(0, ampersand);
    const auto equals = pair.find('=');
    if (!pair.empty()) {
      parsed.query.emplace_back(percent_decode(pair.substr(0, equals), true),
                                equals == std::string_view::npos ? "" : percent_decode(pair.substr(equals + 1), true));
    }
    if (ampersand == std::string_view::npos) break;
    rest.remove_prefix(ampersand + 1);
  }
  return parsed;
}

std::string percent_encode(std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string make_target(std::string_view path, const std::vector<std::pair<std::string, std::string>>& query) {
  std::string target(path);
  char separator = '?';
  for (const auto& [key, value] : query) {
    target += separator + percent_encode(key) + "=" + percent_encode(value);
    separator = '&';
  }
  return target;
}

bool has_media_type(const HttpHeaders& headers, std::string_view type) {
  return equal_without_case(media_type(headers), type);
}

bool is_json(const HttpHeaders& headers) {
  static constexpr std::string_view suffix = "+json";
  const std::string_view type = media_type(headers);
  const std::string_view end = type.substr(type.size() - std::min(type.size(), suffix.size()));
  return equal_without_case(type, "application/json") || equal_without_case(end, suffix);
}

}  // namespace holdfast::net
