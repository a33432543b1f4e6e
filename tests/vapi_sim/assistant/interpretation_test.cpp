#include "vapi_sim/assistant/interpretation.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace vapi_sim {
namespace {

constexpr Tool check = Tool::check_availability;
constexpr Tool book = Tool::book_appointment;

TEST(Interpretation, TheContract) {
  const Interpretation offer = interpret_result(
      check, false,
      R"({"status":"available","say":"I have ten or eleven.","timezone":"America/New_York","slots":[{"code":"K7QP","label":"ten"},{"code":"M2XR","label":"eleven"}]})");
  EXPECT_EQ(offer.status, "available");
  EXPECT_EQ(offer.say, "I have ten or eleven.");
  EXPECT_EQ(offer.timezone, "America/New_York");
  ASSERT_EQ(offer.slots.size(), 2U);
  EXPECT_EQ(offer.slots[1].code, "M2XR");
  EXPECT_EQ(offer.slots[1].label, "eleven");
  const Interpretation booked = interpret_result(
      book, false, R"({"status":"booked","say":"Done.","label":"ten","timezone":"UTC","name":"Dana"})");
  EXPECT_EQ(booked.status, "booked");
  EXPECT_EQ(booked.label, "ten");
  for (const char* status : {"taken", "pending", "need_info", "error"}) {
    const std::string text = std::string(R"({"status":")") + status + R"(","say":"You are booked."})";
    EXPECT_EQ(interpret_result(book, false, text).status, status) << "the status counts, not the words";
  }
  EXPECT_EQ(interpret_result(book, true, "anything booked").status, "error");
}

TEST(Interpretation, ForeignWordsRefusalsBeforeConfirmations) {
  for (const char* text : {"Your appointment is confirmed.", "Booked!", "You're all set, see you Thursday.",
                           R"({"success":true,"message":"Appointment scheduled"})"}) {
    EXPECT_EQ(interpret_result(book, false, text).status, "booked") << text;
  }
  for (const char* text : {"Sorry, that slot is already booked.", "That time was just taken.",
                           "It is no longer available.", R"({"success":false,"message":"Slot unavailable"})"}) {
    EXPECT_EQ(interpret_result(book, false, text).status, "taken") << text;
  }
  for (const char* text : {"It could not be booked.", "Something went wrong, it was not booked.",
                           R"({"success":false,"message":"Appointment scheduled"})"}) {
    EXPECT_EQ(interpret_result(book, false, text).status, "error") << text;
  }
  EXPECT_EQ(interpret_result(book, false, "I am still confirming that.").status, "pending");
  EXPECT_EQ(interpret_result(book, false, "What is your name?").status, "need_info");
  EXPECT_EQ(interpret_result(book, false, "Hmm.").status, "");
  EXPECT_EQ(interpret_result(book, false, "").status, "");
}

TEST(Interpretation, ForeignOffers) {
  const Interpretation words = interpret_result(check, false, "We have 10:30 AM, 2pm or 16:45.");
  EXPECT_EQ(words.status, "available");
  ASSERT_EQ(words.slots.size(), 3U);
  EXPECT_EQ(words.slots[0].code, "10:30 AM");
  EXPECT_EQ(words.slots[1].code, "2pm");
  EXPECT_EQ(words.slots[2].code, "16:45");
  const Interpretation iso = interpret_result(check, false, R"(["2026-08-27T10:30:00-04:00"])");
  ASSERT_EQ(iso.slots.size(), 1U);
  EXPECT_EQ(iso.slots[0].code, "2026-08-27T10:30:00-04:00");
  const Interpretation sentence = interpret_result(check, false, "Free: 2026-08-27T10:30:00-04:00.");
  ASSERT_EQ(sentence.slots.size(), 1U);
  EXPECT_EQ(sentence.slots[0].code, "2026-08-27T10:30:00-04:00");
  const Interpretation objects = interpret_result(check, false, R"({"slots":[{"id":7,"startTime":"T"},{},3]})");
  EXPECT_EQ(objects.status, "available");
  ASSERT_EQ(objects.slots.size(), 1U);
  EXPECT_EQ(objects.slots[0].code, "7");
  EXPECT_EQ(interpret_result(check, false, "Sorry, there is nothing on that day.").status, "none");
  EXPECT_EQ(interpret_result(check, false, "Which service do you need?").status, "need_info");
}

RC_GTEST_PROP(Interpretation, NeverFailsOnAnyText, (const std::string& text, bool is_error)) {
  interpret_result(check, is_error, text);
  interpret_result(book, is_error, "{\"status\":" + text + "}");
}

}  // namespace
}  // namespace vapi_sim
