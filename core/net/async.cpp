#include "core/net/async.hpp"

#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <exception>

namespace holdfast::net {

void spawn(const asio::any_io_executor& executor, Task<void> task) {
  asio::co_spawn(executor, std::move(task), [](std::exception_ptr error) {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "holdfast: an exception left a task: %s. This is a bug.\n", e.what());
    } catch (...) {
      std::fprintf(stderr, "holdfast: an unknown exception left a task. This is a bug.\n");
    }
    std::abort();
  });
}

}  // namespace holdfast::net
