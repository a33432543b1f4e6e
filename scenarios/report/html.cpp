#include "scenarios/report/html.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "scenarios/report/html_style.hpp"
#include "scenarios/report/markup.hpp"
#include "scenarios/report/words.hpp"
#include "vapi_sim/wire/reply_lint.hpp"

namespace scenarios {

namespace {

using Counts = std::map<std::string, std::uint64_t>;

std::string badge(Verdict verdict) {
  const std::string name(to_string(verdict));
  const std::string_view sign = verdict == Verdict::ok ? "✓ " : verdict == Verdict::violated ? "✕ " : "? ";
  return "<span class=\"badge " + name + "\"><span aria-hidden=\"true\">" + std::string(sign) + "</span>" + name +
         "</span>";
}

class Page {
 public:
  explicit Page(const Results& results) : results_(results) {
    for (const auto& shown : results.cases) (shown.is_seed() ? seeds_ : scenarios_).push_back(&shown);
  }

  std::string write() {
    head();
    broken();
    scenarios();
    storm();
    mutants();
    foot();
    return std::move(text_);
  }

 private:
  void put(std::string_view text) { text_ += text; }
  void element(std::string_view tag, std::string_view text) {
    put("<" + std::string(tag) + ">" + escaped(text) + "</" + std::string(tag) + ">\n");
  }

  // What the reader came for, in one sentence.
  std::string headline() const {
    const std::uint64_t failed = results_.failed();
    const std::uint64_t all = failed + results_.passed();
    if (all == 0) return "Nothing was run";
    if (failed == 0) return "Every promise held";
    const std::uint64_t escaped_mutants = count_mutants(false);
    if (results_.verdict() == Verdict::unknown) {
      return "Nothing broke, but " + grouped(failed) + " of " + counted(all, "check", "checks") + " stayed unknown";
    }
    if (escaped_mutants == failed) return counted(failed, "seeded defect was", "seeded defects were") + " not caught";
    return grouped(failed) + " of " + counted(all, "check", "checks") + " did not hold";
  }

  std::uint64_t count_mutants(bool caught) const {
    return static_cast<std::uint64_t>(std::ranges::count(results_.mutants, caught, &MutantResult::caught));
  }
  std::uint64_t count_ok(const std::vector<const CaseResult*>& cases) const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(cases, [](const CaseResult* shown) { return shown->verdict == Verdict::ok; }));
  }

  std::string lede() const {
    std::vector<std::string> parts;
    if (!scenarios_.empty()) {
      std::string part = counted(scenarios_.size(), "scenario", "scenarios");
      part += results_.world.find("sockets") != std::string::npos ? " over real sockets" : " under virtual time";
      if (!results_.target.empty()) {
        part += results_.target == "builtin" ? " against the built-in daemon" : " against " + results_.target;
      }
      parts.push_back(part);
    }
    if (results_.sim.seeds > 0) {
      parts.push_back(counted(results_.sim.seeds, "storm", "storms") + " with " +
                      counted(results_.sim.conversations, "phone call", "phone calls") + " under virtual time");
    }
    if (!results_.mutants.empty()) {
      parts.push_back(counted(results_.mutants.size(), "seeded defect", "seeded defects") + " to test the tester");
    }
    std::string text = listed(parts, "; ");
    return text.empty() ? text : text + ".";
  }

  void figure(std::string_view name, const std::string& value, const std::string& small = "") {
    put("<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) +
        (small.empty() ? "" : " <small>" + escaped(small) + "</small>") + "</dd></div>\n");
  }

