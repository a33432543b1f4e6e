#include "scenarios/report/junit.hpp"

#include <cstdio>

#include "scenarios/report/markup.hpp"
#include "scenarios/report/words.hpp"

namespace scenarios {

namespace {

std::string seconds_text(double seconds) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.3f", seconds);
  return text;
}

// One suite under construction.
class Suite {
 public:
  explicit Suite(std::string name) : name_(std::move(name)) {}

  void add(const std::string& name, double seconds, Verdict verdict, const std::string& type,
           const std::string& message, const std::string& details) {
    ++tests_;
    seconds_ += seconds;
    text_ += "    <testcase classname=\"holdfast." + escaped(name_) + "\" name=\"" + escaped(name) + "\" time=\"" +
             seconds_text(seconds) + "\"";
    if (verdict == Verdict::ok) {
      text_ += "/>\n";
      return;
    }
    const std::string element = verdict == Verdict::violated ? "failure" : "error";
    (verdict == Verdict::violated ? failures_ : errors_) += 1;
    text_ += ">\n      <" + element + " type=\"" + escaped(type) + "\" message=\"" + escaped(message) + "\">" +
             escaped(details) + "</" + element + ">\n    </testcase>\n";
  }

  bool empty() const { return tests_ == 0; }
  std::string print() const {
    return "  <testsuite name=\"" + escaped(name_) + "\" tests=\"" + std::to_string(tests_) + "\" failures=\"" +
           std::to_string(failures_) + "\" errors=\"" + std::to_string(errors_) + "\" time=\"" +
           seconds_text(seconds_) + "\">\n" + text_ + "  </testsuite>\n";
  }

 private:
  std::string name_;
  std::string text_;
  int tests_ = 0;
  int failures_ = 0;
  int errors_ = 0;
  double seconds_ = 0;
};

void add_case(Suite& suite, const CaseResult& shown) {
  std::string details;
  for (const auto& violation : shown.violations) details += violation.rule + ": " + violation.sentence + "\n";
  for (const auto& reason : shown.unknown) details += "not known: " + reason + "\n";
  if (!shown.reproduce.empty()) details += "reproduce: " + shown.reproduce + "\n";
  const bool violated = !shown.violations.empty();
  const std::string message = violated                ? shown.violations.front().sentence
                              : shown.unknown.empty() ? std::string(to_string(shown.verdict))
                                                      : shown.unknown.front();
  suite.add(shown.id, shown.seconds, shown.verdict, violated ? shown.violations.front().rule : "unknown", message,
            details);
}

void add_storm(Suite& suite, const Results& results) {
  const SimTotals& sim = results.sim;
  const std::uint64_t violated = results.seeds_that(Verdict::violated);
  const std::uint64_t unknown = results.seeds_that(Verdict::unknown);
  const Verdict verdict = violated > 0 ? Verdict::violated : unknown > 0 ? Verdict::unknown : Verdict::ok;
  const std::string message =
      counted(violated, "seed", "seeds") + " violated, " + grouped(unknown) + " unknown, of " + grouped(sim.seeds);
  suite.add("seeds " + std::to_string(sim.first_seed) + ".." + std::to_string(sim.last_seed), sim.wall_seconds, verdict,
            "storm", message,
            message + "; " + counted(sim.violations, "violation", "violations") + "; trace hash " + sim.trace_hash +
                "\nreproduce: " + results.command + "\n");
}

}  // namespace

std::string to_junit(const Results& results) {
  Suite scenarios("scenarios");
  Suite storm("storm");
  Suite mutants("mutants");
  if (results.sim.seeds > 0) add_storm(storm, results);
  for (const auto& shown : results.cases) add_case(shown.is_seed() ? storm : scenarios, shown);
  for (const auto& mutant : results.mutants) {
    const std::string message =
        "The mutant " + mutant.name + " was not caught in " + counted(mutant.seeds, "seed", "seeds") + ".";
    mutants.add(mutant.name, 0, mutant.caught ? Verdict::ok : Verdict::violated, "mutant", message,
                message + " Its defect: " + mutant.defect + "\n");
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"holdfast\">\n";
  for (const Suite* suite : {&scenarios, &storm, &mutants}) {
    if (!suite->empty()) text += suite->print();
  }
  return text + "</testsuites>\n";
}

}  // namespace scenarios
