#include "core/net/beast/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

#include "core/net/beast/server.hpp"
#include "core/net/task_group.hpp"
#include "tests/core/net/socket_world.hpp"

namespace holdfast::net {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawPeer;
using testing::RawServer;
using testing::World;

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Origin, IsRead) {
  const auto plain = parse_origin("http://Example.COM");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->host, "example.com");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->authority(), "example.com");
  const auto tls = parse_origin("https://services.leadconnectorhq.com/");
  ASSERT_TRUE(tls);
  EXPECT_TRUE(tls->tls);
  EXPECT_EQ(tls->port, 443);
  EXPECT_EQ(tls->text(), "https://services.leadconnectorhq.com:443");
  EXPECT_EQ(parse_origin("http://127.0.0.1:8089")->authority(), "127.0.0.1:8089");
  EXPECT_EQ(parse_origin("https://[::1]:8443")->host, "::1");
  EXPECT_EQ(parse_origin("https://[::1]:8443")->authority(), "[::1]:8443");
  EXPECT_EQ(parse_origin("http://[::1]")->authority(), "[::1]");
}

TEST(Origin, WhatIsNoneIsRefusedWithAReason) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "begin with"},
      {"example.com", "begin with"},
      {"ftp://example.com", "begin with"},
      {"http://", "host is missing"},
      {"http://:80", "host is missing"},
      {"http://a/b", "path"},
      {"http://a?b", "path"},
      {"http://user@a", "user name"},
      {"http://a b", "character"},
      {"http://a\r\nb", "character"},
      {"http://a:", "port"},
      {"http://a:0", "port"},
      {"http://a:65536", "port"},
      {"http://a:8x", "port"},
      {"http://[::1", "bracket"},
      {"http://[zz]", "IPv6"},
      {"http://[::1]8", "port"},
  };
  for (const auto& [text, reason] : wrong) {
    const auto origin = parse_origin(text);
    ASSERT_FALSE(origin) << text;
    EXPECT_EQ(origin.error().kind, ErrorKind::invalid_input);
    EXPECT_THAT(origin.error().message, HasSubstr(reason)) << text;
  }
}

RC_GTEST_PROP(Origin, AnyTextIsReadOrRefused, (const std::string& text)) {
  const auto origin = parse_origin("http://" + text);
  if (origin) RC_ASSERT(parse_origin(origin->text())->text() == origin->text());
}

class BeastClientTest : public ::testing::Test {
 protected:
  void connect_to(std::uint16_t port, BeastClientOptions options = {}) {
    auto made = BeastClient::create(world.runtime, Origin{.host = "127.0.0.1", .port = port}, options);
    ASSERT_TRUE(made) << to_string(made.error());
    client = std::move(*made);
  }
  void play(RawServer::Script script, BeastClientOptions options = {}) {
    server = std::make_unique<RawServer>(world, std::move(script));
    connect_to(server->port(), options);
  }
  TransportResult send(HttpRequest request, std::int64_t limit_ms = 5'000) {
    return world.run(client->send(std::move(request), world.in(limit_ms)));
  }
  TransportResult get(std::int64_t limit_ms = 5'000) { return send({.target = "/x"}, limit_ms); }
  TransportResult post(std::int64_t limit_ms = 5'000) {
    return send({.method = "POST", .target = "/x", .body = "{}"}, limit_ms);
  }
  void TearDown() override {
    client.reset();
    if (server) server->stop();
  }

  World world;
  std::unique_ptr<RawServer> server;
  std::unique_ptr<BeastClient> client;
};

void expect_failure(const TransportResult& result, TransportFailure failure, const std::string& words) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, failure) << result.error().message;
  EXPECT_THAT(result.error().message, HasSubstr(words));
}

// Answers every request of the connection with `answer`, after having read its blank line.
RawServer::Script always(std::string answer) {
  return [answer](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    const std::string mine = answer;  // the script object may be gone before this ends
    for (;;) {
      const auto heard = co_await peer->read("\r\n\r\n");
      if (heard.bytes.empty()) co_return;
      co_await peer->send(mine);
    }
  };
}

