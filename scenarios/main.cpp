// holdfast: the conformance suite and the simulator, from the command line.
#include <cstdio>
#include <exception>

#include "scenarios/cli/arguments.hpp"
#include "scenarios/cli/commands.hpp"

int main(int argc, char** argv) {
  const scenarios::ParsedArguments parsed = scenarios::parse_arguments(argc, argv);
  if (parsed.exit_code >= 0) return parsed.exit_code;
  try {
    return scenarios::carry_out(parsed.arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "holdfast: %s. This is a bug; please report it with the command line.\n", error.what());
    return 4;
  }
}