  void head() {
    const std::string verdict(to_string(results_.verdict()));
    put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    put("<title>" + escaped(headline()) + " – Holdfast</title>\n<style>" + std::string(page_style) +
        "</style>\n</head>\n<body>\n<main>\n<header>\n<p class=\"brand\">Holdfast report</p>\n");
    put("<h1 class=\"" + verdict + "\">" + escaped(headline()) + "</h1>\n");
    if (const std::string text = lede(); !text.empty()) put("<p class=\"lede\">" + escaped(text) + "</p>\n");
    if (!results_.command.empty()) {
      put("<p class=\"note\">To run all of it again:</p>\n<pre><code>" + escaped(results_.command) + "</code></pre>\n");
    }
    put("<dl class=\"figures\">\n");
    if (!scenarios_.empty()) {
      figure("Scenarios that held", grouped(count_ok(scenarios_)), "of " + grouped(scenarios_.size()));
    }
    const SimTotals& sim = results_.sim;
    if (sim.seeds > 0) {
      figure("Storms that held", grouped(results_.seeds_that(Verdict::ok)), "of " + grouped(sim.seeds));
      figure("Simulated", spoken_seconds(sim.simulated_seconds), "in " + spoken_seconds(sim.wall_seconds));
    }
    if (!results_.mutants.empty()) {
      figure("Seeded defects caught", grouped(count_mutants(true)), "of " + grouped(results_.mutants.size()));
    }
    put("</dl>\n</header>\n");
  }

  void violations_of(const CaseResult& shown) {
    for (const auto& violation : shown.violations) {
      put("<div class=\"violation\"><p><b>" + escaped(violation.rule) + "</b> " + escaped(violation.sentence) + "</p>");
      std::vector<std::string> ids = violation.appointment_ids;
      ids.insert(ids.end(), violation.call_ids.begin(), violation.call_ids.end());
      if (!ids.empty()) put("<p class=\"note\">Look for <span class=\"id\">" + escaped(listed(ids)) + "</span></p>");
      put("</div>\n");
    }
    for (const auto& reason : shown.unknown) {
      put("<div class=\"violation open\"><p><b>Not known</b> " + escaped(reason) + "</p></div>\n");
    }
    if (shown.verdict != Verdict::ok && shown.violations.empty() && shown.unknown.empty()) {
      put("<p class=\"note\">No reason was recorded.</p>\n");
    }
  }

  // The first thing that is wrong; the case's own story has them all.
  static std::string first_reason(const CaseResult& shown) {
    const std::size_t count = shown.violations.size() + shown.unknown.size();
    if (count == 0) return "<p>No reason was recorded.</p>\n";
    const std::string text = shown.violations.empty() ? escaped(shown.unknown.front())
                                                      : "<b>" + escaped(shown.violations.front().rule) + "</b> " +
                                                            escaped(shown.violations.front().sentence);
    return "<p>" + text + (count > 1 ? " <span class=\"note\">And " + grouped(count - 1) + " more.</span>" : "") +
           "</p>\n";
  }

  void broken() {
    if (std::ranges::all_of(results_.cases, [](const auto& shown) { return shown.verdict == Verdict::ok; })) return;
    put("<section aria-labelledby=\"broken\">\n<h2 id=\"broken\">What did not hold</h2>\n<ul class=\"broken\">\n");
    for (const auto& shown : results_.cases) {
      if (shown.verdict == Verdict::ok) continue;
      put("<li><h3>" + badge(shown.verdict) + " <a href=\"#case-" + escaped(shown.id) + "\">" +
          escaped(shown.title.empty() ? shown.id : shown.title) + "</a></h3>\n" + first_reason(shown));
      if (!shown.reproduce.empty()) put("<pre><code>" + escaped(shown.reproduce) + "</code></pre>\n");
      put("</li>\n");
    }
    put("</ul>\n</section>\n");
  }

  void scenarios() {
    if (scenarios_.empty()) return;
    put("<section aria-labelledby=\"scenarios\">\n<h2 id=\"scenarios\">Scenarios</h2>\n"
        "<p class=\"note\">Each replays one way in which real booking flows go wrong. Open one for its story.</p>\n");
    list_cases(scenarios_, "Scenario");
    put("</section>\n");
  }

  void list_cases(const std::vector<const CaseResult*>& cases, std::string_view what) {
    put("<div class=\"row heads\" aria-hidden=\"true\"><span>Verdict</span><span>" + std::string(what) +
        "</span><span>Rules</span>"
        "<span class=\"seconds\">Seconds</span></div>\n<ul class=\"cases\">\n");
    for (const CaseResult* shown : cases) one_case(*shown);
    put("</ul>\n");
  }

