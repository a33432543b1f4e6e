#include "scenarios/report/terminal.hpp"

#include <algorithm>

#include "scenarios/report/words.hpp"

namespace scenarios {

namespace {

enum class Colour { red, green, yellow, faint, bold };

class Printer {
 public:
  Printer(const Results& results, const TerminalStyle& style)
      : results_(results), colours_(style.colours), width_(std::max<std::size_t>(style.width, 60)) {}

  std::string print() {
    scenarios();
    for (const auto& shown : results_.cases) findings(shown);
    storm();
    mutants();
    line(std::to_string(results_.passed()) + " passed, " + std::to_string(results_.failed()) + " failed");
    return std::move(text_);
  }

  std::string verdict(Verdict value, std::size_t width) const {
    const Colour colour = value == Verdict::ok         ? Colour::green
                          : value == Verdict::violated ? Colour::red
                                                       : Colour::yellow;
    return painted(padded(std::string(to_string(value)), width), colour);
  }

 private:
  std::string painted(const std::string& text, Colour colour) const {
    if (!colours_) return text;
    switch (colour) {
      case Colour::red:
        return "\x1b[31m" + text + "\x1b[0m";
      case Colour::green:
        return "\x1b[32m" + text + "\x1b[0m";
      case Colour::yellow:
        return "\x1b[33m" + text + "\x1b[0m";
      case Colour::faint:
        return "\x1b[2m" + text + "\x1b[0m";
      case Colour::bold:
        break;
    }
    return "\x1b[1m" + text + "\x1b[0m";
  }

  void line(std::string_view text = "") {
    text_ += text;
    text_ += '\n';
  }
  void heading(const std::string& text) { line(painted(text, Colour::bold)); }
  void paragraph(std::string_view text, std::size_t indent) {
    for (const auto& part : wrapped(text, width_ - indent)) line(std::string(indent, ' ') + part);
  }

  void scenarios() {
    std::vector<const CaseResult*> rows;
    for (const auto& shown : results_.cases) {
      if (!shown.is_seed()) rows.push_back(&shown);
    }
    if (rows.empty()) return;
    std::size_t id_width = 8;
    std::size_t rules_width = 5;
    for (const auto* row : rows) {
      id_width = std::max(id_width, shown_width(row->id));
      rules_width = std::max(rules_width, shown_width(listed(row->rules)));
    }
    heading(padded("Scenario", id_width) + "  Verdict   " + padded("Rules", rules_width) + "  Seconds");
    for (const auto* row : rows) {
      char seconds[32];
      std::snprintf(seconds, sizeof(seconds), "%7.2f", row->seconds);
      line(padded(row->id, id_width) + "  " + verdict(row->verdict, 8) + "  " +
           painted(padded(listed(row->rules), rules_width), Colour::faint) + "  " + seconds);
    }
    line();
  }

  // What went wrong in one case.
  void findings(const CaseResult& shown) {
    if (shown.verdict == Verdict::ok) return;
    line(verdict(shown.verdict, 0) + "  " + painted(shown.id, Colour::bold));
    paragraph(shown.title, 4);
    for (const auto& violation : shown.violations) paragraph(violation.rule + ": " + violation.sentence, 4);
    for (const auto& reason : shown.unknown) paragraph("Not known: " + reason, 4);
    if (!shown.reproduce.empty()) line("    reproduce: " + shown.reproduce);
    line();
  }

  void storm() {
    const SimTotals& sim = results_.sim;
    if (sim.seeds == 0) return;
    heading("Storm");
    row("seeds",
        grouped(sim.seeds) + " (" + std::to_string(sim.first_seed) + " to " + std::to_string(sim.last_seed) + ")");
    row("conversations", grouped(sim.conversations));
    row("live bookings", grouped(sim.bookings));
    row("violations", painted(grouped(sim.violations), sim.violations == 0 ? Colour::green : Colour::red));
    if (results_.seeds_that(Verdict::unknown) > 0) row("unknown", grouped(results_.seeds_that(Verdict::unknown)));
    row("simulated", spoken_seconds(sim.simulated_seconds) + " in " + spoken_seconds(sim.wall_seconds) + pace(sim));
    if (!sim.trace_hash.empty()) row("trace hash", sim.trace_hash);
    line();
    counts("Last told", "calls", sim.told);
    counts("Faults injected", "times", sim.faults);
    probes();
  }

  static std::string pace(const SimTotals& sim) {
    if (sim.wall_seconds <= 0) return "";
    return " (" + grouped(static_cast<std::uint64_t>(sim.simulated_seconds / sim.wall_seconds)) +
           " simulated seconds a second)";
  }

  void row(const std::string& name, const std::string& value) { line("  " + padded(name, 15) + value); }

  void counts(const std::string& title, const std::string& unit, const std::map<std::string, std::uint64_t>& all) {
    if (all.empty()) return;
    std::size_t width = shown_width(title);
    for (const auto& [name, count] : all) width = std::max(width, shown_width(name) + 2);
    heading(padded(title, width) + "  " + unit);
    for (const auto& [name, count] : all) {
      line(padded("  " + (name.empty() ? std::string("nothing") : name), width) + "  " + grouped(count));
    }
    line();
  }

  // Rare paths never hit are as telling as the others: they stand last.
  void probes() {
    const auto& all = results_.sim.probes;
    if (all.empty()) return;
    std::size_t width = 4;
    for (const auto& [name, count] : all) width = std::max(width, shown_width(name));
    heading(padded("Path", width) + "  Seeds that hit it");
    for (const bool hit : {true, false}) {
      for (const auto& [name, count] : all) {
        if ((count > 0) != hit) continue;
        const std::string text =
            padded(name, width) + "  " + padded(grouped(count), 9) + percent(count, results_.sim.seeds);
        line(hit ? text : painted(text, Colour::yellow));
      }
    }
    line();
  }

  void mutants() {
    if (results_.mutants.empty()) return;
    std::size_t width = 6;
    for (const auto& mutant : results_.mutants) width = std::max(width, shown_width(mutant.name));
    heading(padded("Mutant", width) + "  Caught by  At seed");
    for (const auto& mutant : results_.mutants) {
      line(padded(mutant.name, width) + "  " +
           (mutant.caught ? painted(padded(mutant.rule, 9), Colour::green) + "  " + grouped(mutant.seed)
                          : painted("nobody", Colour::red) + "     not in " + counted(mutant.seeds, "seed", "seeds")));
    }
    line();
  }

  const Results& results_;
  bool colours_;
  std::size_t width_;
  std::string text_;
};

}  // namespace

std::string print_results(const Results& results, const TerminalStyle& style) {
  return Printer(results, style).print();
}

std::string print_case_line(const CaseResult& shown, const TerminalStyle& style) {
  const Results none;
  return Printer(none, style).verdict(shown.verdict, 8) + "  " + padded(shown.id, 36) + "  " +
         spoken_seconds(shown.seconds);
}

}  // namespace scenarios
