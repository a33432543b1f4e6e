// holdfastd: the daemon that Vapi calls and that calls GHL, and the commands of whoever runs it.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <optional>
#include <string>

#include "core/base/log.hpp"
#include "core/daemon/cli/exit_codes.hpp"
#include "core/daemon/cli/operator.hpp"
#include "core/daemon/cli/serve.hpp"
#include "core/daemon/config.hpp"

namespace holdfast::daemon::cli {
namespace {

constexpr const char* help_header =
    "holdfastd books GoHighLevel appointments for Vapi voice assistants, exactly once.\n"
    "\n"
    "To start:  holdfastd --example-config > holdfast.toml     then fill in ids and services\n"
    "           export GHL_TOKEN=... VAPI_SECRET=...           secrets never stand in the file\n"
    "           holdfastd --config holdfast.toml --check       finds every mistake at once\n"
    "           holdfastd --config holdfast.toml\n"
    "In Vapi, set the server URL to https://your.host/vapi/<tenant id> and the credential to the secret.\n";

constexpr const char* help_footer =
    "\n"
    "Once ready it prints one line on standard output: holdfastd listening on http://HOST:PORT\n"
    "Log lines, one JSON object each, go to standard error. GET /healthz and /readyz tell how it is.\n"
    "SIGTERM or SIGINT: accepts no more, finishes what is under way, ends. A second one ends it at once;\n"
    "bookings under way are taken up again at the next start.\n"
    "\n"
    "holdfastd jobs and holdfastd review work while it runs and while it does not.\n"
    "Exit codes: 0 ended as asked; 1 a command was not carried out; 3 wrong options or configuration;\n"
    "4 the ledger, the port or the running daemon cannot be used.";

constexpr const char* commands_footer =
    "\n"
    "As in: holdfastd jobs list --config holdfast.toml      (--json prints the answer as one JSON object)\n"
    "It asks the holdfastd that runs on the ledger of --config FILE, or opens the ledger itself when none runs. No\n"
    "secrets are needed, but the rights to read the ledger.\n"
    "Exit codes: 0 done; 1 not carried out, the sentence says why; 3 wrong options or configuration; 4 neither the\n"
    "ledger nor a running daemon can be used.";

struct Options {
  std::string config_path;
  std::string listen;
  bool check = false;
  bool example = false;
  std::optional<OperatorCommand::Verb> verb;
  std::string incomplete;  // what a command line that stops too early leaves open
  OperatorCommand command;
};

int start(const Options& options) {
  auto config = load_config(options.config_path);
  if (!config) {
    for (const std::string& problem : config.error()) std::fprintf(stderr, "%s\n", problem.c_str());
    std::fprintf(stderr, "holdfastd: %zu problem%s in the configuration; holdfastd --example-config shows every key.\n",
                 config.error().size(), config.error().size() == 1 ? "" : "s");
    return exit_usage;
  }
  if (!options.listen.empty()) {
    const auto address = parse_listen(options.listen);
    if (!address) {
      std::fprintf(stderr, "holdfastd: --listen must be an address and a port, such as 127.0.0.1:8080.\n");
      return exit_usage;
    }
    config->listen_host = address->first;
    config->listen_port = address->second;
  }
  if (options.check) {
    std::printf("%s is good: %zu tenant%s.\n", options.config_path.c_str(), config->tenants.size(),
                config->tenants.size() == 1 ? "" : "s");
    return exit_ok;
  }
  set_log_level(config->log_level);
  return serve(std::move(*config));
}

// One command below `group`; with an argument called `id_name` unless that is empty.
CLI::App* add_command(CLI::App& group, Options& options, OperatorCommand::Verb verb, const std::string& name,
                      const std::string& help, const std::string& id_name) {
  CLI::App* command = group.add_subcommand(name, help);
  command->fallthrough();
  command->callback([&options, verb] { options.verb = verb; });
  if (!id_name.empty()) {
    command->add_option(id_name, options.command.id, "Its id, as the list shows it")->required()->type_name("");
  }
  return command;
}

// A word whose commands stand below it; alone it says which those are.
CLI::App& add_group(CLI::App& app, Options& options, const std::string& name, const std::string& help,
                    const std::string& commands) {
  CLI::App* group = app.add_subcommand(name, help + ": " + commands);
  group->fallthrough();
  group->footer(commands_footer);
  group->callback([&options, group, name, commands] {
    if (group->get_subcommands().empty()) {
      options.incomplete =
          name + " what? It takes " + commands + "; holdfastd " + name + " --help says what each does.";
    }
  });
  group->add_flag("--json", options.command.json, "Prints the answer as one JSON object");
  return *group;
}

void add_commands(CLI::App& app, Options& options) {
  using Verb = OperatorCommand::Verb;
  CLI::App& jobs =
      add_group(app, options, "jobs", "Work that follows bookings and is not done", "list, show, retry or drop");
  add_command(jobs, options, Verb::list_jobs, "list", "Every job that is not done; no names", "");
  add_command(jobs, options, Verb::show_job, "show", "Everything about one job, names included", "JOB");
  add_command(jobs, options, Verb::retry_job, "retry", "Tries a job again that was given up", "JOB");
  add_command(jobs, options, Verb::drop_job, "drop", "Forgets a job, undone", "JOB");
  CLI::App& review = add_group(app, options, "review", "What only a person can decide", "list, show or resolve");
  add_command(review, options, Verb::list_reviews, "list", "Every open review; no names", "");
  add_command(review, options, Verb::show_review, "show", "Everything about one review, names included", "REVIEW");
  CLI::App* resolve = add_command(review, options, Verb::resolve_review, "resolve", "Closes a review", "REVIEW");
  resolve->add_option("--note", options.command.resolution, "What was found or done, for whoever reads it later")
      ->required()
      ->type_name("TEXT");
}

int run(int count, char** arguments) {
  Options options;
  CLI::App app(help_header, "holdfastd");
  app.set_version_flag("--version", std::string("holdfastd ") + HOLDFAST_VERSION);
  app.add_option("--config", options.config_path, "The configuration file (TOML); required to run")->type_name("FILE");
  app.add_option("--listen", options.listen, "Listens here instead of [server] listen; port 0 takes any free port")
      ->type_name("HOST:PORT");
  app.add_flag("--check", options.check, "Reads the configuration and the secrets it names, reports, and ends");
  app.add_flag("--example-config", options.example, "Prints a complete configuration with comments, and ends");
  add_commands(app, options);
  app.footer(help_footer);  // last, as commands take the footer they find
  app.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("holdfastd: ") + error.what() + ". holdfastd --help shows what it takes.\n";
  });
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_ok : exit_usage;
  }
  if (!options.incomplete.empty()) {
    std::fprintf(stderr, "holdfastd: %s\n", options.incomplete.c_str());
    return exit_usage;
  }
  if (options.example) {
    std::printf("%s", std::string(example_config()).c_str());
    return exit_ok;
  }
  if (options.config_path.empty()) {
    std::fprintf(stderr, "holdfastd: --config FILE is required; holdfastd --help shows how to start.\n");
    return exit_usage;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that went away is an error of the write, not of the process
  if (!options.verb) return start(options);
  options.command.verb = *options.verb;
  options.command.config_path = options.config_path;
  return run_operator(options.command);
}

}  // namespace
}  // namespace holdfast::daemon::cli

int main(int count, char** arguments) {
  try {
    return holdfast::daemon::cli::run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfastd: an unexpected error: %s. This is a bug.\n", error.what());
    return 4;
  }
}
