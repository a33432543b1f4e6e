#include "core/net/beast/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/net/task_group.hpp"
#include "tests/core/net/socket_world.hpp"

namespace holdfast::net {
namespace {

using ::testing::HasSubstr;
using testing::Heard;
using ::testing::Not;
using testing::RawPeer;
using testing::World;

// A handler that echoes and can be told to wait, throw or abandon by its path.
struct Echo {
  World& world;
  std::vector<HttpRequest> seen = {};
  int finished = 0;
  std::unique_ptr<Timer> gate = world.clock.make_timer();

  Task<HttpResponse> handle(HttpRequest request) {
    seen.push_back(request);
    if (request.target == "/wait") co_await gate->wait_until(Instant::max());
    if (request.target == "/slow") co_await sleep_for(world.clock, milliseconds(50));
    if (request.target == "/throw") throw std::runtime_error("thrown on purpose");
    ++finished;
    if (request.target == "/abandon") co_return HttpResponse::abandon();
    if (request.target == "/bad-status") co_return HttpResponse::json(12'345, "{}");
    if (request.target == "/empty") co_return HttpResponse{.status = 204, .body = "never sent"};
    if (request.target.starts_with("/drip")) {
      HttpResponse response = HttpResponse::text(200, "drop by drop by drop");
      response.body_over_ms = request.target == "/drip" ? 100 : 600'000;
      co_return response;
    }
    if (request.target == "/cut") {
      HttpResponse response = HttpResponse::text(200, "half of");
      response.unsent_bytes = 9;
      co_return response;
    }
    if (request.target == "/forged") {
      HttpResponse response = HttpResponse::text(200, "ok");
      response.headers.add("X-Split", "a\r\nX-Forged: b");
      response.headers.add("Content-Length", "99");
      co_return response;
    }
    co_return HttpResponse::text(200, request.method + " " + request.target + " [" + request.body + "]");
  }
};

class BeastServerTest : public ::testing::Test {
 protected:
  void start(BeastServerOptions options = {}) {
    auto listening =
        BeastServer::listen(world.runtime, options, [this](HttpRequest request) { return echo.handle(request); });
    ASSERT_TRUE(listening) << to_string(listening.error());
    server = std::move(*listening);
  }
  // Sends `bytes` on a new connection and returns what is heard until the server closes it.
  Heard say(std::string bytes, std::int64_t limit_ms = 5'000) {
    return world.run(say_task(std::move(bytes), limit_ms));
  }
  Task<Heard> say_task(std::string bytes, std::int64_t limit_ms) {
    RawPeer peer(world.io);
    EXPECT_TRUE(co_await peer.connect(server->port()));
    EXPECT_TRUE(co_await peer.send(std::move(bytes)));
    co_return co_await peer.read_to_end(limit_ms);
  }

