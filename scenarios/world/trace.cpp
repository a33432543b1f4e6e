#include "scenarios/world/trace.hpp"

#include <charconv>
#include <cstring>

namespace scenarios {

namespace {

void append_padded(std::string& line, std::string_view text, std::size_t width) {
  line += text;
  if (text.size() < width) line.append(width - text.size(), ' ');
  line += ' ';
}

}  // namespace

NumberText::NumberText(std::int64_t number) : text_{} {
  size_ = static_cast<std::size_t>(std::to_chars(text_, text_ + sizeof(text_), number).ptr - text_);
}

void Trace::fold(std::string_view bytes) {
  std::uint64_t state = hash_ ^ (bytes.size() * 0x9e3779b97f4a7c15ULL);
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    state = (state ^ word) * 0xd6e8feb86659fd93ULL;
    state ^= state >> 32;
    bytes.remove_prefix(8);
  }
  hash_ = holdfast::fnv1a(bytes, state);
}

void Trace::line(holdfast::Instant now, std::string_view node, std::string_view event,
                 std::initializer_list<std::string_view> detail) {
  const std::int64_t time_ms = (now - start_).count();
  hash_ = (hash_ ^ static_cast<std::uint64_t>(time_ms)) * 0xd6e8feb86659fd93ULL;
  fold(node);
  fold(event);
  for (const auto part : detail) fold(part);
  ++lines_;
  if (sink_) write(now, node, event, detail);
}

void Trace::remark(holdfast::Instant now, std::string_view node, std::string_view event,
                   std::initializer_list<std::string_view> detail) {
  if (sink_) write(now, node, event, detail);
}

void Trace::write(holdfast::Instant now, std::string_view node, std::string_view event,
                  std::initializer_list<std::string_view> detail) {
  std::string line;
  line.reserve(128);
  const NumberText time((now - start_).count());
  const std::string_view digits = time;
  if (digits.size() < 10) line.append(10 - digits.size(), ' ');
  line += digits;
  line += ' ';
  append_padded(line, node, 10);
  append_padded(line, event, 16);
  for (const auto part : detail) {
    line += part;
    line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  sink_(line);
}

}  // namespace scenarios
