// Arguments: the command line of `holdfast`, understood.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/cli/storm.hpp"

namespace scenarios {

// What was asked for. Names as on the command line.
struct Arguments {
  std::string command;  // list, run, sim, replay or report
  std::string filter;
  SeedRange seeds{1, 100};
  std::uint64_t seed = 1;
  int jobs = 1;
  int socket_jobs = 12;  // of `run`: its worlds mostly wait
  int conversations = 50;
  std::vector<std::string> json;  // one file to write; for report: files to read
  std::string junit;
  std::string html;
  std::string trace;
  std::string target = "builtin";
  std::string mock_listen = "127.0.0.1:0";
  std::string secret_env;  // variable with what calls to a foreign backend present
  std::string catalogue;   // a folder of scenarios instead of the built-in ones
  std::string mutant;
  bool mutants = false;
  bool shown = false;  // list: which requirement is shown by which scenario
  bool check_determinism = false;
  bool disclosure = false;
  std::string typed;  // the command line as it was typed
};

// Reads the command line. On anything but a command to carry out (help, version, a mistake) it has printed what there
// is to say and `exit_code` is set: 0 for help and version, 3 for a mistake.
struct ParsedArguments {
  Arguments arguments;
  int exit_code = -1;  // -1: carry out `arguments`
};
ParsedArguments parse_arguments(int argc, char** argv);

}  // namespace scenarios
