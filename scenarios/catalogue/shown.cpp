// docs/shown.md, made from the requirements and the scenario files.
#include <algorithm>

#include "scenarios/catalogue/requirements.hpp"

namespace scenarios {

namespace {

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

// "1", "1 to 2"; "" for any.
std::string in_words(const CountRange& range) {
  if (range.any()) return "";
  if (range.least == range.most) return std::to_string(range.least);
  return std::to_string(range.least) + " to " + std::to_string(range.most);
}

std::string shown_by(const Requirement& requirement, const std::vector<Scenario>& scenarios) {
  std::vector<std::string> parts;
  for (const Scenario& scenario : scenarios) {
    if (std::ranges::find(scenario.shows, requirement.id) == scenario.shows.end()) continue;
    parts.push_back("`" + scenario.id + "`" + (scenario.over_sockets() ? "" : " (virtual)"));
  }
  if (!requirement.elsewhere.empty()) parts.push_back("a test: " + std::string(requirement.elsewhere));
  return parts.empty() ? "**nothing**" : joined(parts, ", ");
}

std::string heard_in(const Scenario& scenario) {
  std::vector<std::string> parts;
  for (const auto& [call_id, allowed] : scenario.expected.told) {
    std::vector<std::string> words;
    for (const auto& word : allowed) words.push_back(word.empty() ? "nothing" : word);
    parts.push_back(call_id.substr(scenario.id.size() + 1) + ": " + joined(words, " or "));
  }
  return joined(parts, "; ");
}

std::string held_after(const Scenario& scenario) {
  const Expectations& expected = scenario.expected;
  std::vector<std::string> parts;
  const auto add = [&](const CountRange& range, const std::string& what) {
    if (!range.any()) parts.push_back(in_words(range) + " " + what);
  };
  add(expected.live_appointments, "of ours");
  for (const auto& [name, range] : expected.holds) add(range, "of " + name);
  add(expected.contacts_made, "new contacts");
  add(expected.notes, "notes");
  add(expected.confirmations, "confirmations");
  add(expected.cancellations, "cancellations");
  add(expected.messages, "messages");
  add(expected.tasks, "tasks for the staff");
  return joined(parts, "; ");
}

}  // namespace

std::string shown_page(const std::vector<Scenario>& scenarios) {
  std::string page =
      "# What is shown\n\nWritten by `holdfast list --shown`; a test compares them. Each scenario runs in both worlds, "
      "under "
      "virtual\ntime and over sockets, unless it says (virtual); why, is in the second table.\n\n"
      "| | what comes of it | shown by |\n|---|---|---|\n";
  for (const Requirement& requirement : requirements()) {
    page += "| " + std::string(requirement.id) + " | " + std::string(requirement.text) + " | " +
            shown_by(requirement, scenarios) + " |\n";
  }
  page +=
      "\n## The scenarios\n\nBesides this no rule may be broken (`scenarios/check`). \"Heard\" is the last word of "
      "each call; "
      "\"held\" is what GHL has at the\nend.\n\n| scenario | heard | held | sockets |\n|---|---|---|---|\n";
  for (const Scenario& scenario : scenarios) {
    page += "| `" + scenario.id + "` | " + heard_in(scenario) + " | " + held_after(scenario) + " | " +
            (scenario.over_sockets() ? "yes" : "no: " + scenario.virtual_only) + " |\n";
  }
  return page;
}

}  // namespace scenarios
