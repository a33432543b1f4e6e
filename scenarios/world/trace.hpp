// Trace: what happened in a simulated run, one event a line in fixed columns, folded into one hash as it grows.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "core/base/hash.hpp"
#include "core/base/time.hpp"

namespace scenarios {

// The log of one run. Without a sink a line costs only its hash, so every run is hashed and a replay writes the same
// lines to a file. Two runs of one seed must end with the same hash (facts/anchors.md A.2). Not thread-safe.
class Trace {
 public:
  // Called with every finished line, without its line end.
  using Sink = std::move_only_function<void(std::string_view line)>;

  // Lines show the milliseconds since `start`.
  explicit Trace(holdfast::Instant start) : start_(start) {}
  // From now on every line is also written out; an empty sink stops that.
  void set_sink(Sink sink) { sink_ = std::move(sink); }
  bool has_sink() const { return static_cast<bool>(sink_); }

  // One event of `node`. The parts of the detail are joined by one space.
  void line(holdfast::Instant now, std::string_view node, std::string_view event,
            std::initializer_list<std::string_view> detail = {});
  // A line for the reader of a replay only: written when there is a sink, no part of the hash.
  void remark(holdfast::Instant now, std::string_view node, std::string_view event,
              std::initializer_list<std::string_view> detail);
  // Folds bytes into the hash that are too many to be shown, such as a message body. About 0.3 ns a byte.
  void fold(std::string_view bytes);

  // The hash of everything so far.
  std::uint64_t hash() const { return hash_; }
  // How many lines there were.
  std::uint64_t lines() const { return lines_; }

 private:
  void write(holdfast::Instant now, std::string_view node, std::string_view event,
             std::initializer_list<std::string_view> detail);

  holdfast::Instant start_;
  std::uint64_t hash_ = holdfast::fnv1a_start;
  std::uint64_t lines_ = 0;
  Sink sink_;
};

// A number as text without an allocation, for the detail of a trace line. Valid as long as the object lives.
class NumberText {
 public:
  explicit NumberText(std::int64_t number);
  operator std::string_view() const { return {text_, size_}; }

 private:
  char text_[20];
  std::size_t size_;
};

}  // namespace scenarios
