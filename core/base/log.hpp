// Structured log lines: one JSON object a line. Personal data and secrets cannot be logged by accident, because a field
// takes only numbers, booleans, string literals and Loggable texts, and a Loggable is made on purpose.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace holdfast {

// A text that somebody decided may stand in a log: an id of ours, an enum's name, a masked phone.
class Loggable {
 public:
  // Marks `text` as safe to log; grep for this name in review.
  static Loggable safe(std::string text) { return Loggable(std::move(text)); }
  const std::string& text() const { return text_; }

 private:
  explicit Loggable(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// One "name": value of a line.
struct LogField {
  std::string_view name;
  std::variant<std::int64_t, bool, Loggable> value;

  // From a literal, a Loggable, a number or a flag; from nothing else.
  template <std::size_t N>
  LogField(std::string_view field_name, const char (&literal)[N])
      : name(field_name), value(Loggable::safe(std::string(literal))) {}
  LogField(std::string_view field_name, Loggable text) : name(field_name), value(std::move(text)) {}
  LogField(std::string_view field_name, std::int64_t number) : name(field_name), value(number) {}
  LogField(std::string_view field_name, int number) : name(field_name), value(std::int64_t{number}) {}
  LogField(std::string_view field_name, bool flag) : name(field_name), value(flag) {}
};

// How much a line matters.
enum class LogLevel { debug, info, warning, error, off };

// Sets the least level that is written (to standard error). Thread-safe; `off` until somebody sets it, so that
// libraries and simulations are silent.
void set_log_level(LogLevel level);
// Writes one line. `event` is a stable snake_case name. Thread-safe.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace holdfast
