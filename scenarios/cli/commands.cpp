#include "scenarios/cli/commands.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <utility>

#include "scenarios/catalogue/requirements.hpp"
#include "scenarios/cli/catalogue_runs.hpp"
#include "scenarios/cli/parallel.hpp"
#include "scenarios/report/html.hpp"
#include "scenarios/report/json.hpp"
#include "scenarios/report/junit.hpp"
#include "scenarios/report/terminal.hpp"
#include "scenarios/world/options.hpp"
#include "scenarios/world/plan.hpp"

namespace scenarios {
namespace {

constexpr int exit_usage = 3;
constexpr int exit_internal = 4;
constexpr int exit_unsteady = 5;

TerminalStyle style() {
  return {.colours = isatty(STDOUT_FILENO) == 1, .width = 100};
}

bool write_file(const std::string& path, const std::string& text) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (out) return true;
  std::fprintf(stderr, "holdfast: %s cannot be written; check the folder and its permissions\n", path.c_str());
  return false;
}

// Prints the results and writes the files that were asked for; the exit code.
int finish(const Arguments& arguments, const Results& results) {
  bool written = true;
  if (arguments.command != "report" && !arguments.json.empty()) {
    written = write_file(arguments.json.front(), to_json(results)) && written;
  }
  if (!arguments.junit.empty()) written = write_file(arguments.junit, to_junit(results)) && written;
  if (!arguments.html.empty()) written = write_file(arguments.html, to_html(results)) && written;
  std::fputs(print_results(results, style()).c_str(), stdout);
  return written ? results.exit_code() : exit_internal;
}

Results begin(const Arguments& arguments, std::string world) {
  Results results;
  results.command = arguments.typed;
  results.world = std::move(world);
  results.target = arguments.target;
  results.version = HOLDFAST_VERSION;
  return results;
}

int list(const Arguments& arguments) {
  const auto found = select_scenarios(arguments);
  if (!found) {
    std::fprintf(stderr, "holdfast: %s\n", found.error().message.c_str());
    return exit_usage;
  }
  std::fputs((arguments.shown ? shown_page(*found) : describe_scenarios(*found)).c_str(), stdout);
  return 0;
}

// Cases in the order of the catalogue, each printed when it and those before it are done.
class CaseLines {
 public:
  CaseLines(const std::vector<Scenario>& scenarios, Results& results)
      : scenarios_(scenarios), results_(results), played_(scenarios.size()) {}

  void add(std::size_t index, holdfast::Result<std::optional<CaseResult>> played) {
    const std::scoped_lock lock(mutex_);
    played_[index] = std::move(played);
    for (; printed_ < played_.size() && played_[printed_]; ++printed_) print(scenarios_[printed_], *played_[printed_]);
  }
  bool good() const { return good_; }

 private:
  void print(const Scenario& scenario, holdfast::Result<std::optional<CaseResult>>& played) {
    if (!played) {
      std::fprintf(stderr, "holdfast: %s: %s\n", scenario.id.c_str(), played.error().message.c_str());
      good_ = false;
    } else if (*played) {
      std::fputs((print_case_line(**played, style()) + "\n").c_str(), stdout);
      std::fflush(stdout);
      results_.cases.push_back(std::move(**played));
    }
  }

