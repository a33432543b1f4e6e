// The operator's channel without sockets: what a Handler answers, to whom, and what the ledger behind it then holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "core/base/json.hpp"
#include "core/daemon/control/handler.hpp"
#include "core/daemon/control/ledger_administration.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::daemon::control {
namespace {

ledger::Review review_of_job(const std::string& job) {
  return {.id = job + "/dead",
          .tenant = "one",
          .intent_id = job.substr(0, job.find('/')),
          .kind = "job_dead",
          .text = "do it by hand",
          .created_at = {},
          .resolved_at = std::nullopt,
          .resolution = ""};
}

using net::HttpResponse;
using net::Task;
using ::testing::HasSubstr;
using ::testing::Not;

// Jobs and reviews in memory.
class FakeAdministration final : public Administration {
 public:
  Task<Result<std::vector<Job>>> jobs(std::size_t limit) override {
    std::vector<Job> listed = kept_jobs;
    listed.resize(std::min(limit, listed.size()));
    co_return listed;
  }
  Task<Result<Job>> job(std::string id) override {
    const auto found = std::ranges::find(kept_jobs, id, &Job::id);
    if (found == kept_jobs.end()) co_return fail(ErrorKind::not_found, "no such job");
    co_return *found;
  }
  Task<Result<void>> retry_job(std::string id) override {
    if (failure) co_return fail(*failure);
    retried.push_back(std::move(id));
    co_return Result<void>{};
  }
  Task<Result<void>> drop_job(std::string id) override {
    std::erase_if(kept_jobs, [&](const Job& kept) { return kept.id == id; });
    co_return Result<void>{};
  }
  Task<Result<std::vector<Review>>> reviews(std::size_t limit) override {
    if (failure) co_return fail(*failure);
    std::vector<Review> open;
    for (const Review& review : kept_reviews) {
      if (!review.resolution && open.size() < limit) open.push_back(review);
    }
    co_return open;
  }
  Task<Result<Review>> review(std::string id) override {
    const auto found = std::ranges::find(kept_reviews, id, &Review::id);
    if (found == kept_reviews.end()) co_return fail(ErrorKind::not_found, "no such review");
    co_return *found;
  }
  Task<Result<void>> resolve_review(std::string id, std::string resolution) override {
    const auto found = std::ranges::find(kept_reviews, id, &Review::id);
    if (found->resolution) co_return fail(ErrorKind::refused, "it is resolved already");
    found->resolution = std::move(resolution);
    co_return Result<void>{};
  }

  std::vector<Job> kept_jobs;
  std::vector<Review> kept_reviews;
  std::vector<std::string> retried;
  std::optional<Error> failure;
};

class HandlerTest : public ::testing::Test {
 protected:
  HandlerTest() {
    const Instant now = loop.clock().now();
    administration.kept_jobs = {{.id = "a/note",
                                 .tenant = "one",
                                 .kind = "note",
                                 .intent_id = "a",
                                 .given_up = true,
                                 .attempts = 10,
                                 .due_at = now,
                                 .last_error = "GHL said no",
                                 .payload = R"({"body":"for Ada King"})"},
                                {.id = "b/note",
                                 .tenant = "one",
                                 .kind = "note",
                                 .intent_id = "b",
                                 .given_up = false,
                                 .attempts = 1,
                                 .due_at = now + seconds(30),
                                 .last_error = "",
                                 .payload = "not JSON"}};
    administration.kept_reviews = {{.id = "r1",
                                    .tenant = "one",
                                    .kind = "unsettled",
                                    .intent_id = "a",
                                    .question = "Is it in the calendar?",
                                    .opened_at = now - hours(2),
                                    .resolution = std::nullopt,
                                    .details = R"({"name":"Ada King"})"}};
  }
  HttpResponse ask(const std::string& method, const std::string& target, const std::string& body = "") {
    return loop.run(handler.handle({method, target, {}, body}));
  }
  Json answer(const std::string& method, const std::string& target, const std::string& body = "") {
    const HttpResponse response = ask(method, target, body);
    EXPECT_EQ(response.status, 200) << response.body;
    return parse_json(response.body).value_or(Json());
  }