TEST_F(BeastClientTest, SaysWhatItShould) {
  std::string heard;
  play([&heard](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    const auto bytes = co_await peer->read("{\"a\":1}");
    heard = bytes.bytes;
    co_await peer->send("HTTP/1.1 201 Created\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nhi");
  });
  const auto result = send({.method = "POST",
                            .target = "/contacts/?a=%2B1",
                            .headers = {{"Version", "2021-07-28"}, {"Host", "evil"}, {"content-length", "999"}},
                            .body = "{\"a\":1}"});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 201);
  EXPECT_EQ(result->body, "hi");
  EXPECT_EQ(result->headers.fields().size(), 3u);
  EXPECT_EQ(heard, "POST /contacts/?a=%2B1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server->port()) +
                       "\r\nVersion: 2021-07-28\r\nUser-Agent: holdfast\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
}

TEST_F(BeastClientTest, ReusesTheConnection) {
  play(always(ok("a")));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(get());
  ASSERT_TRUE(post());
  EXPECT_EQ(server->connections(), 1);
  EXPECT_EQ(client->connections_opened(), 1u);
  EXPECT_EQ(client->idle_connections(), 1u);
}

TEST_F(BeastClientTest, DoesNotReuseWhatTheServerWillClose) {
  play(always("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na"));
  ASSERT_TRUE(get());
  ASSERT_TRUE(get());
  EXPECT_EQ(server->connections(), 2);
  EXPECT_EQ(client->idle_connections(), 0u);
}

