// What only a person can decide becomes a review, and the person is told of it, as the tenant wants it.
#include <gmock/gmock.h>

#include "core/base/base64.hpp"
#include "tests/core/booking/desk_rig.hpp"
#include "tests/support/signed_webhook.hpp"

namespace holdfast::booking {
namespace {

using namespace tests_of_desk;
using holdfast::tests::header_of;
using holdfast::tests::is_signed;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string key = "a key of two dozen bytes";

// Who receives the webhooks: keeps every request and answers as told, 204 when the script is over.
class PaperReceiver final : public net::HttpTransport {
 public:
  explicit PaperReceiver(net::Clock& clock) : clock_(clock) {}

  net::Task<net::TransportResult> send(net::HttpRequest request, Instant deadline) override {
    got.push_back(std::move(request));
    const int status = statuses.empty() ? last_status : statuses.front();
    if (!statuses.empty()) statuses.erase(statuses.begin());
    if (status != 0) co_return net::HttpResponse{.status = status};
    co_await net::sleep_for(clock_, deadline - clock_.now());
    co_return std::unexpected(net::TransportError{net::TransportFailure::unanswered, "silence"});
  }

  std::vector<net::HttpRequest> got;
  std::vector<int> statuses;  // 0: no answer
  int last_status = 204;

 private:
  net::Clock& clock_;
};

class ReviewTest : public DeskRig {
 protected:
  void tell_by(std::vector<ReviewAlert> alerts) {
    close();
    tenant_.review_alerts = std::move(alerts);
    review_webhook_ = WebhookReceiver{.transport = &receiver_, .target = "/reviews?of=clinic", .key = Secret(key)};
    open();
  }

  // A booking whose note GHL refuses for good.
  void book_without_a_note() {
    ghl_.free = {ten};
    ghl_.refused["add-note"] = true;
    ASSERT_EQ(book("book", offered_code())["status"], "booked");
    pass(seconds(10));
  }

  std::vector<std::string> reviews(bool with_resolved = false) {
    std::vector<std::string> ids;
    for (const auto& review : loop_.run(ledger_->reviews(with_resolved, 99)).value()) ids.push_back(review.id);
    return ids;
  }
  std::vector<ledger::OutboxJob> jobs() { return kept().pending_jobs(99).value(); }