  tests::Loop loop;
  FakeAdministration administration;
  Handler handler{loop.clock(), administration};
};

TEST_F(HandlerTest, TheListOfJobsNamesNobody) {
  const Json listed = answer("GET", "/jobs");
  ASSERT_EQ(listed["jobs"].size(), 2u);
  EXPECT_EQ(listed["more"], false);
  EXPECT_EQ(listed["jobs"][0]["id"], "a/note");
  EXPECT_EQ(listed["jobs"][0]["given_up"], true);
  EXPECT_EQ(listed["jobs"][0]["last_error"], "GHL said no");
  EXPECT_FALSE(listed["jobs"][0].contains("due_in_ms"));
  EXPECT_EQ(listed["jobs"][1]["due_in_ms"], 30'000);
  EXPECT_THAT(listed.dump(), Not(HasSubstr("Ada")));
}

TEST_F(HandlerTest, OneJobIsShownWithItsPayload) {
  EXPECT_EQ(answer("GET", "/job?id=a%2Fnote")["job"]["payload"]["body"], "for Ada King");
  EXPECT_EQ(answer("GET", "/job?id=b%2Fnote")["job"]["payload"], "not JSON");
}

TEST_F(HandlerTest, RetryAndDropReachTheOneTheyNameAndSayNoNames) {
  const Json retried = answer("POST", "/job/retry?id=a%2Fnote");
  EXPECT_EQ(retried["job"]["id"], "a/note");
  EXPECT_EQ(administration.retried, std::vector<std::string>{"a/note"});
  const Json dropped = answer("POST", "/job/drop?id=a%2Fnote");
  EXPECT_THAT(retried.dump() + dropped.dump(), Not(HasSubstr("Ada")));
  ASSERT_EQ(administration.kept_jobs.size(), 1u);
  EXPECT_EQ(administration.kept_jobs[0].id, "b/note");
}

TEST_F(HandlerTest, ReviewsAreListedShownAndResolvedOnce) {
  const Json listed = answer("GET", "/reviews");
  ASSERT_EQ(listed["reviews"].size(), 1u);
  EXPECT_EQ(listed["reviews"][0]["open_for_ms"], 2 * 60 * 60 * 1'000);
  EXPECT_THAT(listed.dump(), Not(HasSubstr("Ada")));
  EXPECT_EQ(answer("GET", "/review?id=r1")["review"]["details"]["name"], "Ada King");
  answer("POST", "/review/resolve?id=r1", R"({"resolution":"called them"})");
  EXPECT_EQ(administration.kept_reviews[0].resolution, "called them");
  EXPECT_EQ(answer("GET", "/reviews")["reviews"].size(), 0u);
  const HttpResponse again = ask("POST", "/review/resolve?id=r1", R"({"resolution":"again"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_THAT(again.body, HasSubstr("it is resolved already"));
  EXPECT_EQ(administration.kept_reviews[0].resolution, "called them");
  const Json shown = answer("GET", "/review?id=r1");
  EXPECT_EQ(shown["review"]["resolved"], true);
  EXPECT_EQ(shown["review"]["resolution"], "called them");
}

TEST_F(HandlerTest, AResolutionSaysSomething) {
  for (const std::string body : {"", "{}", R"({"resolution":""})", R"({"resolution":7})", "nonsense"}) {
    EXPECT_EQ(ask("POST", "/review/resolve?id=r1", body).status, 400) << body;
  }
  EXPECT_FALSE(administration.kept_reviews[0].resolution);
}

TEST_F(HandlerTest, WhatIsNotThereOrNotNamedIsSaid) {
  EXPECT_EQ(ask("GET", "/job?id=zzz").status, 404);
  EXPECT_EQ(ask("POST", "/job/retry?id=zzz").status, 404);
  EXPECT_EQ(ask("POST", "/job/drop?id=zzz").status, 404);
  EXPECT_EQ(ask("GET", "/review?id=zzz").status, 404);
  EXPECT_EQ(ask("POST", "/review/resolve?id=zzz", R"({"resolution":"x"})").status, 404);
  for (const std::string target : {"/job/retry", "/job/drop"}) {
    const HttpResponse unnamed = ask("POST", target);
    EXPECT_EQ(unnamed.status, 400);
    EXPECT_THAT(unnamed.body, HasSubstr("Which one?"));
  }
  EXPECT_EQ(ask("GET", "/elsewhere").status, 404);
  EXPECT_EQ(ask("GET", "/job/retry?id=a%2Fnote").status, 405);
  EXPECT_EQ(ask("POST", "/jobs").status, 405);
  EXPECT_TRUE(administration.retried.empty());
  EXPECT_EQ(administration.kept_jobs.size(), 2u);
}

TEST_F(HandlerTest, TheKindOfAFailureDecidesTheStatus) {
  const std::vector<std::pair<ErrorKind, int>> statuses = {{ErrorKind::refused, 409},
                                                           {ErrorKind::conflict, 409},
                                                           {ErrorKind::invalid_input, 400},
                                                           {ErrorKind::storage, 503}};
  for (const auto& [kind, status] : statuses) {
    administration.failure = Error{.kind = kind, .message = "do this"};
    const HttpResponse response = ask("POST", "/job/retry?id=a%2Fnote");
    EXPECT_EQ(response.status, status);
    const auto json = parse_json(response.body);
    EXPECT_EQ(json->at("error"), "do this");
    EXPECT_EQ(json->at("kind"), to_string(kind));
    EXPECT_EQ(ask("GET", "/reviews").status, status);
  }
}

TEST_F(HandlerTest, ALongListIsCutAndSaysSo) {
  for (std::size_t i = administration.kept_jobs.size(); i < listed_max; ++i) {
    administration.kept_jobs.push_back(administration.kept_jobs.back());
  }
  EXPECT_EQ(answer("GET", "/jobs")["more"], false);
  administration.kept_jobs.push_back(administration.kept_jobs.back());
  const Json listed = answer("GET", "/jobs");
  EXPECT_EQ(listed["jobs"].size(), listed_max);
  EXPECT_EQ(listed["more"], true);
}

TEST_F(HandlerTest, OnlyWhoKnowsTheSecretIsAnswered) {
  const net::HttpHandler open = guarded(Secret("the secret"), handler);
  const auto status = [&](net::HttpHeaders headers) {
    return loop.run(open({"POST", "/job/drop?id=a%2Fnote", std::move(headers), ""})).status;
  };
  EXPECT_EQ(status({}), 401);
  EXPECT_EQ(status({{"Authorization", "Bearer the secre"}}), 401);
  EXPECT_EQ(status({{"Authorization", "the secret"}}), 401);
  EXPECT_EQ(administration.kept_jobs.size(), 2u);
  EXPECT_EQ(status({{"Authorization", "Bearer the secret"}}), 200);
  EXPECT_EQ(administration.kept_jobs.size(), 1u);
  const net::HttpHandler closed = guarded(Secret(), handler);
  EXPECT_EQ(loop.run(closed({"GET", "/jobs", {{"Authorization", "Bearer "}}, ""})).status, 401);
}

class LedgerAdministrationTest : public ::testing::Test {
 protected:
  // A job of a refused wish, due at `due_at`.
  void enqueue(const std::string& intent_id, Instant due_at, const std::string& request = "{}") {
    const Instant now = loop.clock().now();
    const auto opened = loop.run(store.open_intent({.id = intent_id,
                                                    .tenant = "one",
                                                    .kind = "booking",
                                                    .request = request,
                                                    .links = {},
                                                    .look_up = {},
                                                    .now = now},
                                                   [](const auto&) { return ledger::Opening{}; }));
    ASSERT_TRUE(opened);
    ledger::Advance change;
    change.intent_id = intent_id;
    change.expected_version = opened->intent.version;
    change.to = ledger::IntentState::refused;
    change.now = now;
    change.enqueue = {{.id = intent_id + "/note",
                       .intent_id = intent_id,
                       .tenant = "one",
                       .kind = "note",
                       .payload = R"({"body":"x"})",
                       .due_at = due_at,
                       .last_error = ""}};
    ASSERT_TRUE(loop.run(store.advance(std::move(change))));
  }
  std::vector<ledger::OutboxJob> claim() {
    const Instant now = loop.clock().now();
    return loop.run(store.claim_jobs("one", now, now + minutes(1), 10)).value();
  }

  tests::Loop loop;
  ledger::MemoryLedger store{loop.runtime(), std::make_shared<ledger::MemoryDisk>()};
  LedgerAdministration administration{loop.clock(), store};
};

TEST_F(LedgerAdministrationTest, AJobThatWasGivenUpIsDueAgainAndKeepsItsError) {
  enqueue("a", loop.clock().now());
  ASSERT_EQ(claim().size(), 1u);
  ASSERT_TRUE(loop.run(store.bury_job("a/note", "GHL said no", review_of_job("a/note"))));
  ASSERT_TRUE(claim().empty());
  const auto listed = loop.run(administration.jobs(10)).value();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_TRUE(listed[0].given_up);
  EXPECT_EQ(listed[0].attempts, 1);
  ASSERT_TRUE(loop.run(administration.retry_job("a/note")));
  const auto claimed = claim();
  ASSERT_EQ(claimed.size(), 1u);
  EXPECT_EQ(claimed[0].last_error, "GHL said no");
}

// While a try may be under way, or waits so that nothing is done twice, nobody hurries it.
TEST_F(LedgerAdministrationTest, AJobThatWaitsForItsNextTryIsNotHurried) {
  enqueue("a", loop.clock().now());
  ASSERT_EQ(claim().size(), 1u);
  const auto hurried = loop.run(administration.retry_job("a/note"));
  ASSERT_FALSE(hurried);
  EXPECT_EQ(hurried.error().kind, ErrorKind::refused);
  EXPECT_THAT(hurried.error().message, HasSubstr("in 60 s"));
  EXPECT_TRUE(claim().empty());
  loop.clock().advance(minutes(1));
  EXPECT_TRUE(loop.run(administration.retry_job("a/note")));
}

TEST_F(LedgerAdministrationTest, ADroppedJobIsGone) {
  enqueue("a", loop.clock().now());
  enqueue("b", loop.clock().now());
  ASSERT_TRUE(loop.run(administration.drop_job("a/note")));
  const auto gone = loop.run(administration.job("a/note"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
  const auto again = loop.run(administration.drop_job("a/note"));
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("jobs list"));
  ASSERT_EQ(claim().size(), 1u);
}

TEST_F(LedgerAdministrationTest, AListIsAsLongAsAsked) {
  for (const std::string id : {"a", "b", "c"}) enqueue(id, loop.clock().now());
  EXPECT_EQ(loop.run(administration.jobs(2)).value().size(), 2u);
  EXPECT_EQ(loop.run(administration.job("c/note")).value().payload, R"({"body":"x"})");
}

// What stands in the ledger as one text is asked in the list; whose booking it is only the review itself tells.
TEST_F(LedgerAdministrationTest, ReviewsAreOpenUntilAPersonResolvesThem) {
  enqueue("a", loop.clock().now(), R"({"name":"Ada King"})");
  ledger::Review review = review_of_job("a/note");
  review.created_at = loop.clock().now();
  ASSERT_TRUE(loop.run(store.bury_job("a/note", "GHL said no", review)));
  const auto open = loop.run(administration.reviews(10)).value();
  ASSERT_EQ(open.size(), 1u);
  EXPECT_EQ(open[0].id, "a/note/dead");
  EXPECT_EQ(open[0].question, "do it by hand");
  EXPECT_FALSE(open[0].resolution);
  EXPECT_THAT(open[0].details, Not(HasSubstr("Ada")));
  EXPECT_THAT(loop.run(administration.review("a/note/dead")).value().details, HasSubstr("Ada King"));

  ASSERT_TRUE(loop.run(administration.resolve_review("a/note/dead", "wrote it by hand")));
  EXPECT_TRUE(loop.run(administration.reviews(10)).value().empty());
  EXPECT_EQ(loop.run(administration.review("a/note/dead")).value().resolution, "wrote it by hand");
  const auto again = loop.run(administration.resolve_review("a/note/dead", "otherwise"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::refused);
  EXPECT_EQ(loop.run(administration.review("a/note/dead")).value().resolution, "wrote it by hand");
  const auto unknown = loop.run(administration.resolve_review("zzz", "x"));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace holdfast::daemon::control
