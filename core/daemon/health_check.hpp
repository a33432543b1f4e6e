// HealthCheck: asks whether something works, often enough to notice and seldom enough to cost nothing.
#pragma once

#include <functional>
#include <optional>

#include "core/base/result.hpp"
#include "core/net/one_shot.hpp"
#include "core/net/task_group.hpp"

namespace holdfast::daemon {

// Tries once whether what it stands for works; the error's message says what is wrong and what to do. It may take as
// long as it likes, and what it refers to must outlive its tasks.
using HealthProbe = std::function<net::Task<Result<void>>()>;

// One probe, asked by any number: at most one try is under way at a time, and whoever asks meanwhile or soon after
// shares its answer. So a failure shows, and mends, within a second. One loop; not thread-safe.
class HealthCheck {
 public:
  // How old an answer may be, and how long one waits for it.
  static constexpr Duration memory = milliseconds(1'000);
  static constexpr Duration patience = milliseconds(1'000);

  // `name` is what is probed, for the log and for the error of a probe that does not answer. Without a probe all is
  // well.
  HealthCheck(net::Runtime runtime, std::string name, HealthProbe probe)
      : runtime_(runtime), name_(std::move(name)), probe_(std::move(probe)), tasks_(std::move(runtime)) {}

  // What the probe says, at most `memory` old; `deadline_exceeded` once it has taken longer than `patience`.
  net::Task<Result<void>> ask();
  // Waits for a try under way, or `deadline`; true when there is none.
  net::Task<bool> drain(Instant deadline) { return tasks_.drain(deadline); }

 private:
  struct Answer {
    Result<void> result;
    Instant at;
  };
  struct Try {
    Instant began;
    net::OneShot<Answer> answer;
  };
  static net::Task<void> run(HealthProbe probe, net::Runtime runtime, net::OneShot<Answer> answer);
  bool is_current(const Try& latest) const;
  void note(const Result<void>& result);

  net::Runtime runtime_;
  std::string name_;
  HealthProbe probe_;
  std::optional<Try> latest_;
  bool was_well_ = true;  // what the log says
  net::TaskGroup tasks_;
};

}  // namespace holdfast::daemon