  void one_case(const CaseResult& shown) {
    char seconds[32];
    std::snprintf(seconds, sizeof(seconds), "%.2f", shown.seconds);
    put("<li id=\"case-" + escaped(shown.id) + "\"><details" +
        (shown.verdict != Verdict::ok && results_.cases.size() <= 30 ? " open" : "") +
        "><summary><span class=\"row\"><span>" + badge(shown.verdict) + "</span><span class=\"name\">" +
        (shown.title.empty() ? "" : "<b>" + escaped(shown.title) + "</b>") + "<span class=\"id\">" + escaped(shown.id) +
        "</span></span><span class=\"rules\">" + escaped(listed(shown.rules)) + "</span><span class=\"seconds\">" +
        seconds + "</span></span></summary>\n<div class=\"story\">\n");
    if (!shown.why.empty()) put("<p class=\"why\">" + escaped(shown.why) + "</p>\n");
    violations_of(shown);
    if (!shown.told.empty()) told(shown);
    timeline(shown);
    if (!shown.reproduce.empty()) {
      put("<h3>Again</h3>\n<pre><code>" + escaped(shown.reproduce) + "</code></pre>\n");
    }
    put("</div></details></li>\n");
  }

  void told(const CaseResult& shown) {
    constexpr std::size_t told_max = 60;
    put("<h3>What the callers were told</h3>\n<ul>\n");
    for (std::size_t i = 0; i < std::min(shown.told.size(), told_max); ++i) element("li", shown.told[i]);
    put("</ul>\n");
    if (shown.told.size() > told_max) {
      put("<p class=\"note\">And " + grouped(shown.told.size() - told_max) + " more.</p>\n");
    }
  }

  void timeline(const CaseResult& shown) {
    const std::string svg = timeline_svg(shown);
    if (svg.empty()) return;
    put("<figure>\n<figcaption>What happened when, from the first call on"
        "</figcaption>\n<div class=\"scroll\">" +
        svg + "</div>\n<ul class=\"key\">\n");
    // Only the colours that are there.
    static constexpr std::pair<std::string_view, std::string_view> keys[] = {
        {"calm", "offered"},
        {"good", "booked, or on GHL's calendar by us"},
        {"other", "taken, or somebody else's"},
        {"open-bar", "not settled yet"},
        {"bad", "fault, crash or no answer"}};
    for (const auto& [colour, meaning] : keys) {
      if (svg.find("rect class=\"" + std::string(colour) + "\"") == std::string::npos) continue;
      put("<li><i class=\"" + std::string(colour) + "\"></i>" + std::string(meaning) + "</li>\n");
    }
    put("</ul>\n</figure>\n");
  }

