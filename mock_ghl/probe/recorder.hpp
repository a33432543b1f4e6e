// Recorder: a proxy in front of a real GHL (or another twin) that writes down what was said, sanitised.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "core/net/http.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"
#include "mock_ghl/probe/sanitise.hpp"

namespace mock_ghl {

// Passes each request on and each answer back unchanged; hands a line of JSON (without its newline) to `write` for each
// exchange. 502 when the upstream cannot be reached, 504 when it does not answer in time: never a second try. Not
// thread-safe; one loop. What it is given must outlive it.
class Recorder {
 public:
  Recorder(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& upstream, std::string authority,
           std::function<void(const std::string&)> write);

  // One request, passed on and written down.
  holdfast::net::Task<holdfast::net::HttpResponse> handle(holdfast::net::HttpRequest request);
  // How many were written down.
  std::uint64_t exchanges() const { return exchanges_; }

 private:
  holdfast::net::Runtime runtime_;
  holdfast::net::HttpTransport& upstream_;
  std::string authority_;
  std::function<void(const std::string&)> write_;
  Sanitiser sanitiser_;
  std::uint64_t exchanges_ = 0;
};

}  // namespace mock_ghl
