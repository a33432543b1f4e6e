// Task<T>: the coroutine type of the house, and the few tools to run tasks beside each other.
// Thread rule: everything built on these runs on one executor that never runs two handlers at once (one thread in both
// worlds). Nothing here is safe to touch from another thread unless it says so.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>

namespace holdfast::net {

namespace asio = boost::asio;

// A lazily started coroutine. It is a value: it runs when it is awaited or spawned, and dies with the handle that would
// have resumed it (which is how the virtual world crashes a process).
template <class T>
using Task = asio::awaitable<T>;

// Starts `task` on `executor` without waiting for it. An exception that leaves the task is a bug and aborts.
void spawn(const asio::any_io_executor& executor, Task<void> task);

}  // namespace holdfast::net
