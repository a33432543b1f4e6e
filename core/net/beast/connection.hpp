// One client connection: TCP, perhaps TLS, and one exchange after the other. Private to core/net/beast; the only header
// that shows Beast, so only client.cpp and connection.cpp include it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "core/net/beast/client.hpp"
#include "core/net/clock.hpp"

namespace holdfast::net {

using SteadyInstant = std::chrono::steady_clock::time_point;

// What came of one exchange on one connection.
struct Exchanged {
  std::optional<HttpResponse> response;
  bool reusable = false;       // the connection can carry another exchange
  bool may_have_left = false;  // a byte of the request may have reached the kernel's send queue
  bool answer_began = false;   // at least one byte came back
  bool timed_out = false;
  std::string problem;  // why there is no response
};

// A connected socket. Not thread-safe; one exchange at a time.
class Connection {
 public:
  // Connects and, when `tls` is given, shakes hands and verifies chain and name. The error says what to check.
  static Task<std::expected<std::unique_ptr<Connection>, std::string>> open(
      asio::any_io_executor executor, Origin origin, asio::ip::tcp::resolver::results_type endpoints,
      std::shared_ptr<asio::ssl::context> tls, SteadyInstant give_up_at);

  // Sends `request` (its head is written already) and reads the response. `clock` is what its send_not_after is of;
  // when that has passed nothing is sent, which counts as timed_out, and the connection stays usable.
  Task<Exchanged> exchange(const HttpRequest& request, const std::string& head, std::size_t body_bytes_max,
                           SteadyInstant give_up_at, const Clock& clock);
  // False when the peer closed it or sent something unasked while it was idle.
  bool still_usable();

 private:
  using Tcp = boost::beast::tcp_stream;
  using Tls = asio::ssl::stream<boost::beast::tcp_stream>;
  using Outcome = std::tuple<boost::system::error_code, std::size_t>;

  explicit Connection(asio::any_io_executor executor) : stream_(std::in_place_type<Tcp>, std::move(executor)) {}
  Connection(asio::any_io_executor executor, asio::ssl::context& tls)
      : stream_(std::in_place_type<Tls>, std::move(executor), tls) {}

  Tcp& tcp();
  Task<std::string> shake_hands(const Origin& origin);
  Task<Outcome> write(const std::string& head, const std::string& body);
  Task<Outcome> read_some();
  struct ResponseReader;
  bool parse_arrived(ResponseReader& reader, Exchanged& exchanged);
  Task<void> read_response(const HttpRequest& request, std::size_t body_bytes_max, Exchanged& exchanged);

  std::variant<Tcp, Tls> stream_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace holdfast::net
