// mock-ghl under a crowd: ten thousand connections that stay, clients that drip, a body that never ends. Meanwhile it
// serves everybody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/piped_process.hpp"

namespace mock_ghl::tests {
namespace {

using std::chrono::steady_clock;

constexpr const char* simple_request =
    "GET /locations/locClinic00000000001 HTTP/1.1\r\nHost: a\r\n"
    "Authorization: Bearer pit-00000000-0000-4000-8000-000000000001\r\nVersion: 2021-04-15\r\n\r\n";

// A fixture whose rate limit nobody meets.
constexpr const char* fixture_file = MOCK_GHL_UNLIMITED_FILE;

// A blocking TCP connection to 127.0.0.1 that gives up after some seconds.
class Peer {
 public:
  explicit Peer(std::uint16_t port, int limit_s = 10) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = limit_s, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = socket_ >= 0 && ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Peer() {
    if (socket_ >= 0) ::close(socket_);
  }
  Peer(Peer&& other) noexcept
      : socket_(std::exchange(other.socket_, -1)), connected_(std::exchange(other.connected_, false)) {}
  Peer& operator=(Peer&&) = delete;

  bool connected() const { return connected_; }
  // False when the kernel did not take everything in time.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  // The status of the next response, read to the end of its body; 0 when none came in time.
  int read_status() {
    std::string text;
    std::size_t whole = std::string::npos;
    while (text.size() < whole) {
      char chunk[4096];
      const ssize_t count = ::recv(socket_, chunk, sizeof(chunk), 0);
      if (count <= 0) return 0;
      text.append(chunk, static_cast<std::size_t>(count));
      const auto head = text.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const auto length = text.find("Content-Length: ");
      if (length == std::string::npos || length > head) return 0;
      whole = head + 4 + std::stoul(text.substr(length + 16));
    }
    return std::stoi(text.substr(9, 3));
  }
  int ask() { return send(simple_request) ? read_status() : 0; }

 private:
  int socket_;
  bool connected_ = false;
};

class Crowd : public testing::Test {
 protected:
  void SetUp() override {
    const std::string line = child.line();
    ASSERT_THAT(line, testing::StartsWith("mock-ghl listening on http://127.0.0.1:")) << child.errors;
    port = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  }
  void TearDown() override {
    child.signal(SIGTERM);
    EXPECT_EQ(child.wait(), 0) << child.errors;
  }
  // What somebody else, with a new connection, is answered.
  int newcomer() { return Peer(port).ask(); }

  holdfast::tests::PipedProcess child{MOCK_GHL_PROGRAM, {"--fixture", fixture_file}};
  std::uint16_t port = 0;
};

// Raises our own limit of open files; false when the hard limit is too low.
bool may_open(std::size_t files) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < files) return false;
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, files);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

TEST_F(Crowd, TenThousandConnectionsStayAndAreServed) {
  constexpr std::size_t count = 10'000;
  if (!may_open(count + 200)) {
    GTEST_SKIP() << "the hard limit of open files (ulimit -Hn) is below " << count + 200
                 << ": raise it to test ten thousand connections";
  }
  std::vector<Peer> peers;
  peers.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    peers.emplace_back(port);
    ASSERT_TRUE(peers.back().connected()) << "connection " << i;
  }
  // Everybody speaks at once, twice on the same connection: nobody was sent away to make room.
  for (int round = 0; round < 2; ++round) {
    std::size_t answered = 0;
    for (Peer& peer : peers) ASSERT_TRUE(peer.send(simple_request));
    for (Peer& peer : peers) answered += peer.read_status() == 200;
    ASSERT_EQ(answered, count) << "round " << round;
  }
  EXPECT_EQ(newcomer(), 200);
}

TEST_F(Crowd, ClientsThatDripDoNotHoldUpTheOthers) {
  if (!may_open(4'000)) GTEST_SKIP() << "the hard limit of open files (ulimit -Hn) is below 4000: raise it";
  std::vector<Peer> drippers;
  for (int i = 0; i < 3'000; ++i) {
    drippers.emplace_back(port);
    ASSERT_TRUE(drippers.back().connected());
    ASSERT_TRUE(drippers.back().send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: a\r\n"
                                                : "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n{"));
  }
  Peer regular(port);
  for (int drop = 0; drop < 10; ++drop) {
    for (Peer& dripper : drippers) ASSERT_TRUE(dripper.send(drop % 2 == 0 ? "X" : ":"));
    ASSERT_EQ(regular.ask(), 200);
    ASSERT_EQ(newcomer(), 200);
  }
}

TEST_F(Crowd, ABodyOfAHundredMegabytesIsRefusedWhileOthersAreServed) {
  const std::string megabyte(1024 * 1024, 'x');
  Peer announced(port);
  ASSERT_TRUE(announced.send("POST /contacts/ HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n"));
  EXPECT_EQ(announced.read_status(), 413);
  // Without an announcement it comes in chunks until the server has had enough.
  Peer chunked(port, 3);
  ASSERT_TRUE(chunked.send("POST /contacts/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"));
  int sent = 0;
  while (sent < 100 && chunked.send("100000\r\n" + megabyte + "\r\n")) {
    ++sent;
    ASSERT_EQ(newcomer(), 200);
  }
  EXPECT_LT(sent, 50);
  EXPECT_EQ(newcomer(), 200);
}

}  // namespace
}  // namespace mock_ghl::tests