TEST_F(BeastClientTest, ReadsEveryFraming) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    const std::vector<std::string> answers = {
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok("after"),
        "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    };
    for (const std::string& answer : answers) {
      co_await peer->read("\r\n\r\n");
      // In pieces, so that nothing depends on how the bytes arrive.
      for (const char c : answer) co_await peer->send(std::string(1, c));
    }
    peer->half_close();
    co_await peer->read_to_end(100);
  });
  EXPECT_EQ(get()->body, "abcde");
  EXPECT_EQ(get()->status, 204);
  EXPECT_EQ(get()->body, "after");
  EXPECT_EQ(get()->body, "until the end");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, HeadHasNoBodyWhateverTheLengthSays) {
  play(always("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  const auto result = send({.method = "HEAD"});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->body, "");
  ASSERT_TRUE(send({.method = "HEAD"}));
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, ConnectionRefusedIsNotSent) {
  connect_to(testing::closed_port(world));
  expect_failure(post(), TransportFailure::not_sent, "cannot connect: Connection refused; check host and port");
}

// A process that is stopped: nothing runs in it, and its clock goes on.
void stop_the_process(std::int64_t for_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(for_ms));
}

TEST_F(BeastClientTest, WhatMayNotLeaveAnyMoreDoesNot) {
  play(always(ok("a")));
  // On a kept connection the look at the clock is the only thing that can stop it.
  ASSERT_TRUE(get());
  const auto late = send({.method = "POST", .target = "/x", .body = "{}", .send_not_after = world.in(-1)});
  expect_failure(late, TransportFailure::not_sent, "too late to send it");
  EXPECT_EQ(server->connections(), 1);
  EXPECT_EQ(client->idle_connections(), 1u);  // nothing was said on it: it is as good as before
  ASSERT_TRUE(send({.method = "POST", .target = "/x", .body = "{}", .send_not_after = world.in(5'000)}));
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, AProcessThatWasStoppedWhileItConnectedSendsNothing) {
  std::string heard;
  play([&heard](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    const auto bytes = co_await peer->read_to_end(300);
    heard = bytes.bytes;
  });
  std::optional<TransportResult> result;
  const HttpRequest request{.method = "POST", .target = "/x", .body = "{}", .send_not_after = world.in(60)};
  net::spawn(
      world.io.get_executor(),
      [](BeastClient& on, HttpRequest what, Instant deadline, std::optional<TransportResult>& into) -> Task<void> {
        into = co_await on.send(std::move(what), deadline);
      }(*client, request, world.in(5'000), result));
  // Runs right after the connect was begun and before the loop can learn that it succeeded.
  asio::post(world.io, [] { stop_the_process(100); });
  ASSERT_TRUE(world.until([&] { return result.has_value(); }));
  ASSERT_FALSE(*result);
  EXPECT_EQ(result->error().failure, TransportFailure::not_sent) << result->error().message;
  client.reset();  // ends the connection, which the server waits for
  ASSERT_TRUE(world.until([&] { return server->connections() == 1; }));
  static_cast<void>(world.until([] { return false; }, 350));
  EXPECT_EQ(heard, "");
}

TEST_F(BeastClientTest, AWaitForAConnectionEndsWhenItIsTooLateToSend) {
  int requests = 0;
  play(
      [&requests](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
        for (;;) {
          const auto heard = co_await peer->read("\r\n\r\n");
          if (heard.bytes.empty()) co_return;
          ++requests;
          co_await peer->read_to_end(150);
          co_await peer->send(ok("slow"));
        }
      },
      {.connections_max = 1});
  std::optional<TransportResult> first;
  net::spawn(world.io.get_executor(),
             [](BeastClient& on, Instant deadline, std::optional<TransportResult>& into) -> Task<void> {
               into = co_await on.send({.target = "/first"}, deadline);
             }(*client, world.in(5'000), first));
  ASSERT_TRUE(world.until([&] { return requests == 1; }));
  const Instant begun = world.clock.now();
  const auto late = send({.method = "POST", .target = "/x", .body = "{}", .send_not_after = world.in(30)});
  expect_failure(late, TransportFailure::not_sent, "too late");
  EXPECT_LT(world.clock.now() - begun, milliseconds(120));
  ASSERT_TRUE(world.until([&] { return first.has_value(); }));
  EXPECT_EQ(requests, 1);
}

TEST_F(BeastClientTest, AnUnknownNameIsNotSent) {
  auto made = BeastClient::create(world.runtime, Origin{.host = "no-such-host.invalid", .port = 80}, {});
  client = std::move(*made);
  const auto result = post(2'000);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().failure, TransportFailure::not_sent);
  EXPECT_THAT(result.error().message, HasSubstr("check"));
}

TEST_F(BeastClientTest, LocalhostIsLookedUp) {
  play(always(ok("a")));
  auto made = BeastClient::create(world.runtime, Origin{.host = "localhost", .port = server->port()}, {});
  client = std::move(*made);
  const auto result = get();
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->body, "a");
}

TEST_F(BeastClientTest, APassedDeadlineIsNotSent) {
  play(always(ok("a")));
  expect_failure(post(0), TransportFailure::not_sent, "deadline had passed");
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(BeastClientTest, ARequestThatCannotBeWrittenIsNotSent) {
  play(always(ok("a")));
  expect_failure(send({.method = "GE T"}), TransportFailure::not_sent, "method");
  expect_failure(send({.target = "/a b"}), TransportFailure::not_sent, "target");
  expect_failure(send({.target = "http://other/"}), TransportFailure::not_sent, "target");
  expect_failure(send({.headers = {{"A", "b\r\nC: d"}}}), TransportFailure::not_sent, "header A");
  expect_failure(send({.headers = {{"A b", "c"}}}), TransportFailure::not_sent, "header name");
  EXPECT_EQ(server->connections(), 0);
}

TEST_F(BeastClientTest, SilenceIsUnansweredAtTheDeadline) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> { co_await peer->read_to_end(3'000); });
  const auto began = std::chrono::steady_clock::now();
  expect_failure(post(100), TransportFailure::unanswered, "no complete answer before the deadline");
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, milliseconds(98));
  EXPECT_LT(took, milliseconds(1'000));
  EXPECT_EQ(client->idle_connections(), 0u);
}

TEST_F(BeastClientTest, AHalfAnswerIsUnanswered) {
  play([](std::shared_ptr<RawPeer> peer, int number) -> Task<void> {
    const int which = number;
    co_await peer->read("\r\n\r\n");
    if (which == 1) co_await peer->send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    if (which == 2) co_await peer->send("HTTP/1.1 200 OK\r\nContent-Le");
    if (which == 3) co_await peer->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    if (which == 4) {
      co_await peer->send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
      co_await peer->read_to_end(3'000);
    }
  });
  for (int i = 1; i <= 3; ++i) {
    expect_failure(post(), TransportFailure::unanswered, "ended before the answer was complete");
  }
  expect_failure(post(100), TransportFailure::unanswered, "before the deadline");
}

TEST_F(BeastClientTest, AClosedConnectionAfterTheRequestIsUnanswered) {
  play([](std::shared_ptr<RawPeer> peer, int number) -> Task<void> {
    const bool reset = number == 2;
    co_await peer->read("\r\n\r\n");
    if (reset) peer->cut();
  });
  expect_failure(post(), TransportFailure::unanswered, "ended before");
  expect_failure(post(), TransportFailure::unanswered, "");
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(BeastClientTest, AServerThatClosesAtOnceIsUnansweredForWhatLeft) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    peer->close();
    co_return;
  });
  expect_failure(post(), TransportFailure::unanswered, "");
}

TEST_F(BeastClientTest, GarbageIsUnanswered) {
  play(always("I am not HTTP\r\n\r\n"));
  expect_failure(post(), TransportFailure::unanswered, "not HTTP");
  EXPECT_EQ(client->idle_connections(), 0u);
}

TEST_F(BeastClientTest, OversizeAnswersAreUnanswered) {
  play(
      [](std::shared_ptr<RawPeer> peer, int number) -> Task<void> {
        const int which = number;
        co_await peer->read("\r\n\r\n");
        if (which == 1) co_await peer->send(ok(std::string(1'001, 'x')));
        if (which == 2) {
          co_await peer->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500\r\n" + std::string(0x500, 'x'));
        }
        if (which == 3) co_await peer->send("HTTP/1.1 200 OK\r\n\r\n" + std::string(5'000, 'x'));
        if (which == 4) co_await peer->send("HTTP/1.1 200 OK\r\nX: " + std::string(1'000'000, 'x'));
        if (which == 5) {
          co_await peer->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(1'000'000, 'x'));
        }
        if (which == 6) co_await peer->send(ok(std::string(1'000, 'x')));
      },
      {.response_bytes_max = 1'000});
  for (int i = 1; i <= 3; ++i) expect_failure(post(), TransportFailure::unanswered, "larger than the limit");
  expect_failure(post(), TransportFailure::unanswered, "");
  expect_failure(post(), TransportFailure::unanswered, "");
  EXPECT_TRUE(post());
}

// What a stale pooled connection means. The server answers once and then, on the first connection only, waits for the
// next request and hangs up without a word: exactly what a keep-alive timeout racing a request looks like.
RawServer::Script hangs_up_on_the_second() {
  return [](std::shared_ptr<RawPeer> peer, int number) -> Task<void> {
    const bool first = number == 1;
    co_await peer->read("\r\n\r\n");
    co_await peer->send(ok("a"));
    co_await peer->read("\r\n\r\n");
    if (!first) co_await peer->send(ok("b"));
  };
}

TEST_F(BeastClientTest, AReadOnAStaleConnectionGoesOutOnceMore) {
  play(hangs_up_on_the_second());
  ASSERT_TRUE(get());
  const auto second = get();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->body, "a");
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(BeastClientTest, AWriteOnAStaleConnectionIsNeverSentTwice) {
  play(hangs_up_on_the_second());
  ASSERT_TRUE(get());
  expect_failure(post(), TransportFailure::unanswered, "ended before");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, AReadOnANewConnectionIsNotSentTwice) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> { co_await peer->read("\r\n\r\n"); });
  expect_failure(get(), TransportFailure::unanswered, "ended before");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, AReadThatTimedOutOnAPooledConnectionIsNotSentTwice) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    co_await peer->read("\r\n\r\n");
    co_await peer->send(ok("a"));
    co_await peer->read_to_end(2'000);
  });
  ASSERT_TRUE(get());
  expect_failure(get(80), TransportFailure::unanswered, "before the deadline");
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, AConnectionClosedWhileIdleIsNoticedBeforeAWrite) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    co_await peer->read("\r\n\r\n");
    co_await peer->send(ok("a"));
  });
  ASSERT_TRUE(get());
  world.run(sleep_for(world.clock, milliseconds(20)));
  const auto second = post();
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(BeastClientTest, UnaskedBytesDisqualifyAConnection) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    co_await peer->read("\r\n\r\n");
    co_await peer->send(ok("a") + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
    co_await peer->read_to_end(1'000);
  });
  EXPECT_EQ(get()->body, "a");
  EXPECT_EQ(get()->body, "a");
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(BeastClientTest, IdleConnectionsAreClosedAfterAWhile) {
  play(always(ok("a")), {.idle_timeout_ms = 40});
  ASSERT_TRUE(get());
  EXPECT_EQ(client->idle_connections(), 1u);
  EXPECT_TRUE(world.until([&] { return client->idle_connections() == 0; }, 1'000));
  ASSERT_TRUE(get());
  EXPECT_EQ(server->connections(), 2);
}

TEST_F(BeastClientTest, IdleConnectionsAreBounded) {
  play(always(ok("a")), {.idle_max = 2});
  const auto play_many = [&]() -> Task<void> {
    TaskGroup group(world.runtime);
    const auto one = [&]() -> Task<void> { co_await client->send({}, world.in(5'000)); };
    for (int i = 0; i < 6; ++i) group.spawn(one());
    co_await group.drain(world.in(5'000));
  };
  world.run(play_many());
  EXPECT_EQ(server->connections(), 6);
  EXPECT_EQ(client->idle_connections(), 2u);
}

TEST_F(BeastClientTest, ExchangesBeyondTheLimitWaitTheirTurn) {
  int at_once = 0;
  int most = 0;
  play(
      [&](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
        for (;;) {
          const auto heard = co_await peer->read("\r\n\r\n");
          if (heard.bytes.empty()) co_return;
          most = std::max(most, ++at_once);
          co_await sleep_for(world.clock, milliseconds(5));
          --at_once;
          co_await peer->send(ok("a"));
        }
      },
      {.connections_max = 3});
  int good = 0;
  const auto play_many = [&]() -> Task<void> {
    TaskGroup group(world.runtime);
    const auto one = [&]() -> Task<void> {
      const auto result = co_await client->send({}, world.in(5'000));
      if (result) ++good;
    };
    for (int i = 0; i < 20; ++i) group.spawn(one());
    co_await group.drain(world.in(5'000));
  };
  world.run(play_many());
  EXPECT_EQ(good, 20);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(client->connections_opened(), 3u);
}

TEST_F(BeastClientTest, WaitingForATurnEndsAtTheDeadlineNotSent) {
  play([](std::shared_ptr<RawPeer> peer, int) -> Task<void> { co_await peer->read_to_end(400); },
       {.connections_max = 1});
  const auto play_two = [&]() -> Task<void> {
    TaskGroup group(world.runtime);
    const auto hog = [&]() -> Task<void> {
      const auto result = co_await client->send({}, world.in(300));
      expect_failure(result, TransportFailure::unanswered, "");
    };
    group.spawn(hog());
    co_await sleep_for(world.clock, milliseconds(20));
    const auto second = co_await client->send({.method = "POST"}, world.in(60));
    expect_failure(second, TransportFailure::not_sent, "all connections were in use");
    co_await group.drain(world.in(5'000));
  };
  world.run(play_two());
  EXPECT_EQ(server->connections(), 1);
}

TEST_F(BeastClientTest, WorksWithOurOwnServer) {
  auto listening = BeastServer::listen(world.runtime, {}, [](HttpRequest request) -> Task<HttpResponse> {
    if (request.target == "/abandon") co_return HttpResponse::abandon();
    HttpResponse cut = HttpResponse::text(200, "half of");
    cut.unsent_bytes = 9;
    if (request.target == "/cut") co_return cut;
    co_return HttpResponse::text(200, std::to_string(request.body.size()));
  });
  ASSERT_TRUE(listening);
  connect_to((*listening)->port());
  EXPECT_EQ(send({.method = "POST", .body = std::string(1'000'000, 'x')})->body, "1000000");
  expect_failure(send({.method = "POST", .target = "/abandon"}), TransportFailure::unanswered, "");
  expect_failure(send({.method = "POST", .target = "/cut"}), TransportFailure::unanswered, "");
  // The refusal of a large body is heard although the request could not be sent to its end.
  const auto too_large = send({.method = "POST", .body = std::string(6 * 1024 * 1024, 'x')});
  ASSERT_TRUE(too_large) << too_large.error().message;
  EXPECT_EQ(too_large->status, 413);
  client->close_idle();
  EXPECT_TRUE(world.run((*listening)->drain(world.in(5'000))));
}

TEST_F(BeastClientTest, MayBeDestroyedWhileAnExchangeRuns) {
  play([&](std::shared_ptr<RawPeer> peer, int) -> Task<void> {
    co_await peer->read("\r\n\r\n");
    co_await sleep_for(world.clock, milliseconds(20));
    co_await peer->send(ok("late"));
  });
  auto pending = client->send({}, world.in(5'000));
  client.reset();
  EXPECT_EQ(world.run(std::move(pending))->body, "late");
}

}  // namespace
}  // namespace holdfast::net
