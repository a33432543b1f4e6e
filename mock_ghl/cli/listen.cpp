#include "mock_ghl/cli/listen.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

namespace mock_ghl::cli {

namespace net = holdfast::net;

std::optional<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code no_address;
  net::asio::ip::make_address(host, no_address);
  if (no_address && host != "localhost") return std::nullopt;
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
  if (error != std::errc() || stop != end) return std::nullopt;
  return std::pair{host, port};
}

net::Task<void> stop_on_signal(net::asio::signal_set& signals, net::asio::io_context& io) {
  co_await signals.async_wait(net::asio::as_tuple(net::asio::use_awaitable));
  io.stop();
}

}  // namespace mock_ghl::cli
