// Channel: asks the daemon that holds a ledger, or the ledger itself when no daemon does.
#pragma once

#include <optional>
#include <string>

#include "core/daemon/control/control_file.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::daemon::cli {

// Both ways the request is answered by a control::Handler. For one command on one loop.
class Channel {
 public:
  // The ledger that the configuration names.
  Channel(net::Runtime runtime, std::string ledger_path)
      : runtime_(std::move(runtime)), ledger_path_(std::move(ledger_path)) {}

  // The handler's answer. An error means that nobody could be asked, and says what to do.
  net::Task<Result<net::HttpResponse>> ask(net::HttpRequest request);
  // Whether a daemon answered, which also does what was asked; else somebody has to start one.
  bool asked_daemon() const { return asked_daemon_; }

 private:
  net::Task<Result<std::optional<net::HttpResponse>>> ask_daemon(control::ControlAddress address,
                                                                 net::HttpRequest request);
  net::Task<Result<net::HttpResponse>> ask_ledger(net::HttpRequest request);

  net::Runtime runtime_;
  std::string ledger_path_;
  bool asked_daemon_ = false;
};

}  // namespace holdfast::daemon::cli
