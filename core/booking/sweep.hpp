// Sweep: what nobody waits for any more. Takes up wishes left behind, shows a person those that do not settle, and
// forgets what has expired.
#pragma once

#include <memory>

#include "core/booking/context.hpp"
#include "core/booking/driver.hpp"

namespace holdfast::booking {

// One per tenant. One loop.
class Sweep {
 public:
  Sweep(Context& context, Driver& driver);

  // Runs until stop(); start it once as a task.
  net::Task<void> run();
  // Ends run() soon.
  void stop();

 private:
  net::Task<void> review_unsettled();

  Context& context_;
  Driver& driver_;
  std::unique_ptr<net::Timer> alarm_;
  bool stopping_ = false;
};

}  // namespace holdfast::booking
