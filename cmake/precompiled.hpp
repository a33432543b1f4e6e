// What nearly every unit includes, compiled once: outside headers only, so that an edit of ours never rebuilds all. A
// unit still includes what it uses: tests/tidy compiles every header alone and without this.
#pragma once

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
