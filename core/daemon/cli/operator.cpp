#include "core/daemon/cli/operator.hpp"

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/json.hpp"
#include "core/daemon/cli/channel.hpp"
#include "core/daemon/cli/exit_codes.hpp"
#include "core/daemon/cli/print.hpp"
#include "core/daemon/config.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/system_entropy.hpp"

namespace holdfast::daemon::cli {
namespace {

using Verb = OperatorCommand::Verb;

// How a command is asked for and told.
struct Way {
  Verb verb;
  std::string_view method;
  std::string_view path;
  std::string (*text)(const Json&, const PrintContext&);
};
constexpr std::array<Way, 7> ways{{
    {Verb::list_jobs, "GET", "/jobs", jobs_text},
    {Verb::show_job, "GET", "/job", job_text},
    {Verb::retry_job, "POST", "/job/retry", retried_text},
    {Verb::drop_job, "POST", "/job/drop", dropped_text},
    {Verb::list_reviews, "GET", "/reviews", reviews_text},
    {Verb::show_review, "GET", "/review", review_text},
    {Verb::resolve_review, "POST", "/review/resolve", resolved_text},
}};

net::HttpRequest request_of(const OperatorCommand& command, const Way& way) {
  net::HttpRequest request{.method = std::string(way.method), .target = std::string(way.path)};
  if (!command.id.empty()) request.target = net::make_target(way.path, {{"id", command.id}});
  if (command.verb == Verb::resolve_review) request.body = dump_json(Json{{"resolution", command.resolution}});
  return request;
}

net::Task<void> ask_into(Channel& channel, net::HttpRequest request, std::optional<Result<net::HttpResponse>>& answer,
                         net::asio::io_context& io) {
  answer.emplace(co_await channel.ask(std::move(request)));
  io.stop();
}

int print_error(const std::string& sentence, int code) {
  std::fprintf(stderr, "holdfastd: %s\n", printable(sentence).c_str());
  return code;
}

int print_answer(const OperatorCommand& command, const Way& way, const net::HttpResponse& response, bool by_daemon) {
  const auto body = parse_json(response.body);
  if (!body) return print_error("the answer cannot be read; is holdfastd of another version?", exit_internal);
  if (response.status != 200) {
    const std::string sentence = string_member(*body, "error").value_or("the command failed without a reason");
    const bool is_refusal = response.status == 400 || response.status == 404 || response.status == 409;
    return print_error(sentence, is_refusal ? exit_refused : exit_internal);
  }
  const std::string text = command.json ? dump_json(*body) + "\n"
                                        : way.text(*body, {.config_path = command.config_path, .by_daemon = by_daemon});
  std::printf("%s", text.c_str());
  return exit_ok;
}

}  // namespace

int run_operator(const OperatorCommand& command) {
  const auto ledger_path = load_ledger_path(command.config_path);
  if (!ledger_path) {
    for (const std::string& problem : ledger_path.error()) std::fprintf(stderr, "%s\n", problem.c_str());
    return exit_usage;
  }
  const Way& way = ways.at(static_cast<std::size_t>(command.verb));
  net::asio::io_context io{1};
  net::RealClock clock{io.get_executor()};
  net::SystemEntropy entropy;
  Channel channel({io.get_executor(), clock, entropy}, *ledger_path);
  std::optional<Result<net::HttpResponse>> answer;
  const auto guard = net::asio::make_work_guard(io);  // the ledger answers from a thread of its own
  net::spawn(io.get_executor(), ask_into(channel, request_of(command, way), answer, io));
  io.run();
  if (!*answer) return print_error(answer->error().message, exit_internal);
  return print_answer(command, way, **answer, channel.asked_daemon());
}

}  // namespace holdfast::daemon::cli
