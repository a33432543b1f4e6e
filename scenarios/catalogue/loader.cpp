// Where scenarios come from: inside the program, or a folder.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mock_ghl/chaos/plan.hpp"
#include "scenarios/catalogue/builtin.hpp"
#include "scenarios/catalogue/scenario.hpp"

namespace scenarios {

using holdfast::ErrorKind;
namespace fs = std::filesystem;

namespace {

holdfast::Result<std::vector<Scenario>> by_id(std::vector<Scenario> scenarios) {
  std::ranges::sort(scenarios, {}, &Scenario::id);
  const auto twice = std::ranges::adjacent_find(scenarios, {}, &Scenario::id);
  if (twice != scenarios.end()) {
    return holdfast::fail(ErrorKind::invalid_input, "two scenarios have the id " + twice->id + "; rename one");
  }
  return scenarios;
}

}  // namespace

holdfast::Result<std::vector<Scenario>> builtin_scenarios(const CatalogueContext& context) {
  std::vector<Scenario> scenarios;
  for (const BuiltinFile& file : builtin_files()) {
    auto scenario = parse_scenario(file.text, file.name, context);
    if (!scenario) return holdfast::fail(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  return by_id(std::move(scenarios));
}

holdfast::Result<std::vector<Scenario>> load_scenarios(const std::string& folder, const CatalogueContext& context) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".json") files.push_back(it->path());
  }
  if (error) return holdfast::fail(ErrorKind::not_found, folder + " cannot be read: " + error.message());
  if (files.empty()) return holdfast::fail(ErrorKind::not_found, folder + " holds no *.json");
  std::ranges::sort(files);
  std::vector<Scenario> scenarios;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return holdfast::fail(ErrorKind::not_found, file.string() + " cannot be read");
    auto scenario = parse_scenario(text.str(), file.filename().string(), context);
    if (!scenario) return holdfast::fail(scenario.error());
    scenarios.push_back(std::move(*scenario));
  }
  return by_id(std::move(scenarios));
}

std::vector<Scenario> filter_scenarios(std::vector<Scenario> scenarios, std::string_view filter) {
  if (filter.empty()) return scenarios;
  std::erase_if(scenarios, [&](const Scenario& scenario) {
    for (std::size_t at = 0; at <= filter.size();) {
      const std::size_t comma = std::min(filter.find(',', at), filter.size());
      if (comma > at && mock_ghl::glob_matches(filter.substr(at, comma - at), scenario.id)) return false;
      at = comma + 1;
    }
    return true;
  });
  return scenarios;
}

}  // namespace scenarios
