#include "core/daemon/cli/channel.hpp"

#include <filesystem>
#include <utility>

#include "core/daemon/control/handler.hpp"
#include "core/daemon/control/ledger_administration.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/client.hpp"

namespace holdfast::daemon::cli {

using control::ControlAddress;
using control::ControlFile;
using net::HttpRequest;
using net::HttpResponse;
using net::Task;

namespace {

// A daemon whose loop turns answers at once; this is for one whose disk is slow.
constexpr std::int64_t patience_ms = 10'000;

}  // namespace

Task<Result<HttpResponse>> Channel::ask(HttpRequest request) {
  auto address = ControlFile::read(ledger_path_);
  if (!address) co_return fail(std::move(address).error());
  if (*address) {
    auto answer = co_await ask_daemon(std::move(**address), request);
    if (!answer) co_return fail(std::move(answer).error());
    if (*answer) co_return std::move(**answer);
  }
  co_return co_await ask_ledger(std::move(request));
}

// Nullopt when the daemon that wrote the file is gone: nobody listens there, or somebody who does not know the secret.
Task<Result<std::optional<HttpResponse>>> Channel::ask_daemon(ControlAddress address, HttpRequest request) {
  const auto origin = net::parse_origin(address.origin);
  if (!origin) co_return fail(origin.error());
  auto client = net::BeastClient::create(runtime_, *origin, {.user_agent = "holdfastd"});
  if (!client) co_return fail(std::move(client).error());
  request.headers.set("Authorization", "Bearer " + address.secret.reveal());
  const Instant deadline = runtime_.now() + Duration(patience_ms);
  auto answer = co_await (*client)->send(std::move(request), deadline);
  if (!answer) {
    if (answer.error().failure == net::TransportFailure::not_sent) co_return std::nullopt;
    co_return fail(ErrorKind::unknown_outcome,
                   "holdfastd did not answer at " + address.origin + " within " + std::to_string(patience_ms / 1'000) +
                       " s; whether it did what was asked is not known. See its log, and look again with list.");
  }
  if (answer->status == 401) co_return std::nullopt;
  if (!net::is_json(answer->headers)) {
    co_return fail(ErrorKind::configuration,
                   "What answers at " + address.origin + " is not holdfastd. If none runs, remove '" +
                       ControlFile::path_of(ledger_path_) + "', which one that was killed left behind.");
  }
  asked_daemon_ = true;
  co_return std::move(*answer);
}

Task<Result<HttpResponse>> Channel::ask_ledger(HttpRequest request) {
  std::error_code ignored;
  if (!std::filesystem::exists(ledger_path_, ignored)) {
    co_return fail(ErrorKind::configuration,
                   "There is no ledger at '" + std::filesystem::absolute(ledger_path_, ignored).string() +
                       "'. A relative path of the configuration counts from the folder that holdfastd runs in: run "
                       "this there, or write the whole path.");
  }
  auto ledger = ledger::SqliteLedger::open(ledger_path_, runtime_);
  if (!ledger) {
    co_return fail(ledger.error().kind,
                   "No running holdfastd could be asked, and the ledger cannot be opened beside "
                   "it: " +
                       ledger.error().message + " If a holdfastd is just starting, try again in a moment.");
  }
  control::LedgerAdministration administration(runtime_.clock, **ledger);
  control::Handler handler(runtime_.clock, administration);
  co_return co_await handler.handle(std::move(request));
}

}  // namespace holdfast::daemon::cli
