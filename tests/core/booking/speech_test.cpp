#include "core/booking/speech.hpp"

#include <gtest/gtest.h>

#include "core/booking/slot_code.hpp"

namespace holdfast::booking {
namespace {

const Zone new_york = *Zone::find("America/New_York");

TEST(SpokenLabel, ReadsAsAPersonWouldSayIt) {
  EXPECT_EQ(spoken_label(*parse_iso("2026-08-27T10:30:00-04:00"), new_york), "Thursday, August 27 at 10:30 AM");
  EXPECT_EQ(spoken_label(*parse_iso("2026-08-27T12:00:00-04:00"), new_york), "Thursday, August 27 at 12:00 PM");
  EXPECT_EQ(spoken_label(*parse_iso("2026-08-27T00:05:00-04:00"), new_york), "Thursday, August 27 at 12:05 AM");
  EXPECT_EQ(spoken_label(*parse_iso("2026-08-27T14:30:00Z"), new_york), "Thursday, August 27 at 10:30 AM");
}

TEST(SpokenLabel, SaysWhichOfTwoAlikeTimesIsMeant) {
  EXPECT_EQ(spoken_label(*parse_iso("2026-11-01T01:30:00-04:00"), new_york),
            "Sunday, November 1 at 1:30 AM daylight time");
  EXPECT_EQ(spoken_label(*parse_iso("2026-11-01T01:30:00-05:00"), new_york),
            "Sunday, November 1 at 1:30 AM standard time");
  EXPECT_EQ(spoken_label(*parse_iso("2026-11-01T02:30:00-05:00"), new_york), "Sunday, November 1 at 2:30 AM");
}

TEST(SpokenChoices, Lists) {
  EXPECT_EQ(spoken_choices({"A"}), "A");
  EXPECT_EQ(spoken_choices({"A", "B"}), "A or B");
  EXPECT_EQ(spoken_choices({"A", "B", "C"}), "A, B, or C");
  EXPECT_EQ(spoken_choices({}), "");
}

TEST(SlotCode, IsStableWithinAConversationAndDiffersAcross) {
  const std::string code = slot_code("call-1", "cal", "Consultation", 1000, 0);
  EXPECT_EQ(code, slot_code("call-1", "cal", "Consultation", 1000, 0));
  EXPECT_NE(code, slot_code("call-2", "cal", "Consultation", 1000, 0));
  EXPECT_NE(code, slot_code("call-1", "cal", "Consultation", 1000, 1));
  EXPECT_NE(code, slot_code("call-1", "cal", "Check-up", 1000, 0)) << "two services, two codes";
  EXPECT_EQ(code.size(), 4U);
  EXPECT_EQ(code.find_first_of("01O5S8BI2Z69"), std::string::npos) << code;
}

TEST(SlotCode, SurvivesWhatAModelMakesOfIt) {
  EXPECT_EQ(normalise_code(" k-7 q.p "), "K7QP");
  EXPECT_EQ(normalise_code(""), "");
}

}  // namespace
}  // namespace holdfast::booking