  PaperReceiver receiver_{loop_.clock()};
};

TEST_F(ReviewTest, AWishThatDoesNotSettleIsToldByASignedWebhookWithoutNames) {
  tell_by({ReviewAlert::webhook});
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::done_but_unanswered};
  ghl_.broken["events"] = true;
  ghl_.broken["contact-appointments"] = true;
  EXPECT_EQ(book("book", offered_code())["status"], "pending");
  pass(minutes(14));
  EXPECT_TRUE(receiver_.got.empty());
  pass(minutes(30));
  ASSERT_EQ(receiver_.got.size(), 1U) << "once a review";
  const net::HttpRequest& request = receiver_.got[0];
  const ledger::Intent intent = intents().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/reviews?of=clinic");
  EXPECT_TRUE(is_signed(request, key));
  EXPECT_EQ(header_of(request, "webhook-id"), intent.id + "/unsettled/alert_webhook");
  const Json body = parse_json(request.body).value();
  EXPECT_EQ(body["type"], "review.opened");
  EXPECT_EQ(body["data"], (Json{{"review_id", intent.id + "/unsettled"},
                                {"reason", "unsettled"},
                                {"tenant", "clinic"},
                                {"location_id", "loc"},
                                {"intent_id", intent.id},
                                {"state", "unknown"},
                                {"calendar_id", "cal"},
                                {"appointment_id", ""},
                                {"contact_id", intent.contact_id}}));
  const Instant opened_at = parse_iso(body["timestamp"].get<std::string>()).value();
  EXPECT_EQ(std::stoll(header_of(request, "webhook-timestamp")), to_epoch_ms(opened_at) / 1'000);
  EXPECT_THAT(request.body, AllOf(Not(HasSubstr("Ada")), Not(HasSubstr("King")), Not(HasSubstr("4155550100"))));
  EXPECT_EQ(ghl_.calls["create-task"], 0) << "not wanted";
  ghl_.broken.clear();
}

TEST_F(ReviewTest, AWebhookIsSentAgainUnderItsIdUntilItIsTaken) {
  tell_by({ReviewAlert::webhook});
  receiver_.statuses = {500, 0, 302, 404, 429};
  book_without_a_note();
  EXPECT_GE(receiver_.got.size(), 2U);
  pass(hours(1));
  ASSERT_EQ(receiver_.got.size(), 6U);
  for (const net::HttpRequest& request : receiver_.got) {
    EXPECT_EQ(header_of(request, "webhook-id"), header_of(receiver_.got[0], "webhook-id"));
    EXPECT_EQ(request.body, receiver_.got[0].body);
    EXPECT_TRUE(is_signed(request, key));
  }
  EXPECT_GT(std::stoll(header_of(receiver_.got[5], "webhook-timestamp")),
            std::stoll(header_of(receiver_.got[0], "webhook-timestamp")) + 10)
      << "a receiver refuses what is old";
  ASSERT_EQ(jobs().size(), 1U);
  EXPECT_EQ(jobs()[0].kind, "note") << "the webhook is done";
}

TEST_F(ReviewTest, AWebhookSurvivesACrashAndARestart) {
  tell_by({ReviewAlert::webhook});
  receiver_.last_status = 503;
  book_without_a_note();
  close();
  receiver_.last_status = 204;
  receiver_.got.clear();
  open();
  pass(hours(1));
  ASSERT_EQ(receiver_.got.size(), 1U);
  EXPECT_TRUE(is_signed(receiver_.got[0], key));
}

TEST_F(ReviewTest, AWebhookThatNobodyTakesIsGivenUpAfterTwoDaysOrWhenItsReceiverIsGone) {
  tell_by({ReviewAlert::webhook});
  receiver_.last_status = 503;
  book_without_a_note();
  const std::string note = intents().at(0).id + "/note";
  pass(hours(47));
  EXPECT_THAT(reviews(), ElementsAre(note + "/dead"));
  pass(hours(2));
  EXPECT_THAT(reviews(), ElementsAre(note + "/dead", note + "/dead/alert_webhook/dead"));
  const std::size_t tries = receiver_.got.size();
  EXPECT_GT(tries, 500U) << "every five minutes, about";
  pass(hours(2));
  EXPECT_EQ(receiver_.got.size(), tries) << "nobody is told by webhook that a webhook was given up";
}

TEST_F(ReviewTest, AReceiverThatIsGoneIsNotAskedAgain) {
  tell_by({ReviewAlert::webhook});
  receiver_.last_status = 410;
  book_without_a_note();
  pass(hours(1));
  EXPECT_EQ(receiver_.got.size(), 1U);
  EXPECT_EQ(reviews().size(), 2U);
}

TEST_F(ReviewTest, WorkThatIsGivenUpAgainIsANewReviewOnceTheFirstIsResolved) {
  tell_by({ReviewAlert::webhook});
  book_without_a_note();
  const std::string note = intents().at(0).id + "/note";
  const auto retry = [&] {
    ASSERT_TRUE(loop_.run(ledger_->retry_job(note, loop_.runtime().now(), "")));
    desk_->wake_outbox();
    pass(seconds(10));
  };
  retry();
  EXPECT_THAT(reviews(), ElementsAre(note + "/dead")) << "it is open still";
  for (const char* again : {"/dead-2", "/dead-3"}) {
    ASSERT_TRUE(loop_.run(ledger_->resolve_review(reviews().at(0), "done by hand", loop_.runtime().now())));
    retry();
    EXPECT_THAT(reviews(), ElementsAre(note + again));
  }
  ASSERT_EQ(receiver_.got.size(), 3U) << "and the person is told";
  EXPECT_EQ(header_of(receiver_.got[2], "webhook-id"), note + "/dead-3/alert_webhook");
}

TEST_F(ReviewTest, AReceiverThatHangsKeepsNoOtherWorkFromBeingDone) {
  tell_by({ReviewAlert::webhook});
  receiver_.last_status = 0;
  book_without_a_note();
  for (int more = 0; more < 2; ++more) {
    ASSERT_TRUE(loop_.run(ledger_->resolve_review(reviews().at(0), "done by hand", loop_.runtime().now())));
    ASSERT_TRUE(loop_.run(ledger_->retry_job(intents().at(0).id + "/note", loop_.runtime().now(), "")));
    desk_->wake_outbox();
    pass(seconds(10));
  }
  EXPECT_EQ(receiver_.got.size(), 1U) << "three alerts, one wait";
  receiver_.last_status = 204;
  pass(minutes(10));
  EXPECT_EQ(receiver_.got.size(), 4U);
}

TEST_F(ReviewTest, BothWaysAreTakenWhenBothAreWanted) {
  tell_by({ReviewAlert::ghl_task, ReviewAlert::webhook});
  book_without_a_note();
  EXPECT_EQ(ghl_.calls["create-task"], 1);
  EXPECT_EQ(receiver_.got.size(), 1U);
}

TEST_F(ReviewTest, AReceiverThatIsNoLongerConfiguredIsWaitedFor) {
  tell_by({ReviewAlert::webhook});
  receiver_.last_status = 503;
  book_without_a_note();
  close();
  review_webhook_.reset();
  open();
  pass(hours(1));
  EXPECT_EQ(jobs().size(), 2U) << "the note and the webhook";
  EXPECT_THAT(jobs()[1].last_error, HasSubstr("[tenant.review_alert]"));
}

TEST(WebhookKey, IsWhsecAndBase64OfEnoughBytes) {
  EXPECT_EQ(webhook_key("whsec_" + base64_encode(key)).value().reveal(), key);
  for (const std::string& wrong :
       {base64_encode(key), "whsec_" + base64_encode("too short"), std::string("whsec_"),
        "whsec_" + base64_encode(std::string(65, 'x')), "whsec_" + base64_encode(key) + "x"}) {
    EXPECT_FALSE(webhook_key(wrong)) << wrong;
  }
}

// The example of the specification (Standard Webhooks, "Signature scheme"): any of its libraries takes ours.
TEST(WebhookRequest, IsSignedAsTheSpecificationsExample) {
  const WebhookReceiver receiver{
      .transport = nullptr, .target = "/", .key = *webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")};
  const auto request = webhook_request(receiver, "msg_p5jXN8AQM9LWM0D4loKWxJek", from_epoch_ms(1'614'265'330'000),
                                       R"({"test": 2432232314})");
  EXPECT_EQ(header_of(request, "webhook-signature"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

}  // namespace
}  // namespace holdfast::booking