  void counts_table(std::string_view caption, std::string_view name, std::string_view unit, const Counts& counts,
                    std::uint64_t whole) {
    if (counts.empty()) return;
    put("<div><table><caption>" + escaped(caption) + "</caption><thead><tr><th scope=\"col\">" + escaped(name) +
        "</th><th scope=\"col\" class=\"number\">" + escaped(unit) + "</th></tr></thead><tbody>\n");
    std::vector<std::pair<std::string, std::uint64_t>> rows(counts.begin(), counts.end());
    std::ranges::sort(rows, [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    for (const auto& [label, count] : rows) {
      put("<tr><th scope=\"row\"" + std::string(count == 0 ? " class=\"never\"" : "") + ">" +
          escaped(label.empty() ? "nothing" : label));
      if (whole > 0) {
        char width[32];
        std::snprintf(width, sizeof(width), "%.1f",
                      std::min(100.0, 100.0 * static_cast<double>(count) / static_cast<double>(whole)));
        put("<span class=\"meter\" aria-hidden=\"true\"><i style=\"width:" + std::string(width) + "%\"></i></span>");
      }
      put("</th><td class=\"number\">" + grouped(count) + (whole > 0 ? " · " + escaped(percent(count, whole)) : "") +
          "</td></tr>\n");
    }
    put("</tbody></table></div>\n");
  }

  void storm() {
    const SimTotals& sim = results_.sim;
    if (sim.seeds == 0) return;
    put("<section aria-labelledby=\"storm\">\n<h2 id=\"storm\">Storms</h2>\n");
    put("<p class=\"note\">Every seed draws a whole world: callers, a calendar, faults, crashes, people at the screen. "
        "The same seed gives the same run, event by event.</p>\n<dl class=\"figures\">\n");
    figure("Seeds", grouped(sim.seeds), std::to_string(sim.first_seed) + " to " + std::to_string(sim.last_seed));
    figure("Phone calls", grouped(sim.conversations));
    figure("Appointments kept", grouped(sim.bookings));
    figure("Violations", grouped(sim.violations));
    if (sim.wall_seconds > 0) {
      figure("Simulated seconds a second",
             grouped(static_cast<std::uint64_t>(sim.simulated_seconds / sim.wall_seconds)));
    }
    put("</dl>\n");
    if (!sim.trace_hash.empty()) {
      put("<p class=\"note\">Hash of all traces <span class=\"id\">" + escaped(sim.trace_hash) + "</span></p>\n");
    }
    if (!seeds_.empty()) list_cases(seeds_, "Seed");
    put("<div class=\"pair\">\n");
    counts_table("What callers were told last", "Told", "Calls", sim.told, sim.conversations);
    counts_table("Faults injected", "Fault", "Times", sim.faults, 0);
    put("</div>\n<div class=\"pair\">\n");
    counts_table("Rare paths", "Path", "Seeds that hit it", sim.probes, sim.seeds);
    put("</div>\n</section>\n");
  }

  void mutants() {
    if (results_.mutants.empty()) return;
    put("<section aria-labelledby=\"mutants\">\n<h2 id=\"mutants\">Seeded defects</h2>\n"
        "<p class=\"note\">Each spoils the daemon on purpose. A tester that does not notice is no tester.</p>\n"
        "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Defect</th><th scope=\"col\">Caught by</th>"
        "<th scope=\"col\" class=\"number\">At seed</th></tr></thead><tbody>\n");
    for (const auto& mutant : results_.mutants) {
      put("<tr><th scope=\"row\"><b>" + escaped(mutant.name) + "</b><br>" + escaped(mutant.defect));
      if (!mutant.sentence.empty()) {
        put("<details><summary>How it showed</summary><p class=\"note\">" + escaped(mutant.sentence) +
            "</p></details>");
      }
      put("</th><td>" + (mutant.caught ? escaped(mutant.rule) : std::string("<span class=\"violated\">nobody</span>")) +
          "</td><td class=\"number\">" +
          (mutant.caught ? grouped(mutant.seed) : "not in " + counted(mutant.seeds, "seed", "seeds")) + "</td></tr>\n");
    }
    put("</tbody></table></div>\n</section>\n");
  }

  // The rules that are named anywhere on the page, with what they mean.
  void foot() {
    std::set<std::string> named;
    for (const auto& shown : results_.cases) {
      named.insert(shown.rules.begin(), shown.rules.end());
      for (const auto& violation : shown.violations) named.insert(violation.rule);
    }
    for (const auto& mutant : results_.mutants) named.insert(mutant.rule);
    put("<footer>\n<dl aria-label=\"Rules\">\n");
    for (const Rule& rule : rules()) {
      if (named.contains(std::string(rule.id))) define(rule.id, rule.meaning);
    }
    for (const auto& rule : vapi_sim::reply_rules()) {
      if (named.contains(std::string(rule.id))) define(rule.id, rule.meaning);
    }
    put("</dl>\n<p>Holdfast " + escaped(results_.version) + ". " + grouped(results_.passed()) + " passed, " +
        grouped(results_.failed()) + " failed; unknown counts as failed.</p>\n</footer>\n</main>\n</body>\n</html>\n");
  }
  void define(std::string_view id, std::string_view meaning) {
    put("<dt>" + escaped(id) + "</dt><dd>" + escaped(meaning) + "</dd>\n");
  }

  const Results& results_;
  std::vector<const CaseResult*> scenarios_;
  std::vector<const CaseResult*> seeds_;
  std::string text_;
};

}  // namespace

std::string to_html(const Results& results) {
  return Page(results).write();
}

}  // namespace scenarios