  const std::vector<Scenario>& scenarios_;
  Results& results_;
  std::mutex mutex_;
  std::vector<std::optional<holdfast::Result<std::optional<CaseResult>>>> played_;
  std::size_t printed_ = 0;
  bool good_ = true;
};

// False when one could not be played at all, which was said.
bool play_all(const std::vector<Scenario>& scenarios, const Arguments& arguments, bool over_sockets, Results& results) {
  CaseLines lines(scenarios, results);
  // A foreign backend knows the mock by one address.
  const int jobs = over_sockets && is_foreign(arguments) ? 1 : over_sockets ? arguments.socket_jobs : arguments.jobs;
  in_parallel(scenarios.size(), jobs, [&](std::size_t index) {
    const Scenario& scenario = scenarios[index];
    if (over_sockets) return lines.add(index, play_over_sockets(scenario, arguments));
    lines.add(index, play_virtually(scenario, arguments));
  });
  return lines.good();
}

int run_catalogue(const Arguments& arguments, bool over_sockets) {
  const auto found = select_scenarios(arguments);
  if (!found) {
    std::fprintf(stderr, "holdfast: %s\n", found.error().message.c_str());
    return exit_usage;
  }
  Results results = begin(arguments, over_sockets ? "sockets" : "virtual");
  if (over_sockets && is_foreign(arguments)) {
    if (arguments.mock_listen.ends_with(":0")) {
      std::fputs(
          "holdfast: --target needs --mock-listen HOST:PORT too, with a port of your choice: the address your backend "
          "takes for GHL's\n",
          stderr);
      return exit_usage;
    }
    std::fputs(describe_account(found->front().socket_plan.fixture, arguments.mock_listen).c_str(), stdout);
    std::fflush(stdout);
  }
  return play_all(*found, arguments, over_sockets, results) ? finish(arguments, results) : exit_internal;
}

int storm(const Arguments& arguments) {
  Results results = begin(arguments, "virtual");
  StormOutcome outcome = run_storm({.seeds = arguments.seeds,
                                    .conversations = arguments.conversations,
                                    .jobs = arguments.jobs,
                                    .mutant = find_mutant(arguments.mutant),
                                    .twice = arguments.check_determinism,
                                    .disclosure = arguments.disclosure});
  results.sim = std::move(outcome.totals);
  results.cases = std::move(outcome.cases);
  const int code = finish(arguments, results);
  if (outcome.unsteady.empty()) return code;
  for (const std::uint64_t seed : outcome.unsteady) {
    std::fprintf(stderr, "holdfast: two runs of seed %llu gave different traces\n",
                 static_cast<unsigned long long>(seed));
  }
  return exit_unsteady;
}

int hunt(const Arguments& arguments) {
  Results results = begin(arguments, "virtual");
  results.mutants = hunt_mutants(arguments.seeds, arguments.conversations, arguments.jobs);
  return finish(arguments, results);
}

int replay(const Arguments& arguments) {
  std::ofstream trace;
  if (!arguments.trace.empty()) {
    if (!write_file(arguments.trace, "")) return exit_internal;
    trace.open(arguments.trace, std::ios::binary);
    trace << "# " << describe(draw_options(arguments.seed, arguments.conversations)) << "\n";
  }
  Results results = begin(arguments, "virtual");
  std::function<void(std::string_view)> sink;
  if (trace.is_open()) sink = [&](std::string_view line) { trace << line << '\n'; };
  results.cases.push_back(replay_seed(arguments.seed, arguments.conversations, find_mutant(arguments.mutant),
                                      std::move(sink), results.sim));
  std::printf("%s\n", describe(draw_options(arguments.seed, arguments.conversations)).c_str());
  return finish(arguments, results);
}

int report(const Arguments& arguments) {
  std::vector<Results> parts;
  for (const std::string& path : arguments.json) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    auto part = in ? results_from_json(text.str())
                   : holdfast::Result<Results>(holdfast::fail(holdfast::ErrorKind::not_found, "it cannot be read"));
    if (!part) {
      std::fprintf(stderr, "holdfast: %s: %s\n", path.c_str(), part.error().message.c_str());
      return exit_usage;
    }
    parts.push_back(std::move(*part));
  }
  return finish(arguments, merge(parts));
}

}  // namespace

int carry_out(const Arguments& arguments) {
  if (arguments.command == "list") return list(arguments);
  if (arguments.command == "run") return run_catalogue(arguments, true);
  if (arguments.command == "replay") return replay(arguments);
  if (arguments.command == "report") return report(arguments);
  if (arguments.mutants) return hunt(arguments);
  return arguments.filter.empty() && arguments.catalogue.empty() ? storm(arguments) : run_catalogue(arguments, false);
}

}  // namespace scenarios
