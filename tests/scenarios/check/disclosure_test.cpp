#include "scenarios/check/disclosure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/check/story.hpp"

namespace scenarios {
namespace {

using testing::HasSubstr;

constexpr const char* line = "+14155550100";

// Dana and Omar share a line; each booked a slot, and Omar's reply is `raw`.
Story with_reply(const std::string& raw) {
  Story story;
  for (const std::string name : {"Dana", "Omar"}) {
    const int slot = name == "Dana" ? 0 : 1;
    story.booking(story.contact(name, line), slot, 1'500);
    auto& call = story.call(name, line, 1'000);
    call.plan.errands[0].attendee.email = name + "@mail.example";
    story.ask(call, slot, 1'300, "booked", 1'900);
  }
  story.history.calls[1].exchanges.back().raw = raw;
  return story;
}

TEST(S11, WhatTheCallerSaidMayBeSaidToThem) {
  for (const std::string raw :
       {"You're booked for Thursday, Omar Reed, omar@mail.example, 415 555 0100.", "Nothing is free.", "", "@", "…@…"})
    EXPECT_EQ(with_reply(raw).broken(), "") << raw;
}

TEST(S11, NothingOfAnotherIsSaid) {
  for (const std::string raw : {R"({"name":"Dana Reed"})", "It is DANA's.", "Write to dana@mail.example."}) {
    const Story story = with_reply(raw);
    EXPECT_EQ(story.broken(), "S11") << raw;
    EXPECT_THAT(story.check().violations[0].sentence, HasSubstr("never said"));
  }
}

TEST(S11, NorWhatIsOnFile) {
  Story story = with_reply("I will call 415-555-0177.");
  EXPECT_EQ(story.broken(), "");
  story.history.contacts.push_back({"old", "Zora", "Lind", "", "+14155550177", false, false});
  EXPECT_EQ(story.broken(), "S11");
  story.history.calls[1].exchanges.back().raw = "Ms. Lind has it.";
  EXPECT_EQ(story.broken(), "S11");
}

std::string upside_down(std::string_view text) {
  return text.empty() ? "" : "Q" + std::string(text);
}

TEST(S11, TwoRunsAreAlikeButForTheCallersOwnNames) {
  const Story first = with_reply("Omar Reed has Thursday.");
  Story second = with_reply("QOmar QReed has Thursday.");
  EXPECT_TRUE(compare_replies(first.history, second.history, upside_down).violations.empty());
  for (const std::string raw : {"Omar Reed has Thursday.", "QOmar QReed has Friday."}) {
    second.history.calls[1].exchanges.back().raw = raw;
    const auto findings = compare_replies(first.history, second.history, upside_down);
    ASSERT_EQ(findings.violations.size(), 1U) << raw;
    EXPECT_EQ(findings.violations[0].rule, "S11");
  }
}

TEST(S11, ACallThatGoesOnDifferentlyIsFound) {
  const Story first = with_reply("");
  Story second = with_reply("");
  second.history.calls[0].exchanges.pop_back();
  EXPECT_EQ(compare_replies(first.history, second.history, upside_down).violations.size(), 1U);
}

}  // namespace
}  // namespace scenarios
