#include "scenarios/cli/catalogue_runs.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "scenarios/mutants/mutants.hpp"
#include "scenarios/report/timeline.hpp"
#include "scenarios/report/words.hpp"
#include "scenarios/world/simulation.hpp"
#include "scenarios/world/socket_world.hpp"

namespace scenarios {
namespace {

using holdfast::Result;

CaseResult shown_as(const Scenario& scenario, const RunRecord& record, std::string reproduce, double wall_seconds) {
  CaseResult shown;
  shown.id = scenario.id;
  shown.title = scenario.title;
  shown.why = scenario.why;
  shown.rules = scenario.rules;
  shown.reproduce = std::move(reproduce);
  shown.seconds = wall_seconds;
  fill_case(shown, record.history, judge(scenario, record.history), record.persons);
  return shown;
}

double seconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

Result<std::vector<Scenario>> select_scenarios(const Arguments& arguments) {
  const auto now = std::chrono::time_point_cast<holdfast::Duration>(std::chrono::system_clock::now());
  const CatalogueContext context{.now = now};
  auto all = arguments.catalogue.empty() ? builtin_scenarios(context) : load_scenarios(arguments.catalogue, context);
  if (!all) return all;
  auto fitting = filter_scenarios(std::move(*all), arguments.filter);
  if (fitting.empty()) {
    return holdfast::fail(holdfast::ErrorKind::invalid_input,
                          "no scenario fits --filter '" + arguments.filter + "'; `holdfast list` shows their ids");
  }
  return fitting;
}

std::string describe_scenarios(const std::vector<Scenario>& scenarios) {
  std::string text;
  for (const Scenario& scenario : scenarios) {
    text += scenario.id + "  [" + listed(scenario.rules) + "]" +
            (scenario.over_sockets() ? "" : "  virtual world only: " + scenario.virtual_only) + "\n";
    for (const std::string& line : wrapped(scenario.title, 92)) text += "    " + line + "\n";
    for (const std::string& line : wrapped("Why: " + scenario.why, 92)) text += "    " + line + "\n";
  }
  return text + "\n" + counted(scenarios.size(), "scenario", "scenarios") + "\n";
}

std::string describe_account(const mock_ghl::Fixture& fixture, const std::string& mock_listen) {
  const mock_ghl::Location& location = fixture.locations.front();
  std::string text = "Your backend books at the mock GHL on " + mock_listen + ", where it must know\n";
  text += "  location   " + location.id + "  (" + location.timezone + ")\n";
  text += "  token      " + fixture.tokens.front().token + "\n";
  for (const mock_ghl::Calendar& calendar : fixture.calendars) {
    text += "  calendar   " + calendar.id + "  \"" + calendar.name + "\"\n";
  }
  return text + "\n";
}

bool is_foreign(const Arguments& arguments) {
  return arguments.target != "builtin";
}

CaseResult play_virtually(const Scenario& scenario, const Arguments& arguments) {
  const auto began = std::chrono::steady_clock::now();
  const Mutant* mutant = find_mutant(arguments.mutant);
  const auto seams = mutant == nullptr ? nullptr : seams_of(*mutant);
  SimulationOptions options;
  options.seams = seams.get();
  const RunRecord record = simulate(scenario.plan, std::move(options));
  std::string reproduce = "holdfast sim --filter " + scenario.id;
  if (mutant != nullptr) reproduce += " --mutant " + std::string(mutant->name);
  return shown_as(scenario, record, std::move(reproduce), seconds_since(began));
}

Result<std::optional<CaseResult>> play_over_sockets(const Scenario& scenario, const Arguments& arguments) {
  if (!scenario.over_sockets()) return std::nullopt;
  RunPlan plan = scenario.socket_plan;
  plan.seed += arguments.seed - 1;
  SocketOptions options;
  options.target = arguments.target;
  options.mock_listen = arguments.mock_listen;
  const bool foreign = is_foreign(arguments);
  if (foreign && needs_builtin(plan)) return std::nullopt;
  if (foreign && !arguments.secret_env.empty()) {
    const char* secret = std::getenv(arguments.secret_env.c_str());
    if (secret == nullptr) {
      return holdfast::fail(holdfast::ErrorKind::configuration,
                            "--secret-env names " + arguments.secret_env + ", which is not set; export it");
    }
    options.secret = holdfast::Secret(secret);
  }
  const auto began = std::chrono::steady_clock::now();
  const auto record = play_over_sockets(plan, options);
  if (!record) return holdfast::fail(record.error());
  std::string reproduce = "holdfast run --filter " + scenario.id;
  if (foreign) reproduce += " --target " + arguments.target + " --mock-listen " + arguments.mock_listen;
  if (foreign && !arguments.secret_env.empty()) reproduce += " --secret-env " + arguments.secret_env;
  return shown_as(scenario, *record, std::move(reproduce), seconds_since(began));
}

}  // namespace scenarios
