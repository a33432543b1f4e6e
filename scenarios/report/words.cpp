#include "scenarios/report/words.hpp"

#include <cmath>
#include <cstdio>

namespace scenarios {

namespace {

std::string with_digits(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.*f", digits, number);
  return text;
}

}  // namespace

std::string grouped(std::uint64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural) {
  return grouped(number) + " " + std::string(number == 1 ? singular : plural);
}

std::string spoken_seconds(double seconds) {
  if (seconds < 9.995) return with_digits(seconds, 2) + " s";
  if (seconds < 59.95) return with_digits(seconds, 1) + " s";
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  const auto pair = [](std::uint64_t big, std::string_view big_unit, std::uint64_t small, std::string_view small_unit) {
    std::string text = grouped(big) + std::string(big_unit);
    return small == 0 ? text : text + " " + std::to_string(small) + std::string(small_unit);
  };
  if (whole < 3'600) return pair(whole / 60, " min", whole % 60, " s");
  if (whole < 86'400) return pair(whole / 3'600, " h", whole % 3'600 / 60, " min");
  return pair(whole / 86'400, whole < 172'800 ? " day" : " days", whole % 86'400 / 3'600, " h");
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "–";
  const double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  if (part > 0 && share < 0.1) return "<0.1%";
  if (part < whole && share > 99.9) return ">99.9%";
  return with_digits(share, share < 10 && part > 0 ? 1 : 0) + "%";
}

std::string listed(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : std::string(separator)) + part;
  return text;
}

std::size_t shown_width(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return width;
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t shown = shown_width(text);
  if (shown < width) text.append(width - shown, ' ');
  return text;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t begin = text.find_first_not_of(" \n", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    if (!line.empty() && shown_width(line) + 1 + shown_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    at = end;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

}  // namespace scenarios
