// What the subcommands that serve have in common.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/net/async.hpp"

namespace mock_ghl::cli {

// What to say when parse_listen() gives nothing.
inline constexpr const char* listen_wanted = "--listen must be an IP address and a port, such as 127.0.0.1:8600";
// "127.0.0.1:8600", "[::1]:0", "localhost:0"; nothing when there is no port or the host is another name.
std::optional<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text);
// Stops the loop on the first signal.
holdfast::net::Task<void> stop_on_signal(boost::asio::signal_set& signals, boost::asio::io_context& io);

}  // namespace mock_ghl::cli
