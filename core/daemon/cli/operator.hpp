// The operator's commands: holdfastd jobs …, holdfastd review ….
#pragma once

#include <string>

namespace holdfast::daemon::cli {

// One command, as the command line gave it.
struct OperatorCommand {
  enum class Verb { list_jobs, show_job, retry_job, drop_job, list_reviews, show_review, resolve_review };
  Verb verb = Verb::list_jobs;
  std::string id;           // of the job or review; unused by the lists
  std::string resolution;   // of resolve_review
  bool json = false;        // prints the answer as one JSON object instead of text
  std::string config_path;  // where the ledger's path stands; secrets are not looked up
};

// Carries it out on the running daemon, or on the ledger itself when none runs. Prints the answer on standard output
// and errors on standard error; returns the exit code.
int run_operator(const OperatorCommand& command);

}  // namespace holdfast::daemon::cli
