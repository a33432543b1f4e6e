// One input of the request fuzzer: the bytes a client sends on one connection, played against a fresh twin in virtual
// time, and everything that must hold whatever they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/beast/request_parser.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/twin.hpp"
#include "tests/support/run_task.hpp"

namespace mock_ghl::fuzz {

// A request that was whole, with its answer.
struct Exchange {
  holdfast::net::HttpRequest request;
  holdfast::net::HttpResponse response;
};

// What came of an input. Any fault is a bug of the server; the texts say what was wrong.
struct Played {
  std::vector<Exchange> exchanges = {};
  std::optional<holdfast::net::RequestRefusal> refusal = {};  // the parser's, which ends the connection
  std::vector<std::string> faults = {};
};

// The account every input finds: the demo clinic, with one record of each kind whose id is known beforehand, and tokens
// of a location, an agency, an agency's app and of a single scope.
const Fixture& fuzz_fixture();

// A twin on a loop of its own. The same requests always get the same answers.
class World {
 public:
  World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Answers as mock-ghl does, admin routes included, and lets a second pass. What must not be goes to `faults`.
  holdfast::net::HttpResponse send(const holdfast::net::HttpRequest& request, std::vector<std::string>& faults);
  // Lets what is under way (late commits, webhooks) come to its end.
  void settle();
  // For what needs more than send().
  Twin& twin() { return twin_; }
  holdfast::tests::Loop& loop() { return loop_; }

 private:
  holdfast::tests::Loop loop_;
  Twin twin_;
  bool chaotic_ = false;  // somebody asked for chaos: from now on an answer may be as broken as it likes
};

// Plays pipelined requests against a new world, as the server does: until one is refused, incomplete or the last.
Played play(std::string_view bytes);

// A request as bytes on the wire, with Host and Content-Length.
std::string to_wire(const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl::fuzz
