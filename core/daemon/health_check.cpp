#include "core/daemon/health_check.hpp"

#include <utility>

#include "core/base/log.hpp"

namespace holdfast::daemon {

// The probe lives in this frame, because what it starts may refer to it.
net::Task<void> HealthCheck::run(HealthProbe probe, net::Runtime runtime, net::OneShot<Answer> answer) {
  auto result = co_await probe();
  answer.set({std::move(result), runtime.now()});
}

bool HealthCheck::is_current(const Try& latest) const {
  return !latest.answer.is_set() || runtime_.now() < latest.answer.value().at + memory;
}

net::Task<Result<void>> HealthCheck::ask() {
  if (!probe_) co_return Result<void>{};
  if (!latest_ || !is_current(*latest_)) {
    latest_ = Try{runtime_.now(), net::OneShot<Answer>(runtime_.clock)};
    tasks_.spawn(run(probe_, runtime_, latest_->answer));
  }
  const Try asked = *latest_;
  const bool answered = co_await asked.answer.wait_until(asked.began + patience);
  Result<void> result;
  if (answered) {
    result = asked.answer.value().result;
  } else {
    result = fail(ErrorKind::deadline_exceeded,
                  "the " + name_ + " has not answered for " + std::to_string((runtime_.now() - asked.began).count()) +
                      " ms; see whether its disk is full, slow or gone. Calls are welcome again once it answers.");
  }
  note(result);
  co_return result;
}

// One line when it begins to fail and one when it works again, however often it is asked.
void HealthCheck::note(const Result<void>& result) {
  if (result.has_value() == was_well_) return;
  was_well_ = result.has_value();
  if (was_well_) {
    log(LogLevel::info, "health_restored", {{"of", Loggable::safe(name_)}});
  } else {
    log(LogLevel::error, "health_lost",
        {{"of", Loggable::safe(name_)}, {"reason", Loggable::safe(to_string(result.error()))}});
  }
}

}  // namespace holdfast::daemon
