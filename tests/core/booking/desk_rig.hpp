// DeskRig: one tenant's front desk over a GHL on paper and a simulated disk, on a simulated clock.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/booking/front_desk.hpp"
#include "core/ledger/memory/memory_disk.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "tests/core/booking/paper_ghl.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::booking::tests_of_desk {

using ledger::IntentState;
using tests::PaperGhl;

inline const Instant start_of_test = *parse_iso("2026-08-26T12:00:00-04:00");
inline const Instant ten = *parse_iso("2026-08-27T10:00:00-04:00");

class DeskRig : public testing::Test {
 protected:
  DeskRig() { open(); }
  ~DeskRig() override { close(); }

  static Tenant clinic() {
    Tenant tenant;
    tenant.id = "clinic";
    tenant.location_id = "loc";
    tenant.zone = *Zone::find("America/New_York");
    tenant.services = {{"Consultation", "cal"}};
    return tenant;
  }

  void open() {
    ledger_ = std::make_unique<ledger::MemoryLedger>(
        loop_.runtime(), store_, [this](std::string_view operation, ledger::Durability) {
          return ledger::DiskFate{.failure =
                                      disk_failure_ ? disk_failure_(operation) : ledger::DiskFate::Failure::none};
        });
    ghl::ClientOptions options;
    options.location_id = "loc";
    options.tokens = std::make_shared<ghl::StaticToken>(Secret("pit-test"));
    client_ = std::make_unique<ghl::Client>(loop_.runtime(), ghl_, options);
    desk_ = std::make_unique<FrontDesk>(loop_.runtime(), tenant_, *ledger_, *client_, review_webhook_);
    ASSERT_TRUE(loop_.run(desk_->recover()).has_value());
    desk_->start();
  }

  // Ends the desk in an orderly way: everything it drives is driven to its end.
  void close() {
    if (!desk_) return;
    desk_->stop();
    EXPECT_TRUE(loop_.run(desk_->drain(loop_.runtime().now() + hours(1))));
    desk_.reset();
  }

  Json call(std::string id, std::string tool, Json arguments, std::string number = "+14155550100") {
    return call_in("call-of-" + number, number, std::move(id), std::move(tool), std::move(arguments));
  }

  // A plain word as an id that a model's provider makes; other ids as they are.
  static std::string made_id(std::string id) {
    const bool is_word = !id.empty() && id.find_first_of("_-") == std::string::npos;
    return is_word ? "call_6o8p3wyg" + id : id;
  }

  // A tool call in one conversation; an empty number is hidden.
  Json call_in(std::string conversation, std::string number, std::string id, std::string tool, Json arguments) {
    vapi::ServerMessage message;
    message.type = "tool-calls";
    message.conversation = {std::move(conversation), std::move(number), "", ""};
    message.calls.push_back({.id = made_id(std::move(id)),
                             .name = std::move(tool),
                             .arguments = std::move(arguments),
                             .argument_error = ""});
    const auto results = loop_.run(desk_->answer(std::move(message), voice_deadline()));
    EXPECT_EQ(results.size(), 1U);
    EXPECT_FALSE(results.front().is_error) << results.front().text;
    return parse_json(results.front().text).value();
  }

  std::string offered_code(std::string number = "+14155550100") {
    const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}}, std::move(number));
    EXPECT_EQ(offer["status"], "available") << offer;
    return offer["slots"][0]["code"];
  }

  Json book(std::string id, std::string code, std::string number = "+14155550100") {
    return call(std::move(id), "book_appointment", Json{{"slot_code", std::move(code)}, {"name", "Ada King"}},
                std::move(number));
  }

  Instant voice_deadline() { return loop_.clock().now() + Duration(desk_->tenant().limits.voice_deadline_ms); }
  void pass(Duration time) { loop_.run_until(loop_.runtime().now() + time); }
  std::vector<ledger::Intent> intents() { return kept().all_intents(100).value(); }

  tests::Loop loop_{start_of_test};
  Tenant tenant_ = clinic();                         // of the next open()
  std::optional<WebhookReceiver> review_webhook_{};  // likewise
  PaperGhl ghl_{loop_.clock()};
  std::function<ledger::DiskFate::Failure(std::string_view operation)> disk_failure_;
  std::shared_ptr<ledger::MemoryDisk> store_ = std::make_shared<ledger::MemoryDisk>();
  const ledger::MemoryStore& kept() const { return store_->store(); }
  std::unique_ptr<ledger::MemoryLedger> ledger_;
  std::unique_ptr<ghl::Client> client_;
  std::unique_ptr<FrontDesk> desk_;
};

}  // namespace holdfast::booking::tests_of_desk
