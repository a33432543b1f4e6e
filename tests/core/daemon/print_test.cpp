// What an operator reads.
#include "core/daemon/cli/print.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::daemon::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const PrintContext beside_daemon{.config_path = "holdfast.toml", .by_daemon = true};
const PrintContext alone{.config_path = "holdfast.toml", .by_daemon = false};

Json job(std::string id, bool given_up, std::int64_t due_in_ms) {
  return {{"id", std::move(id)},  {"tenant", "one"}, {"kind", "note"},         {"intent", "a"},
          {"given_up", given_up}, {"attempts", 3},   {"due_in_ms", due_in_ms}, {"last_error", "GHL said no"}};
}

TEST(Printable, WhatCouldMoveTheCursorIsShownAsAQuestionMark) {
  EXPECT_EQ(printable("plain, Zoë, 日本"), "plain, Zoë, 日本");
  EXPECT_EQ(printable("a\x1b[2Jb"), "a?[2Jb");
  EXPECT_EQ(printable("a\rb\tc\x7f"), "a?b?c?");
  EXPECT_EQ(printable("a\xc2\x9b"
                      "31mb"),
            "a?31mb");  // the one-byte form of ESC [
  EXPECT_EQ(printable("two\nlines"), "two\nlines");
  EXPECT_EQ(printable("cut \xc3"), "cut \xef\xbf\xbd");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(Distance, IsToldInTheGreatestUnit) {
  EXPECT_EQ(distance_text(-5), "0 s");
  EXPECT_EQ(distance_text(59'999), "59 s");
  EXPECT_EQ(distance_text(60'000), "1 min");
  EXPECT_EQ(distance_text(3'600'000 - 1), "59 min");
  EXPECT_EQ(distance_text(3'600'000), "1 h");
  EXPECT_EQ(distance_text(48 * 3'600'000), "2 d");
}

TEST(JobsText, IsATableThatEndsWithWhatCanBeDone) {
  const Json answer{{"jobs",
                     {job("a/note", true, 0), job("longer/note", false, 61'000), job("c/note", false, -1),
                      job("d/note", false, -7'200'000)}},
                    {"more", false}};
  EXPECT_EQ(jobs_text(answer, beside_daemon),
            "4 jobs are not done, 1 given up: nobody tries it again until you say so.\n"
            "\n"
            "  JOB          TENANT  KIND  STATE     TRIES  NEXT TRY\n"
            "  a/note       one     note  given up  3      none\n"
            "      GHL said no\n"
            "  longer/note  one     note  waiting   3      in 1 min\n"
            "      GHL said no\n"
            "  c/note       one     note  waiting   3      due now\n"
            "      GHL said no\n"
            "  d/note       one     note  waiting   3      overdue for 2 h\n"
            "      GHL said no\n"
            "\n"
            "holdfastd jobs show JOB --config holdfast.toml    everything about one, names included\n"
            "holdfastd jobs retry JOB --config holdfast.toml   tries one again that was given up\n"
            "holdfastd jobs drop JOB --config holdfast.toml    forgets one, undone\n");
}

TEST(JobsText, CountsInWords) {
  EXPECT_EQ(jobs_text({{"jobs", Json::array()}, {"more", false}}, alone),
            "No job waits: everything that follows a booking is done.\n");
  EXPECT_THAT(jobs_text({{"jobs", {job("a", false, 1)}}, {"more", false}}, alone),
              HasSubstr("1 job is not done; none was given up."));
  EXPECT_THAT(jobs_text({{"jobs", {job("a", true, 0), job("b", true, 0)}}, {"more", true}}, alone),
              HasSubstr("More than 2 jobs are not done, 2 given up: nobody tries them again"));
}

TEST(JobText, ShowsThePayloadAndNothingRaw) {
  Json shown = job("it's/note", true, 0);
  shown["payload"] = {{"body", "for Ada\x1b[2J\nKing"}};
  const std::string text = job_text({{"job", shown}}, {.config_path = "my config.toml", .by_daemon = false});
  EXPECT_THAT(text, HasSubstr("state       given up after 3 tries\n"));
  EXPECT_THAT(text, HasSubstr("payload\n  {\n    \"body\": \"for Ada"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  // The command can be pasted.
  EXPECT_THAT(text, HasSubstr("holdfastd jobs retry 'it'\\''s/note' --config 'my config.toml'"));
}

TEST(RetriedText, SaysWhoWillTryIt) {
  const Json answer{{"job", job("a/note", true, 0)}};
  EXPECT_EQ(retried_text(answer, beside_daemon), "a/note is due now; holdfastd tries it within seconds.\n");
  EXPECT_EQ(retried_text(answer, alone),
            "a/note is due now. No holdfastd runs on this ledger: the next one that starts tries it.\n");
  EXPECT_EQ(dropped_text(answer, alone), "a/note is dropped: it will not be done.\n");
}

TEST(ReviewsText, AsksThePerson) {
  EXPECT_EQ(reviews_text({{"reviews", Json::array()}, {"more", false}}, alone), "Nothing waits for a person.\n");
  Json review{{"id", "r1"},
              {"tenant", "one"},
              {"kind", "unsettled"},
              {"intent", "a"},
              {"question", "Is it there?"},
              {"open_for_ms", 7'200'000},
              {"resolved", false}};
  EXPECT_EQ(reviews_text({{"reviews", {review}}, {"more", false}}, alone),
            "1 review is open: a person has to decide.\n"
            "\n"
            "  REVIEW  TENANT  KIND       OPEN FOR\n"
            "  r1      one     unsettled  2 h\n"
            "      Is it there?\n"
            "\n"
            "holdfastd review show REVIEW --config holdfast.toml                   everything about one, names "
            "included\n"
            "holdfastd review resolve REVIEW --note TEXT --config holdfast.toml    closes it; TEXT says what was "
            "found or done\n");
  review["details"] = {{"name", "Ada"}};
  EXPECT_THAT(review_text({{"review", review}}, alone), HasSubstr("holdfastd review resolve r1 --note TEXT"));
  review["resolved"] = true;
  review["resolution"] = "called them";
  const std::string resolved = review_text({{"review", review}}, alone);
  EXPECT_THAT(resolved, HasSubstr("state     resolved: called them\n"));
  EXPECT_THAT(resolved, Not(HasSubstr("--note")));
  EXPECT_EQ(resolved_text({{"review", review}}, alone), "r1 is resolved.\n");
}

// An answer of another version is shown as far as it goes.
TEST(Text, DoesNotTripOverWhatIsMissing) {
  EXPECT_NE(jobs_text({{"jobs", {Json::object(), 7}}}, alone), "");
  EXPECT_NE(job_text(Json::object(), alone), "");
  EXPECT_NE(review_text(Json::array(), alone), "");
}

}  // namespace
}  // namespace holdfast::daemon::cli
