// The program `holdfast` as others will script it: exit codes, the last line, the JSON of a storm.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/base/json.hpp"

namespace scenarios {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int exit_code = -1;
  std::string output;
  std::string last_line() const {
    const std::string text = output.substr(0, output.find_last_not_of('\n') + 1);
    return text.substr(text.rfind('\n') + 1);
  }
};

Outcome holdfast(const std::string& arguments) {
  Outcome outcome;
  FILE* pipe = popen((std::string(HOLDFAST_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe))
    outcome.output.append(buffer.data(), size);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) outcome.exit_code = WEXITSTATUS(status);
  return outcome;
}

class ProgramTest : public testing::Test {
 protected:
  ProgramTest() { fs::create_directories(folder_); }
  ~ProgramTest() override { fs::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }
  static std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  fs::path folder_ = fs::temp_directory_path() / ("holdfast-program-" + std::to_string(getpid()));
};

TEST_F(ProgramTest, AStormTellsItsTotalsAndTheSameHashHoweverManyThreads) {
  const Outcome first = holdfast("sim --seeds 1..4 --conversations 10 --jobs 1 --json " + file("first.json"));
  EXPECT_EQ(first.exit_code, 0) << first.output;
  EXPECT_EQ(first.last_line(), "4 passed, 0 failed");
  const auto json = holdfast::parse_json(read(file("first.json")));
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)["seeds"], 4);
  EXPECT_EQ((*json)["conversations"], 40);
  EXPECT_EQ((*json)["violations"], 0);
  EXPECT_GT((*json)["bookings"], 0);
  EXPECT_GT((*json)["simulated_seconds"], (*json)["wall_seconds"]);
  const Outcome second = holdfast("sim --seeds 1..4 --conversations 10 --jobs 2 --json " + file("second.json"));
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_EQ(holdfast::parse_json(read(file("second.json"))).value()["trace_hash"], (*json)["trace_hash"]);
}

TEST_F(ProgramTest, EverySeedTwiceIsTheSame) {
  EXPECT_EQ(holdfast("sim --seeds 5..7 --conversations 10 --check-determinism").exit_code, 0);
}

TEST_F(ProgramTest, AMutantIsCaughtAndItsSeedReplays) {
  const Outcome caught = holdfast("sim --seeds 1..40 --jobs 2 --mutant blind_retry_of_create");
  EXPECT_EQ(caught.exit_code, 1) << caught.output;
  const auto line = caught.output.find("replay --seed ");
  ASSERT_NE(line, std::string::npos) << caught.output;
  const std::string seed = std::to_string(std::stoull(caught.output.substr(line + 14)));
  const Outcome again =
      holdfast("replay --seed " + seed + " --mutant blind_retry_of_create --trace " + file("trace.txt"));
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(holdfast("replay --seed " + seed).exit_code, 0) << "without the mutant the same seed is clean";
  EXPECT_GT(fs::file_size(file("trace.txt")), 1000U);
}

TEST_F(ProgramTest, AForeignBackendIsToldTheAccountItBooksIn) {
  const Outcome outcome = holdfast(
      "run --target http://127.0.0.1:9/x --mock-listen 127.0.0.1:8089 --filter clean-booking --secret-env "
      "HOLDFAST_NOBODY_SETS_THIS");
  EXPECT_EQ(outcome.exit_code, 4);
  for (const auto* said : {"127.0.0.1:8089", "locHarbor00000000001  (America/New_York)", "pit-11111111-0000-4000-8000",
                           "calFollowUp000000002  \"Follow-up\"", "HOLDFAST_NOBODY_SETS_THIS, which is not set"}) {
    EXPECT_NE(outcome.output.find(said), std::string::npos) << said << "\n" << outcome.output;
  }
}

TEST_F(ProgramTest, MistakesAreUsageErrorsInWords) {
  for (const auto* arguments :
       {"", "nonsense", "sim --seeds 9..1", "sim --seeds x", "sim --mutant none", "run --no-such",
        "list --filter no-such-*", "report --json /no/such/file", "run --target http://127.0.0.1:9/x"}) {
    const Outcome outcome = holdfast(arguments);
    EXPECT_EQ(outcome.exit_code, 3) << arguments << "\n" << outcome.output;
    EXPECT_GT(outcome.output.size(), 10U) << arguments;
  }
  EXPECT_EQ(holdfast("--help").exit_code, 0);
  EXPECT_EQ(holdfast("--version").exit_code, 0);
}

TEST_F(ProgramTest, ReportsAreMadeFromJson) {
  ASSERT_EQ(holdfast("sim --seeds 1 --conversations 5 --json " + file("one.json")).exit_code, 0);
  const Outcome made =
      holdfast("report --json " + file("one.json") + " --html " + file("page.html") + " --junit " + file("j.xml"));
  EXPECT_EQ(made.exit_code, 0) << made.output;
  EXPECT_NE(read(file("page.html")).find("<html"), std::string::npos);
  EXPECT_NE(read(file("j.xml")).find("<testsuites"), std::string::npos);
}

}  // namespace
}  // namespace scenarios
