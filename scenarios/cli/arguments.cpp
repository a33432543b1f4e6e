#include "scenarios/cli/arguments.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <thread>

namespace scenarios {
namespace {

constexpr const char* footer = R"(
Exit codes: 0 pass, 1 violated, 2 unknown, 3 usage, 4 internal, 5 not deterministic.
The last line printed is "N passed, N failed".

Start here:
  holdfast list                                     what is tested, and the bug each scenario comes from
  holdfast run                                      the scenarios over sockets, against the built-in daemon
  holdfast run --target http://127.0.0.1:3000/vapi --mock-listen 127.0.0.1:8089
                                                    the same against your backend; point it at the mock's address
  holdfast sim --seeds 1..2000 --jobs 2             storms of 50 conversations under virtual time
  holdfast sim --filter 'late-*'                    scenarios under virtual time
  holdfast replay --seed 7 --trace out/seed-7.txt   one storm again, event by event
  holdfast sim --mutants --seeds 1..1000            seeded defects: each must be caught
  holdfast report --json out/run.json --json out/sim.json --html out/report.html)";

// Options that several commands share.
void add_outputs(CLI::App& command, Arguments& arguments) {
  command.add_option("--json", arguments.json, "write the results as JSON to this file")->expected(1);
  command.add_option("--junit", arguments.junit, "write them as JUnit XML");
  command.add_option("--html", arguments.html, "write them as one self-contained page");
}

void add_storm(CLI::App& command, Arguments& arguments) {
  command.add_option("--conversations", arguments.conversations, "calls in a storm")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command.add_option("--mutant", arguments.mutant, "spoil the daemon with this seeded defect");
}

void add_catalogue(CLI::App& command, Arguments& arguments) {
  command.add_option("--filter", arguments.filter, "only scenarios whose id fits this glob ('late-*')");
  command.add_option("--catalogue", arguments.catalogue, "take the scenarios from the JSON files of this folder");
}

}  // namespace

ParsedArguments parse_arguments(int argc, char** argv) {
  ParsedArguments parsed;
  Arguments& arguments = parsed.arguments;
  for (int i = 0; i < argc; ++i) arguments.typed += (i > 0 ? " " : "") + std::string(i > 0 ? argv[i] : "holdfast");
  std::string seeds = "1..100";

  CLI::App app{
      "Proves that a booking backend for GoHighLevel books exactly once: scenarios over real sockets, storms under\n"
      "virtual time, every failure replayable from its seed."};
  app.footer(footer);
  app.require_subcommand(1);
  app.set_version_flag("--version", HOLDFAST_VERSION);

  auto* list = app.add_subcommand("list", "print the scenarios and what each is about");
  add_catalogue(*list, arguments);
  list->add_flag("--shown", arguments.shown, "print which scenario shows what is promised (docs/shown.md)");

  auto* run = app.add_subcommand("run", "run the scenarios over sockets");
  add_catalogue(*run, arguments);
  add_outputs(*run, arguments);
  run->add_option("--target", arguments.target, "'builtin' or the URL of a backend that answers Vapi's tool calls")
      ->capture_default_str();
  run->add_option("--mock-listen", arguments.mock_listen, "where the mock GHL listens for your backend")
      ->capture_default_str();
  run->add_option("--secret-env", arguments.secret_env,
                  "environment variable with the secret your backend wants as Authorization: Bearer");
  run->add_option("--jobs", arguments.socket_jobs,
                  "scenarios at once, each with ports and a daemon of its own; always 1 with --target URL")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  run->add_option("--seed", arguments.seed, "seed of the mock's chaos")->capture_default_str();

  auto* sim = app.add_subcommand("sim", "run storms over seeds, or with --filter scenarios, under virtual time");
  add_catalogue(*sim, arguments);
  add_outputs(*sim, arguments);
  add_storm(*sim, arguments);
  sim->add_option("--seeds", seeds, "which seeds: 7 or 1..2000")->capture_default_str();
  sim->add_option("--jobs", arguments.jobs, "worlds at once, each on a thread of its own")->check(CLI::Range(1, 64));
  sim->add_flag("--mutants", arguments.mutants, "try every seeded defect until a seed catches it");
  sim->add_flag("--check-determinism", arguments.check_determinism, "run every seed twice and compare the traces");
  sim->add_flag("--disclosure", arguments.disclosure,
                "run every seed again with other people's names and compare what each caller heard (S11)");

  auto* replay = app.add_subcommand("replay", "run one seed again and write its trace");
  add_outputs(*replay, arguments);
  add_storm(*replay, arguments);
  replay->add_option("--seed", arguments.seed, "the seed")->required();
  replay->add_option("--trace", arguments.trace, "write every event to this file, one a line");

  auto* report = app.add_subcommand("report", "turn JSON results into a page or JUnit XML");
  report->add_option("--json", arguments.json, "results to read; may be given several times")->required();
  report->add_option("--junit", arguments.junit, "write them as JUnit XML");
  report->add_option("--html", arguments.html, "write them as one self-contained page");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 3;
    return parsed;
  }
  arguments.command = app.get_subcommands().front()->get_name();
  const auto range = parse_seeds(seeds);
  if (!range) {
    std::fprintf(stderr, "holdfast: --seeds %s is no range; write 7 or 1..2000\n", seeds.c_str());
    parsed.exit_code = 3;
  }
  if (range) arguments.seeds = *range;
  if (!arguments.mutant.empty() && find_mutant(arguments.mutant) == nullptr) {
    std::fprintf(stderr, "holdfast: there is no mutant '%s'; the mutants are:\n", arguments.mutant.c_str());
    for (const Mutant& mutant : mutants()) {
      std::fprintf(stderr, "  %-24s %s\n", std::string(mutant.name).c_str(), std::string(mutant.defect).c_str());
    }
    parsed.exit_code = 3;
  }
  return parsed;
}

}  // namespace scenarios
