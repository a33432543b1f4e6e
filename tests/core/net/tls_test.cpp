#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <chrono>
#include <thread>

#include "core/net/beast/client.hpp"
#include "tests/core/net/socket_world.hpp"
#include "tests/core/net/tls_files.hpp"

namespace holdfast::net {
namespace {

using ::testing::HasSubstr;
using testing::OwnAuthority;
using testing::tcp;
using testing::use_result;
using testing::World;

// A TLS server that answers every request of a connection with 200 "secret".
class TlsServer {
 public:
  TlsServer(World& world, const OwnAuthority& authority, const std::string& names, long from_s = -3'600,
            long to_s = 3'600)
      : context_(asio::ssl::context::tls_server),
        acceptor_(world.io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {
    authority.equip(context_.native_handle(), names, from_s, to_s);
    SSL_CTX_set_tlsext_servername_callback(context_.native_handle(), remember_name);
    SSL_CTX_set_tlsext_servername_arg(context_.native_handle(), this);
    net::spawn(world.io.get_executor(), accept());
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int requests() const { return requests_; }
  int connections() const { return connections_; }
  const std::string& name_asked() const { return name_asked_; }
  // Follows every answer by a second, unasked one, in a record of its own but in the same segment.
  void chatter() { chatter_ = true; }
  // Ends every connection after its next request, without TLS's goodbye and with a body of no stated length.
  void truncate() { truncate_ = true; }
  // While it asks who is meant nothing runs in this process, client and server alike, and the clock goes on.
  void stop_the_process_in_the_handshake(std::int64_t for_ms) { stopped_ms_ = for_ms; }
  void stop() { acceptor_.close(); }

 private:
  using Stream = asio::ssl::stream<boost::beast::tcp_stream>;

  static int remember_name(SSL* session, int*, void* self) {
    auto* const server = static_cast<TlsServer*>(self);
    if (const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name)) server->name_asked_ = name;
    std::this_thread::sleep_for(std::chrono::milliseconds(server->stopped_ms_));
    return SSL_TLSEXT_ERR_OK;
  }
  // While on, the kernel holds back what is written.
  static void cork(Stream& stream, int on) {
    ::setsockopt(boost::beast::get_lowest_layer(stream).socket().native_handle(), IPPROTO_TCP, TCP_CORK, &on,
                 sizeof(on));
  }
  Task<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(use_result);
      if (error) co_return;
      ++connections_;
      net::spawn(acceptor_.get_executor(), serve(std::make_shared<Stream>(std::move(socket), context_)));
    }
  }
  Task<void> serve(std::shared_ptr<Stream> stream) {
    boost::beast::get_lowest_layer(*stream).expires_after(seconds(3));
    const auto [refused] = co_await stream->async_handshake(asio::ssl::stream_base::server, use_result);
    if (refused) co_return;
    for (;;) {
      std::string request;
      while (request.find("\r\n\r\n") == std::string::npos) {
        std::string chunk(4'096, '\0');
        const auto [error, count] = co_await stream->async_read_some(asio::buffer(chunk), use_result);
        if (error) co_return;
        request.append(chunk, 0, count);
      }
      ++requests_;
      std::string answer =
          truncate_ ? "HTTP/1.1 200 OK\r\n\r\npart of it" : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
      if (chatter_) cork(*stream, 1);
      co_await asio::async_write(*stream, asio::buffer(answer), use_result);
      if (chatter_) {
        const std::string unasked = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        co_await asio::async_write(*stream, asio::buffer(unasked), use_result);
        cork(*stream, 0);
      }
      if (truncate_) co_return;
    }
  }

  asio::ssl::context context_;
  tcp::acceptor acceptor_;
  std::string name_asked_;
  int requests_ = 0;
  int connections_ = 0;
  bool truncate_ = false;
  std::int64_t stopped_ms_ = 0;
  bool chatter_ = false;
};

class TlsTest : public ::testing::Test {
 protected:
  TransportResult send(const TlsServer& server, const std::string& host, const std::string& ca_file,
                       HttpRequest request = {.method = "POST", .body = "{}"}) {
    if (!client) {
      auto made = BeastClient::create(world.runtime, Origin{.tls = true, .host = host, .port = server.port()},
                                      {.ca_file = ca_file});
      if (!made) throw std::runtime_error(made.error().message);
      client = std::move(*made);
    }
    return world.run(client->send(std::move(request), world.in(5'000)));
  }
  static void expect_rejected(const TransportResult& result, const std::string& words) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().failure, TransportFailure::not_sent);
    EXPECT_THAT(result.error().message, HasSubstr(words));
  }

  World world;
  OwnAuthority authority{"Holdfast test CA"};
  OwnAuthority stranger{"Somebody else"};
  std::unique_ptr<BeastClient> client;
};

TEST_F(TlsTest, AGoodCertificateIsAccepted) {
  TlsServer server(world, authority, "DNS:localhost");
  const std::string ca_file = authority.write_pem("holdfast_tls_good.pem");
  for (int i = 0; i < 3; ++i) {
    const auto result = send(server, "localhost", ca_file);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "secret");
  }
  EXPECT_EQ(server.name_asked(), "localhost");
  EXPECT_EQ(server.connections(), 1);
  server.stop();
}

TEST_F(TlsTest, AnAddressIsMatchedAsAnAddress) {
  TlsServer server(world, authority, "IP:127.0.0.1");
  EXPECT_TRUE(send(server, "127.0.0.1", authority.write_pem("holdfast_tls_address.pem")));
  EXPECT_EQ(server.name_asked(), "");
  server.stop();
}

TEST_F(TlsTest, AnotherHostsCertificateIsRejected) {
  TlsServer server(world, authority, "DNS:services.example.com,IP:127.0.0.2");
  const std::string ca_file = authority.write_pem("holdfast_tls_host.pem");
  expect_rejected(send(server, "localhost", ca_file), "hostname mismatch");
  client.reset();
  expect_rejected(send(server, "127.0.0.1", ca_file), "IP address mismatch");
  EXPECT_EQ(server.requests(), 0);
  server.stop();
}

TEST_F(TlsTest, AnUntrustedAuthorityIsRejected) {
  TlsServer server(world, stranger, "DNS:localhost");
  expect_rejected(send(server, "localhost", authority.write_pem("holdfast_tls_untrusted.pem")), "not accepted");
  client.reset();
  expect_rejected(send(server, "localhost", ""), "not accepted");
  EXPECT_EQ(server.requests(), 0);
  server.stop();
}

TEST_F(TlsTest, AnExpiredCertificateIsRejected) {
  TlsServer server(world, authority, "DNS:localhost", -3'600, -60);
  expect_rejected(send(server, "localhost", authority.write_pem("holdfast_tls_expired.pem")), "expired");
  EXPECT_EQ(server.requests(), 0);
  server.stop();
}

TEST_F(TlsTest, APlainServerIsNoTlsServer) {
  testing::RawServer server(world, [](std::shared_ptr<testing::RawPeer> peer, int) -> Task<void> {
    co_await peer->send("HTTP/1.1 400 Bad Request\r\n\r\n");
    co_await peer->read_to_end(200);
  });
  auto made = BeastClient::create(world.runtime, Origin{.tls = true, .host = "127.0.0.1", .port = server.port()}, {});
  ASSERT_TRUE(made);
  expect_rejected(world.run((*made)->send({}, world.in(5'000))), "handshake failed");
  server.stop();
}

TEST_F(TlsTest, AHandshakeThatNeverEndsIsNotSent) {
  testing::RawServer server(
      world, [](std::shared_ptr<testing::RawPeer> peer, int) -> Task<void> { co_await peer->read_to_end(1'000); });
  auto made = BeastClient::create(world.runtime, Origin{.tls = true, .host = "127.0.0.1", .port = server.port()},
                                  {.connect_timeout_ms = 80});
  ASSERT_TRUE(made);
  expect_rejected(world.run((*made)->send({}, world.in(5'000))), "did not end in time");
  server.stop();
}

TEST_F(TlsTest, AProcessThatWasStoppedInTheHandshakeSendsNothing) {
  TlsServer server(world, authority, "DNS:localhost");
  const std::string ca_file = authority.write_pem("holdfast_tls_stopped.pem");
  server.stop_the_process_in_the_handshake(100);
  HttpRequest request{.method = "POST", .body = "{}"};
  request.send_not_after = world.in(60);
  const auto late = send(server, "localhost", ca_file, request);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().failure, TransportFailure::not_sent) << late.error().message;
  EXPECT_EQ(server.requests(), 0);
  server.stop_the_process_in_the_handshake(0);
  request.send_not_after = world.in(5'000);
  EXPECT_TRUE(send(server, "localhost", ca_file, request));
  EXPECT_EQ(server.requests(), 1);
  server.stop();
}

TEST_F(TlsTest, ACutBodyOfUnknownLengthIsUnanswered) {
  TlsServer server(world, authority, "DNS:localhost");
  server.truncate();
  const auto result = send(server, "localhost", authority.write_pem("holdfast_tls_cut.pem"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, TransportFailure::unanswered);
  server.stop();
}

TEST_F(TlsTest, UnaskedBytesDisqualifyAConnection) {
  TlsServer server(world, authority, "DNS:localhost");
  server.chatter();
  const std::string ca_file = authority.write_pem("holdfast_tls_chatter.pem");
  for (int i = 0; i < 3; ++i) {
    const auto result = send(server, "localhost", ca_file);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->body, "secret");
  }
  EXPECT_EQ(server.connections(), 3);
  server.stop();
}

TEST_F(TlsTest, AnUnreadableCaFileIsAConfigurationError) {
  const auto made =
      BeastClient::create(world.runtime, Origin{.tls = true, .host = "a", .port = 443}, {.ca_file = "/nowhere/ca.pem"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::configuration);
  EXPECT_THAT(made.error().message, HasSubstr("/nowhere/ca.pem"));
}

}  // namespace
}  // namespace holdfast::net