  World world;
  Echo echo{world};
  std::unique_ptr<BeastServer> server;
};

const std::string closing = "Host: a\r\nConnection: close\r\n";

TEST_F(BeastServerTest, AnswersAndCloses) {
  start();
  const Heard heard = say("GET /a?b=c HTTP/1.1\r\n" + closing + "X-One: 1\r\nX-One: 2\r\n\r\n");
  EXPECT_EQ(heard.status(), 200);
  EXPECT_TRUE(heard.closed);
  EXPECT_THAT(heard.bytes, HasSubstr("GET /a?b=c []"));
  EXPECT_THAT(heard.bytes, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(heard.bytes, HasSubstr(" GMT\r\n"));
  ASSERT_EQ(echo.seen.size(), 1u);
  EXPECT_EQ(echo.seen[0].headers.find("x-one"), "1");
  EXPECT_EQ(echo.seen[0].headers.fields().size(), 4u);
}

TEST_F(BeastServerTest, ATargetInAbsoluteFormIsTheSameRequest) {
  start();
  EXPECT_THAT(say("GET http://a/b?c=d HTTP/1.1\r\n" + closing + "\r\n").bytes, HasSubstr("GET /b?c=d []"));
  EXPECT_THAT(say("GET HTTPS://a:8080 HTTP/1.1\r\n" + closing + "\r\n").bytes, HasSubstr("GET / []"));
  EXPECT_THAT(say("GET http://a?c=/d HTTP/1.1\r\n" + closing + "\r\n").bytes, HasSubstr("GET /?c=/d []"));
  EXPECT_THAT(say("GET /http://a/b HTTP/1.1\r\n" + closing + "\r\n").bytes, HasSubstr("GET /http://a/b []"));
}

TEST_F(BeastServerTest, ReadsBodiesByLengthAndByChunks) {
  start();
  EXPECT_THAT(say("POST /a HTTP/1.1\r\n" + closing + "Content-Length: 5\r\n\r\nhello").bytes, HasSubstr("[hello]"));
  EXPECT_THAT(
      say("POST /a HTTP/1.1\r\n" + closing + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n")
          .bytes,
      HasSubstr("[hello]"));
}

TEST_F(BeastServerTest, HeadAndBodilessStatusesCarryNoBody) {
  start();
  const Heard head = say("HEAD /a HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_THAT(head.bytes, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_TRUE(head.bytes.ends_with("\r\n\r\n")) << head.bytes;
  const Heard empty = say("GET /empty HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_EQ(empty.status(), 204);
  EXPECT_TRUE(empty.bytes.ends_with("\r\n\r\n"));
  EXPECT_THAT(empty.bytes, Not(HasSubstr("Content-Length")));
}

TEST_F(BeastServerTest, KeepsTheConnectionForTheNextRequest) {
  start();
  const auto play = [&]() -> Task<std::pair<Heard, Heard>> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
    Heard first = co_await peer.read("[]");
    co_await peer.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    Heard second = co_await peer.read("[]");
    EXPECT_EQ(server->connections(), 1u);
    co_return std::pair{first, second};
  };
  const auto [first, second] = world.run(play());
  EXPECT_THAT(first.bytes, HasSubstr("GET /1"));
  EXPECT_THAT(first.bytes, Not(HasSubstr("Connection:")));
  EXPECT_THAT(second.bytes, HasSubstr("GET /2"));
}

TEST_F(BeastServerTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  const Heard heard =
      say("GET /slow HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi" +
          std::string("GET /3 HTTP/1.1\r\n") + closing + "\r\n");
  const auto slow = heard.bytes.find("GET /slow []");
  const auto second = heard.bytes.find("POST /2 [hi]");
  const auto third = heard.bytes.find("GET /3 []");
  EXPECT_TRUE(slow < second && second < third && third != std::string::npos) << heard.bytes;
  EXPECT_TRUE(heard.closed);
}

TEST_F(BeastServerTest, Http10ClosesUnlessAsked) {
  start();
  EXPECT_TRUE(say("GET / HTTP/1.0\r\n\r\n").closed);
  const auto play = [&]() -> Task<Heard> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    co_return co_await peer.read("[]");
  };
  EXPECT_THAT(world.run(play()).bytes, HasSubstr("Connection: keep-alive\r\n"));
}

TEST_F(BeastServerTest, MalformedRequestsAreRefusedAndNeverReachTheHandler) {
  start();
  const std::vector<std::string> bad = {
      "nonsense\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
      "GET / HTTP/1.1\r\n\r\n",  // no Host
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "TLS hello\r\n\r\n",
      std::string("\0\0\0\0\r\n\r\n", 8),
  };
  for (const std::string& bytes : bad) {
    const Heard heard = say(bytes);
    EXPECT_EQ(heard.status(), 400) << bytes << "\n->\n" << heard.bytes;
    EXPECT_THAT(heard.bytes, HasSubstr(R"({"error":")")) << bytes;
    EXPECT_TRUE(heard.closed) << bytes;
  }
  EXPECT_TRUE(echo.seen.empty());
  EXPECT_EQ(say("GET / HTTP/1.1\r\n" + closing + "\r\n").status(), 200);
}

TEST_F(BeastServerTest, HugeHeadersAreRefused) {
  start({.header_bytes_max = 4'096});
  EXPECT_EQ(say("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n").status(), 431);
  EXPECT_EQ(say("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n").status(), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 2'000; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  EXPECT_EQ(say(many + "\r\n").status(), 431);
  EXPECT_TRUE(echo.seen.empty());
}

TEST_F(BeastServerTest, AHugeAnnouncedBodyIsRefusedUnread) {
  start({.body_bytes_max = 1'000});
  const Heard heard = say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\nonly the beginning");
  EXPECT_EQ(heard.status(), 413);
  EXPECT_THAT(heard.bytes, HasSubstr("limit of 1000 bytes"));
  EXPECT_TRUE(heard.closed);
  EXPECT_TRUE(echo.seen.empty());
}

TEST_F(BeastServerTest, AHugeChunkedBodyIsCutOffEarly) {
  start({.body_bytes_max = 100'000});
  std::size_t sent = 0;
  const auto play = [&]() -> Task<Heard> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    for (; sent < 100 * 1024 * 1024; sent += 0x10000) {
      if (!co_await peer.send(chunk)) break;
    }
    co_return co_await peer.read_to_end(1'000);
  };
  world.run(play());
  // The socket buffers of loopback and what is thrown away while closing count too; 100 MB it is not.
  EXPECT_LT(sent, 40u * 1024 * 1024);
  EXPECT_TRUE(echo.seen.empty());
  EXPECT_EQ(say("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + std::string(0x20000, 'x'))
                .status(),
            413);
}

TEST_F(BeastServerTest, WhoSendsTheWholeOfALargeBodyStillReadsItsRefusal) {
  start({.body_bytes_max = 1'000});
  const std::size_t size = 8 * 1024 * 1024;
  const Heard heard = say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
                          std::string(size, 'x'));
  EXPECT_EQ(heard.status(), 413);
  EXPECT_FALSE(heard.reset);
}

TEST_F(BeastServerTest, ABodyOfExactlyTheLimitIsTaken) {
  start({.body_bytes_max = 1'000});
  const std::string request = "POST / HTTP/1.1\r\n" + closing + "Content-Length: ";
  EXPECT_EQ(say(request + "1000\r\n\r\n" + std::string(1'000, 'x')).status(), 200);
  EXPECT_EQ(say(request + "1001\r\n\r\n" + std::string(1'001, 'x')).status(), 413);
}

TEST_F(BeastServerTest, ExpectContinueIsInvited) {
  start({.body_bytes_max = 1'000});
  const auto play = [&]() -> Task<std::pair<Heard, Heard>> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("POST / HTTP/1.1\r\n" + closing + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    Heard invitation = co_await peer.read("\r\n\r\n");
    co_await peer.send("hello");
    Heard answer = co_await peer.read_to_end();
    co_return std::pair{invitation, answer};
  };
  const auto [invitation, answer] = world.run(play());
  EXPECT_EQ(invitation.bytes, "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(answer.bytes, HasSubstr("[hello]"));
  const Heard refused = say("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n");
  EXPECT_EQ(refused.status(), 413);
}

TEST_F(BeastServerTest, ADrippingRequestIsCutInTime) {
  start({.request_timeout_ms = 150});
  const auto play = [&]() -> Task<Heard> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 100; ++i) {
      co_await sleep_for(world.clock, milliseconds(20));
      if (!co_await peer.send("X: y\r\n")) break;
    }
    co_return co_await peer.read_to_end();
  };
  const auto began = std::chrono::steady_clock::now();
  world.run(play());
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(1'500));
  EXPECT_TRUE(world.until([&] { return server->connections() == 0; }));
  EXPECT_TRUE(echo.seen.empty());
}

// A peer that never pauses has a read done and waiting whenever the deadline comes, so that nothing is there to cancel.
TEST_F(BeastServerTest, AFloodAroundTheDeadlineIsCutInTime) {
  start({.body_bytes_max = 1024 * 1024 * 1024, .request_timeout_ms = 100});
  std::string chunks;
  for (int i = 0; i < 20'000; ++i) chunks += "1\r\nx\r\n";
  const auto began = std::chrono::steady_clock::now();
  const auto flood = [&]() -> Task<void> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (std::chrono::steady_clock::now() - began < milliseconds(3'000)) {
      if (!co_await peer.send(chunks)) break;
    }
  };
  TaskGroup peers(world.runtime);
  for (int i = 0; i < 8; ++i) peers.spawn(flood());
  EXPECT_TRUE(world.run(peers.drain(world.in(10'000))));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(2'000));
  EXPECT_TRUE(world.until([&] { return server->connections() == 0; }));
  EXPECT_TRUE(echo.seen.empty());
}

TEST_F(BeastServerTest, ADrippingBodyIsCutInTime) {
  start({.request_timeout_ms = 100});
  const Heard heard = say("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_TRUE(heard.closed || heard.reset);
  EXPECT_TRUE(echo.seen.empty());
}

TEST_F(BeastServerTest, IdleConnectionsAreClosed) {
  start({.idle_timeout_ms = 60});
  EXPECT_TRUE(say("").closed);
  EXPECT_TRUE(say("GET / HTTP/1.1\r\nHost: a\r\n\r\n").closed);
  EXPECT_TRUE(world.until([&] { return server->connections() == 0; }));
}

TEST_F(BeastServerTest, AHalfClosedClientGetsItsAnswer) {
  start();
  const auto play = [&](std::string bytes) -> Task<Heard> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send(std::move(bytes));
    peer.half_close();
    co_return co_await peer.read_to_end();
  };
  const Heard whole = world.run(play("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(whole.status(), 200);
  EXPECT_TRUE(whole.closed);
  EXPECT_EQ(world.run(play("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")).status(), 400);
  const Heard nothing = world.run(play(""));
  EXPECT_TRUE(nothing.closed);
  EXPECT_EQ(nothing.bytes, "");
  EXPECT_EQ(echo.seen.size(), 1u);
}

TEST_F(BeastServerTest, AnAbandonedResponseCutsTheConnectionWithoutAByte) {
  start();
  const Heard heard = say("POST /abandon HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(heard.bytes, "");
  EXPECT_TRUE(heard.reset);
  EXPECT_EQ(echo.finished, 1);
}

TEST_F(BeastServerTest, ASlowBodyComesInPiecesAndWhole) {
  start();
  const Heard whole = say("GET /drip HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_THAT(whole.bytes, HasSubstr("Content-Length: 20\r\n"));
  EXPECT_TRUE(whole.bytes.ends_with("\r\n\r\ndrop by drop by drop")) << whole.bytes;
  // One that lasts minutes: the head is here at once, and the server lives on when the client leaves.
  const Heard head = say("GET /drip-for-ever HTTP/1.1\r\n" + closing + "\r\n", 500);
  EXPECT_THAT(head.bytes, HasSubstr("200 OK"));
  EXPECT_TRUE(head.bytes.ends_with("\r\n\r\n")) << head.bytes;
  EXPECT_FALSE(head.closed);
  EXPECT_THAT(say("GET /next HTTP/1.1\r\n" + closing + "\r\n").bytes, HasSubstr("GET /next"));
}

TEST_F(BeastServerTest, ACutBodyEndsBeforeItsAnnouncedLengthAndWithItTheConnection) {
  start();
  const Heard heard = say("GET /cut HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_THAT(heard.bytes, HasSubstr("Content-Length: 16\r\n"));
  EXPECT_TRUE(heard.bytes.ends_with("\r\n\r\nhalf of")) << heard.bytes;
  EXPECT_TRUE(heard.closed);
}

TEST_F(BeastServerTest, AThrowingHandlerIsA500AndTheConnectionGoesOn) {
  start();
  const Heard heard = say("GET /throw HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_EQ(heard.status(), 500);
  EXPECT_THAT(heard.bytes, HasSubstr(R"({"error":"an internal error)"));
  EXPECT_THAT(heard.bytes, Not(HasSubstr("on purpose")));
  EXPECT_THAT(heard.bytes, HasSubstr("GET /next []"));
  EXPECT_EQ(say("GET /bad-status HTTP/1.1\r\n" + closing + "\r\n").status(), 500);
}

TEST_F(BeastServerTest, AHandlerCannotForgeFraming) {
  start();
  const Heard heard = say("GET /forged HTTP/1.1\r\n" + closing + "\r\n");
  EXPECT_THAT(heard.bytes, Not(HasSubstr("Forged")));
  EXPECT_THAT(heard.bytes, Not(HasSubstr("99")));
  EXPECT_THAT(heard.bytes, HasSubstr("Content-Length: 2\r\n"));
}

TEST_F(BeastServerTest, TheHandlerGoesOnWhenThePeerHangsUp) {
  start();
  const auto play = [&](bool cut) -> Task<void> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    co_await sleep_for(world.clock, milliseconds(15));
    if (cut) {
      peer.cut();
    } else {
      peer.close();
    }
  };
  world.run(play(false));
  world.run(play(true));
  EXPECT_TRUE(world.until([&] { return echo.finished == 2; }));
  EXPECT_TRUE(world.until([&] { return server->connections() == 0; }));
}

TEST_F(BeastServerTest, AtTheLimitTheOldestIdleConnectionMakesRoom) {
  start({.connections_max = 2});
  const auto play = [&]() -> Task<void> {
    RawPeer first(world.io);
    RawPeer second(world.io);
    RawPeer third(world.io);
    for (RawPeer* peer : {&first, &second, &third}) {
      co_await peer->connect(server->port());
      co_await peer->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      const Heard heard = co_await peer->read("[]");
      EXPECT_EQ(heard.status(), 200);
      EXPECT_LE(server->connections(), 2u);
    }
    const Heard ended = co_await first.read_to_end(1'000);
    EXPECT_TRUE(ended.closed);
    co_await second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const Heard again = co_await second.read("[]");
    EXPECT_EQ(again.status(), 200);
  };
  world.run(play());
}

TEST_F(BeastServerTest, AtTheLimitNewcomersWaitWhileAllAreBusy) {
  start({.connections_max = 1});
  const auto play = [&]() -> Task<std::pair<Heard, Heard>> {
    RawPeer busy(world.io);
    RawPeer waiting(world.io);
    co_await busy.connect(server->port());
    co_await busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await sleep_for(world.clock, milliseconds(20));
    co_await waiting.connect(server->port());
    co_await waiting.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    const Heard nothing = co_await waiting.read("[]", 1, 60);
    EXPECT_EQ(nothing.bytes, "");
    RawPeer third(world.io);
    co_await third.connect(server->port());
    co_await third.send("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n");
    echo.gate->wake();
    Heard first = co_await busy.read("[]");
    Heard second = co_await third.read("[]");
    co_return std::pair{first, second};
  };
  const auto [first, second] = world.run(play());
  EXPECT_THAT(first.bytes, HasSubstr("GET /wait []"));
  EXPECT_THAT(second.bytes, HasSubstr("GET /3 []"));
}

TEST_F(BeastServerTest, DrainFinishesWhatRunsAndClosesWhatIdles) {
  start();
  const auto play = [&]() -> Task<void> {
    RawPeer idle(world.io);
    RawPeer running(world.io);
    RawPeer half(world.io);
    co_await idle.connect(server->port());
    co_await running.connect(server->port());
    co_await half.connect(server->port());
    co_await idle.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const Heard first = co_await idle.read("[]");
    EXPECT_EQ(first.status(), 200);
    co_await running.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await half.send("POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
    co_await sleep_for(world.clock, milliseconds(20));
    EXPECT_EQ(server->requests_running(), 1u);

    const bool too_early = co_await server->drain(world.in(50));
    EXPECT_FALSE(too_early);
    const Heard ended = co_await idle.read_to_end(1'000);
    EXPECT_TRUE(ended.closed);
    RawPeer late(world.io);
    const bool let_in = co_await late.connect(server->port());
    EXPECT_FALSE(let_in);

    echo.gate->wake();
    co_await half.send("cd");
    const Heard finished = co_await running.read_to_end();
    EXPECT_THAT(finished.bytes, HasSubstr("GET /wait []"));
    EXPECT_THAT(finished.bytes, HasSubstr("Connection: close"));
    const Heard completed = co_await half.read_to_end();
    EXPECT_THAT(completed.bytes, HasSubstr("POST /half [abcd]"));
    running.close();
    half.close();
    const bool drained = co_await server->drain(world.in(5'000));
    EXPECT_TRUE(drained);
  };
  world.run(play());
  EXPECT_EQ(server->connections(), 0u);
}

TEST_F(BeastServerTest, MayBeDestroyedWhileRequestsRun) {
  start();
  const auto play = [&]() -> Task<void> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await sleep_for(world.clock, milliseconds(10));
    server.reset();
    const Heard heard = co_await peer.read_to_end();
    EXPECT_EQ(heard.bytes, "");
  };
  world.run(play());
  EXPECT_TRUE(world.until([&] { return echo.finished == 1; }));
}

TEST_F(BeastServerTest, TheLoopMayDieWithRequestsUnderWay) {
  start();
  const auto play = [&]() -> Task<void> {
    RawPeer peer(world.io);
    co_await peer.connect(server->port());
    co_await peer.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    co_await sleep_for(world.clock, milliseconds(10));
  };
  world.run(play());
  EXPECT_EQ(server->requests_running(), 1u);
}

TEST_F(BeastServerTest, AnAddressInUseIsSaidSo) {
  start();
  const auto second = BeastServer::listen(world.runtime, {.port = server->port()}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::configuration);
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  EXPECT_THAT(second.error().message, HasSubstr("Choose another port"));
  const auto nameless = BeastServer::listen(world.runtime, {.host = "not an address"}, {});
  ASSERT_FALSE(nameless);
  EXPECT_THAT(nameless.error().message, HasSubstr("IP address"));
  EXPECT_EQ(server->origin(), "http://127.0.0.1:" + std::to_string(server->port()));
}

}  // namespace
}  // namespace holdfast::net
