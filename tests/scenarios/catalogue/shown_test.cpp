// What is promised, and which scenario shows it: nothing is without one, and the page in docs says so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "scenarios/catalogue/requirements.hpp"

namespace scenarios {
namespace {

const std::filesystem::path root = HOLDFAST_SOURCE_DIR;

const std::vector<Scenario>& all() {
  static const auto scenarios = builtin_scenarios({.now = *holdfast::parse_iso("2026-09-02T12:00:00Z")}).value();
  return scenarios;
}

TEST(Shown, EveryRequirementHasAScenarioOrATest) {
  std::set<std::string> shown;
  for (const Scenario& scenario : all()) shown.insert(scenario.shows.begin(), scenario.shows.end());
  std::set<std::string_view> ids;
  for (const Requirement& requirement : requirements()) {
    EXPECT_TRUE(ids.insert(requirement.id).second) << requirement.id << " is there twice";
    if (requirement.elsewhere.empty()) {
      EXPECT_TRUE(shown.contains(std::string(requirement.id))) << requirement.id << ": " << requirement.text;
    } else {
      EXPECT_TRUE(std::filesystem::exists(root / requirement.elsewhere)) << requirement.id << " names no test";
    }
  }
}

TEST(Shown, ThePageIsThatOfTheseScenarios) {
  std::ifstream in(root / "docs/shown.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(page, shown_page(all())) << "write it anew: holdfast list --shown > docs/shown.md";
}

TEST(Shown, ThePageSaysWhatNothingShowsAndWhySocketsDoNot) {
  Scenario scenario;
  scenario.id = "moon-landing";
  scenario.shows = {"W1.1"};
  scenario.virtual_only = "it is far away";
  scenario.expected.told["moon-landing.neil"] = {"booked", ""};
  scenario.expected.live_appointments = {1, 2};
  const std::string page = shown_page({scenario});
  EXPECT_THAT(page, testing::HasSubstr("| W1.1 | The same tool call again: no second create, and the present standing "
                                       "is told | `moon-landing` (virtual) |"));
  EXPECT_THAT(page,
              testing::HasSubstr("| W1.2 | A new tool call id with the same arguments: the same | **nothing** |"));
  EXPECT_THAT(page,
              testing::HasSubstr("| `moon-landing` | neil: booked or nothing | 1 to 2 of ours | no: it is far away |"));
}

}  // namespace
}  // namespace scenarios
