// Results in their four forms.
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "core/base/json.hpp"
#include "scenarios/report/html.hpp"
#include "scenarios/report/json.hpp"
#include "scenarios/report/junit.hpp"
#include "scenarios/report/markup.hpp"
#include "scenarios/report/terminal.hpp"
#include "scenarios/report/timeline.hpp"
#include "scenarios/report/words.hpp"
#include "tests/scenarios/report/sample.hpp"

namespace scenarios {
namespace {

using boost::property_tree::ptree;

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n') + 1;
  const std::size_t begin = text.rfind('\n', end - 1);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1));
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

ptree parse_xml(const std::string& text) {
  std::istringstream in(text);
  ptree tree;
  boost::property_tree::read_xml(in, tree);
  return tree;
}

TEST(Results, UnknownAndUncaughtCountAsFailed) {
  const Results all = samples::everything();
  // Passed: one scenario, 1,999 seeds, one mutant. Failed: two scenarios, a seed, a mutant.
  EXPECT_EQ(all.passed(), 2'001U);
  EXPECT_EQ(all.failed(), 4U);
  EXPECT_EQ(all.exit_code(), 1);
  Results fine;
  fine.cases = {samples::held()};
  EXPECT_EQ(fine.exit_code(), 0);
  Results open = fine;
  open.cases.push_back(samples::unsettled());
  EXPECT_EQ(open.exit_code(), 2);
  EXPECT_EQ(open.passed(), 1U);
  EXPECT_EQ(open.failed(), 1U);
  EXPECT_EQ(Results{}.exit_code(), 2) << "nothing tried proves nothing";
  Results uncaught;
  uncaught.mutants = {{.name = "m", .defect = "", .caught = false, .rule = "", .sentence = ""}};
  EXPECT_EQ(uncaught.exit_code(), 1);
}

TEST(Results, AViolationWithoutItsSeedIsStillAFailure) {
  Results results;
  results.sim.seeds = 10;
  results.sim.violations = 3;
  EXPECT_EQ(results.exit_code(), 1);
  EXPECT_EQ(results.passed(), 9U);
  EXPECT_EQ(results.failed(), 1U);
}

TEST(Results, MergeAddsUp) {
  Results run;
  run.command = "holdfast run";
  run.world = "sockets";
  run.version = "0.1.0";
  run.cases = {samples::held()};
  Results sim;
  sim.command = "holdfast sim";
  sim.world = "virtual";
  sim.version = "0.1.0";
  sim.sim = samples::storm();
  const Results both = merge({run, sim});
  EXPECT_EQ(both.command, "holdfast run\nholdfast sim");
  EXPECT_EQ(both.world, "sockets, virtual");
  EXPECT_EQ(both.version, "0.1.0");
  EXPECT_EQ(both.cases.size(), 1U);
  EXPECT_EQ(both.sim.trace_hash, sim.sim.trace_hash);
  EXPECT_EQ(both.sim.seeds, 2'000U);
  const Results twice = merge({sim, sim});
  EXPECT_EQ(twice.sim.seeds, 4'000U);
  EXPECT_EQ(twice.sim.told.at("booked"), 2 * 71'903U);
  EXPECT_EQ(twice.sim.first_seed, 1U);
  EXPECT_EQ(twice.sim.trace_hash, "") << "two storms have no one hash";
}

TEST(Json, RoundTrip) {
  const Results all = samples::everything();
  const std::string text = to_json(all);
  const auto back = results_from_json(text);
  ASSERT_TRUE(back.has_value()) << back.error().message;
  EXPECT_EQ(to_json(*back), text);
  EXPECT_EQ(back->cases.at(1).violations.at(0).sentence, all.cases[1].violations[0].sentence);
  EXPECT_EQ(back->cases.at(1).violations.at(0).at, all.cases[1].violations[0].at);
  EXPECT_EQ(back->cases.at(1).timeline.size(), all.cases[1].timeline.size());
  EXPECT_EQ(back->mutants.at(1).seeds, 1'000U);
  EXPECT_EQ(back->sim.probes, all.sim.probes);
  EXPECT_EQ(back->exit_code(), all.exit_code());
  EXPECT_EQ(to_html(*back), to_html(all));
}

TEST(Json, HasWhatScriptsLookForAtTheTop) {
  const auto json = holdfast::parse_json(to_json(samples::everything())).value();
  EXPECT_EQ(json["seeds"], 2'000);
  EXPECT_EQ(json["conversations"], 100'000);
  EXPECT_EQ(json["bookings"], 71'204);
  EXPECT_EQ(json["violations"], 3) << "two of the scenario, one of the storm";
  EXPECT_EQ(json["simulated_seconds"], 1'384'211.5);
  EXPECT_EQ(json["wall_seconds"], 141.7);
  EXPECT_EQ(json["trace_hash"], "9f2c44e1a07b35d8");
  EXPECT_EQ(json["passed"], 2'001);
  EXPECT_EQ(json["exit_code"], 1);
  EXPECT_FALSE(holdfast::parse_json(to_json(Results{})).value().contains("seeds"));
}

TEST(Json, MistakesNameTheirPlace) {
  const auto error = [](std::string_view text) {
    const auto results = results_from_json(text);
    return results ? std::string("accepted") : results.error().message;
  };
  EXPECT_EQ(error("[]"), "the results: must be an object");
  EXPECT_EQ(error(R"({"cases": [{"id": 5}]})"), "cases[0].id: must be a string");
  EXPECT_EQ(error(R"({"cases": [{"violations": [{"at_ms": "x"}]}]})"),
            "cases[0].violations[0].at_ms: must be a whole number");
  EXPECT_EQ(error(R"({"cases": [{"verdict": "fine"}]})"), "cases[0].verdict: must be ok, violated or unknown");
  EXPECT_EQ(error(R"({"seeds": -1})"), "seeds: must be a whole number from 0");
  EXPECT_EQ(error(R"({"told": {"booked": 1.5}})"), "told: must hold whole numbers from 0");
  EXPECT_EQ(error(R"({"format": "holdfast-results/9"})"), "format: must be holdfast-results/1");
  EXPECT_EQ(error(R"({"cases": [{"id": "x"}]})"), "accepted");
  EXPECT_EQ(results_from_json(R"({"cases": [{"id": "x"}]})")->exit_code(), 2) << "no verdict is no pass";
  EXPECT_NE(error("{"), "accepted");
}

TEST(Json, CarriesBytesThatAreNoUtf8) {
  Results results;
  results.cases = {samples::held()};
  results.cases[0].told = {"\xff\xfe"};
  EXPECT_TRUE(results_from_json(to_json(results)).has_value());
}

TEST(Terminal, TheLastLineIsForScripts) {
  for (const bool colours : {false, true}) {
    const std::string text = print_results(samples::everything(), {.colours = colours});
    EXPECT_EQ(last_line(text), "2001 passed, 4 failed");
    EXPECT_EQ(text.back(), '\n');
  }
  EXPECT_EQ(print_results(Results{}, {}), "0 passed, 0 failed\n");
}

TEST(Terminal, ColoursOnlyWhenTold) {
  EXPECT_EQ(print_results(samples::everything(), {.colours = false}).find('\x1b'), std::string::npos);
  EXPECT_NE(print_results(samples::everything(), {.colours = true}).find("\x1b[31m"), std::string::npos);
}

TEST(Terminal, TellsEveryViolationWrappedAndHowToSeeItAgain) {
  const std::string text = print_results(samples::everything(), {.colours = false, .width = 80});
  EXPECT_NE(text.find("    reproduce: holdfast run --filter person-books-between-check-and-create --seed 7\n"),
            std::string::npos);
  EXPECT_NE(text.find("    S1: usrAda00000000000001 has 1 seat(s)"), std::string::npos);
  EXPECT_NE(text.find("    Not known: the call of Dora Lind"), std::string::npos);
  EXPECT_NE(text.find("retry-blindly  S4         3\n"), std::string::npos);
  EXPECT_NE(text.find("forget-verify  nobody     not in 1,000 seeds\n"), std::string::npos);
  EXPECT_NE(text.find("ghl: 429 on a create         1,204    60%\n"), std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("reproduce:") == std::string::npos) EXPECT_LE(shown_width(line), 80U) << line;
  }
}

TEST(Terminal, OneLineForAFinishedCase) {
  EXPECT_EQ(print_case_line(samples::held(), {}).substr(0, 23), "ok        clean-booking");
}

TEST(Junit, IsXmlAndCountsAgree) {
  const ptree tree = parse_xml(to_junit(samples::everything()));
  std::map<std::string, int> counted_elements;
  int tests = 0;
  for (const auto& [name, suite] : tree.get_child("testsuites")) {
    if (name != "testsuite") continue;
    tests += suite.get<int>("<xmlattr>.tests");
    std::map<std::string, int> inside;
    for (const auto& [kind, test] : suite) {
      if (kind != "testcase") continue;
      ++inside["testcase"];
      for (const auto& [outcome, ignored] : test) ++inside[outcome];
    }
    EXPECT_EQ(inside["testcase"], suite.get<int>("<xmlattr>.tests"));
    EXPECT_EQ(inside["failure"], suite.get<int>("<xmlattr>.failures"));
    EXPECT_EQ(inside["error"], suite.get<int>("<xmlattr>.errors"));
    for (const auto& [kind, count] : inside) counted_elements[kind] += count;
  }
  EXPECT_EQ(tests, 7) << "three scenarios, the storm, a seed of it, two mutants";
  EXPECT_EQ(counted_elements["failure"], 4);
  EXPECT_EQ(counted_elements["error"], 1);
}

TEST(Junit, CarriesAnyText) {
  Results results;
  results.cases = {samples::violated()};
  const std::string sentence = results.cases[0].violations[1].sentence;
  const ptree tree = parse_xml(to_junit(results));
  const auto& failure = tree.get_child("testsuites.testsuite.testcase.failure");
  EXPECT_NE(failure.data().find(sentence), std::string::npos) << failure.data();
  results.cases[0].violations[0].sentence = std::string("a\x01\xff ]]> \"<&'\0b", 13);
  EXPECT_EQ(parse_xml(to_junit(results)).get<std::string>("testsuites.testsuite.testcase.failure.<xmlattr>.message"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD ]]> \"<&'\xEF\xBF\xBD");
}

TEST(Markup, KeepsTextAndReplacesWhatXmlCannotCarry) {
  EXPECT_EQ(escaped("a <b> & \"c\" 'd' → é 🙂\n\t"), "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#39; → é 🙂\n\t");
  const std::string sign = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped("\x1b"), sign);
  EXPECT_EQ(escaped("\xC0\x80"), sign + sign) << "overlong";
  EXPECT_EQ(escaped("\xED\xA0\x80"), sign + sign + sign) << "a surrogate";
  EXPECT_EQ(escaped("\xE2\x86"), sign + sign) << "cut off";
}

TEST(Html, IsOneFileWithoutScriptsOrOutsideAssets) {
  const std::string page = to_html(samples::everything());
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("http://"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("@import"), std::string::npos);
  EXPECT_EQ(page.find("url("), std::string::npos);
  EXPECT_NE(page.find("prefers-color-scheme: dark"), std::string::npos);
  EXPECT_NE(page.find("name=\"viewport\""), std::string::npos);
}

TEST(Html, EveryElementThatOpensCloses) {
  const std::string page = to_html(samples::everything());
  for (const std::string tag :
       {"main", "header", "section", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr",
        "td",   "th",     "dl",      "dt", "dd", "div",     "p",       "pre",   "code",  "svg",   "text",
        "rect", "figure", "footer",  "h1", "h2", "h3",      "span",    "a",     "b",     "i",     "title"}) {
    const std::size_t opened = count_of(page, "<" + tag + ">") + count_of(page, "<" + tag + " ");
    EXPECT_EQ(opened, count_of(page, "</" + tag + ">")) << tag;
    EXPECT_GT(opened, 0U) << tag;
  }
  EXPECT_EQ(count_of(page, "<h1"), 1U);
}

TEST(Html, SaysTheVerdictFirstAndHowToRunItAgain) {
  EXPECT_NE(to_html(samples::everything()).find("<h1 class=\"violated\">4 of 2,005 checks did not hold</h1>"),
            std::string::npos);
  Results fine;
  fine.command = "holdfast run --filter 'a<b'";
  fine.cases = {samples::held()};
  EXPECT_NE(to_html(fine).find("<h1 class=\"ok\">Every promise held</h1>"), std::string::npos);
  EXPECT_NE(to_html(fine).find("holdfast run --filter &#39;a&lt;b&#39;"), std::string::npos);
  fine.cases.push_back(samples::unsettled());
  EXPECT_NE(to_html(fine).find("1 of 2 checks stayed unknown</h1>"), std::string::npos);
  EXPECT_NE(to_html(Results{}).find("Nothing was run"), std::string::npos);
}

TEST(Html, NeverLetsTextBecomeMarkup) {
  Results results = samples::everything();
  const std::string evil = "<img src=x onerror=alert(1)>\"'";
  for (auto& shown : results.cases) {
    shown.id += evil;
    shown.title = shown.why = shown.reproduce = evil;
    shown.rules = shown.told = shown.unknown = {evil};
    for (auto& violation : shown.violations) violation = {evil, evil, violation.at, {evil}, {evil}};
    for (auto& span : shown.timeline) span.lane = span.label = span.status = span.kind = evil;
  }
  for (auto& mutant : results.mutants) mutant.name = mutant.defect = mutant.rule = mutant.sentence = evil;
  results.command = results.target = results.version = results.sim.trace_hash = evil;
  results.sim.told = results.sim.probes = results.sim.faults = {{evil, 1}};
  EXPECT_EQ(to_html(results).find("<img"), std::string::npos);
}

TEST(Timeline, MarksViolationsAndNamesEveryBar) {
  const CaseResult shown = samples::violated();
  const std::string svg = timeline_svg(shown);
  EXPECT_EQ(count_of(svg, "<rect"), shown.timeline.size());
  EXPECT_EQ(count_of(svg, "class=\"moment\""), 2U);
  EXPECT_NE(svg.find("role=\"img\""), std::string::npos);
  EXPECT_NE(svg.find("Ada King: book_appointment → booked at 1740 ms."), std::string::npos);
  EXPECT_EQ(timeline_svg(samples::unsettled()), "");
}

TEST(Timeline, KeepsTheLanesOfAViolationWhenThereAreTooMany) {
  CaseResult shown = samples::violated();
  std::vector<LaneSpan> crowd;
  for (int i = 0; i < 50; ++i) crowd.push_back({"Caller " + std::to_string(i), "x", "exchange", i, i + 1, "booked"});
  shown.timeline.insert(shown.timeline.begin(), crowd.begin(), crowd.end());
  const std::string svg = timeline_svg(shown, 10);
  EXPECT_NE(svg.find(">Ada King</text>"), std::string::npos);
  EXPECT_EQ(count_of(svg, "class=\"lane\""), 10U);
  EXPECT_NE(svg.find("47 further lanes are not drawn"), std::string::npos);
}

History small_history() {
  History history;
  history.began_at = holdfast::from_epoch_ms(1'788'000'000'000);
  history.ended_at = history.began_at + holdfast::seconds(30);
  history.calendars = {{.id = "cal", .service = "Visit"}};
  const auto at = [&](int ms) { return history.began_at + holdfast::milliseconds(ms); };
  vapi_sim::CallRecord call;
  call.plan.call_id = "c1";
  call.plan.line = "+14155550101";
  call.plan.errands[0].attendee = {"Ada", "King", "", ""};
  call.began_at = at(10);
  call.ended_at = at(900);
  call.told = "booked";
  vapi_sim::Exchange ask;
  ask.asked_at = at(100);
  ask.answered_at = at(700);
  ask.tool = "book_appointment";
  ask.status = "booked";
  ask.label = "Thursday, August 27 at 10:00 AM";
  ask.heard = true;
  vapi_sim::Exchange lost = ask;
  lost.asked_at = at(20);
  lost.answered_at = std::nullopt;
  lost.given_up_at = at(90);
  lost.status = "";
  lost.heard = false;
  call.exchanges = {lost, ask};
  vapi_sim::CallRecord gone = call;
  gone.plan.call_id = "c2";
  gone.plan.errands[0].attendee = {"Ben", "", "", ""};
  gone.told = "";
  gone.hung_up = true;
  gone.exchanges.clear();
  history.calls = {call, gone};
  BookingFact ours;
  ours.id = "a1";
  ours.calendar_id = "cal";
  ours.contact_id = "k1";
  ours.user_ids = {"usr"};
  ours.interval = {at(0), at(1)};
  ours.created_at = at(400);
  BookingFact person = ours;
  person.id = "a2";
  person.source = "calendar_page";
  person.user_ids.clear();
  person.ended_at = at(800);
  person.cancelled_by_person = true;
  history.bookings = {ours, person};
  history.contacts = {{"k1", "Ada", "King", "", "", true, false}};
  history.crashes = {{at(500), at(600)}, {at(950), std::nullopt}};
  return history;
}

TEST(Timeline, IsDrawnFromAHistory) {
  const History history = small_history();
  const auto spans = timeline_of(history, {{history.began_at + holdfast::milliseconds(30), "latency on get-slots"}});
  const auto has = [&](const LaneSpan& wanted) {
    return std::ranges::any_of(spans, [&](const LaneSpan& span) {
      return span.lane == wanted.lane && span.label == wanted.label && span.kind == wanted.kind &&
             span.from_ms == wanted.from_ms && span.to_ms == wanted.to_ms && span.status == wanted.status;
    });
  };
  EXPECT_TRUE(has({"Ada King", "book_appointment → booked", "exchange", 100, 700, "booked"}));
  EXPECT_TRUE(has({"Ada King", "book_appointment → no answer", "exchange", 20, 90, "no answer"}));
  EXPECT_TRUE(has({"Ben", "hung up", "hangup", 900, 900, "hung up"}));
  EXPECT_TRUE(has({"GHL: usr", slot_text(history.began_at) + " Ada King", "appointment", 400, 30'000, "ours"}));
  EXPECT_TRUE(has({"GHL: Visit", slot_text(history.began_at) + " Ada King, cancelled by a person", "appointment", 400,
                   800, "somebody else's"}));
  EXPECT_TRUE(has({"people in GHL", "a person booked " + slot_text(history.began_at), "person", 400, 400, "person"}));
  EXPECT_TRUE(has({"daemon", "daemon died, then came back", "crash", 500, 600, "down"}));
  EXPECT_TRUE(has({"daemon", "daemon died", "crash", 950, 30'000, "down"}));
  EXPECT_TRUE(has({"faults", "latency on get-slots", "fault", 30, 30, "fault"}));
}

TEST(Timeline, ACaseIsFilledFromAHistory) {
  CaseResult shown;
  fill_case(shown, small_history(), {});
  EXPECT_EQ(shown.verdict, Verdict::ok);
  EXPECT_EQ(shown.told, (std::vector<std::string>{"Ada King was told booked: Thursday, August 27 at 10:00 AM",
                                                  "Ben hung up and heard nothing"}));
  EXPECT_EQ(shown.began_at, small_history().began_at);
  Findings findings;
  findings.unknown = {"who knows"};
  fill_case(shown, small_history(), findings);
  EXPECT_EQ(shown.verdict, Verdict::unknown);
  findings.violations = {{"S1", "broken", {}, {}, {}}};
  fill_case(shown, small_history(), findings);
  EXPECT_EQ(shown.verdict, Verdict::violated);
}

TEST(Words, NumbersAsAPersonReadsThem) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(spoken_seconds(0.184), "0.18 s");
  EXPECT_EQ(spoken_seconds(9.996), "10.0 s");
  EXPECT_EQ(spoken_seconds(59.96), "1 min");
  EXPECT_EQ(spoken_seconds(200), "3 min 20 s");
  EXPECT_EQ(spoken_seconds(3'660), "1 h 1 min");
  EXPECT_EQ(spoken_seconds(90'000), "1 day 1 h");
  EXPECT_EQ(percent(0, 0), "–");
  EXPECT_EQ(percent(1, 2'000), "<0.1%");
  EXPECT_EQ(percent(1'999, 2'000), ">99.9%");
  EXPECT_EQ(percent(2'000, 2'000), "100%");
  EXPECT_EQ(wrapped("one two  three", 7), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("", 7).size(), 0U);
  EXPECT_EQ(wrapped("é é é", 3), (std::vector<std::string>{"é é", "é"}));
}

}  // namespace
}  // namespace scenarios
