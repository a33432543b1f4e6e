// The same question in both dialects: the same answer from the same state, in the words of each (facts/ghl.md 1.3, 8).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/directory.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char ten[] = "2026-08-24T10:00:00-04:00";
constexpr char eleven[] = "2026-08-24T11:00:00-04:00";

std::string window(const char* from_name, const char* to_name) {
  return std::string(from_name) + "=" + std::to_string(to_epoch_ms(at(ten))) + "&" + to_name + "=" +
         std::to_string(to_epoch_ms(at(eleven)));
}

class BothDialects : public ::testing::TestWithParam<bool> {
 protected:
  Directory gate{GetParam()};
};

TEST_P(BothDialects, OfferAndBlockTheSameTime) {
  const std::string free = std::string("/calendars/") + personal + "/free-slots?" + window("startDate", "endDate");
  const std::string day = "2026-08-24";
  EXPECT_THAT(gate.ask(200, "GET", free)[day]["slots"], testing::SizeIs(3));
  gate.ask(201, "POST", "/calendars/events/block-slots",
           {{"locationId", demo_location}, {"assignedUserId", ada}, {"startTime", ten}, {"endTime", eleven}});
  EXPECT_FALSE(gate.ask(200, "GET", free).contains(day));
  const std::string blocked = std::string("/calendars/blocked-slots?locationId=") + demo_location + "&userId=" + ada +
                              "&" + window("startTime", "endTime");
  const Json events = gate.ask(200, "GET", blocked)["events"];
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["startTime"], ten);
}

TEST_P(BothDialects, FindTheContactTheyMade) {
  const Json body{{"locationId", demo_location}, {"firstName", "Jane"}, {"phone", "+12125550147"}};
  const Json made = gate.ask(201, "POST", "/contacts/upsert", body);
  const Json again = gate.ask(200, "POST", "/contacts/upsert", body);
  EXPECT_EQ(made["new"], true);
  EXPECT_EQ(again["new"], false);
  const std::string id = made["contact"]["id"];
  EXPECT_EQ(again["contact"]["id"], id);
  const std::string duplicate =
      std::string("/contacts/search/duplicate?locationId=") + demo_location + "&number=%2B12125550147";
  EXPECT_EQ(gate.ask(200, "GET", duplicate)["contact"]["id"], id);
  const Json found =
      gate.ask(200, "POST", "/contacts/search",
               {{"locationId", demo_location},
                {"pageLimit", 20},
                {"filters", {{{"field", "phone"}, {"operator", "eq"}, {"value", "+12125550147"}}}}})["contacts"];
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["id"], id);
}

TEST_P(BothDialects, ListAContactsAppointments) {
  const std::string contact = gate.add();
  const std::string id = Rig::json(gate.rig.book(Rig::booking(contact, ten)))["id"];
  const Json events = gate.ask(200, "GET", "/contacts/" + contact + "/appointments")["events"];
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["id"], id);
}

TEST_P(BothDialects, TellWhatBecameOfAMessage) {
  const std::string contact = gate.add({{"phone", "+12125550148"}});
  const Json sent =
      gate.ask(201, "POST", "/conversations/messages", {{"type", "SMS"}, {"contactId", contact}, {"message", "Hello"}});
  const Json listed =
      gate.ask(200, "GET", std::string("/conversations/search?locationId=") + demo_location + "&contactId=" + contact);
  ASSERT_EQ(listed["conversations"].size(), 1U);
  EXPECT_EQ(listed["conversations"][0]["id"], sent["conversationId"]);
  const std::string message = "/conversations/messages/" + sent["messageId"].get<std::string>();
  gate.ask(200, "PUT", message + "/status", {{"status", "read"}});
}

TEST_P(BothDialects, GiveAnOpportunityFollowers) {
  const std::string contact = gate.add();
  const Json deal = gate.ask(201, "POST", "/opportunities/",
                             {{"pipelineId", "pipPatients000000001"},
                              {"locationId", demo_location},
                              {"name", "Crown"},
                              {"status", "open"},
                              {"contactId", contact}})["opportunity"];
  const std::string followers = "/opportunities/" + deal["id"].get<std::string>() + "/followers";
  EXPECT_EQ(gate.ask(201, "POST", followers, {{"followers", {ada, ben}}})["followersAdded"], Json::array({ada, ben}));
  const Json left = gate.ask(200, "DELETE", followers, {{"followers", {ada, "usrNobody"}}});
  EXPECT_EQ(left["followers"], Json::array({ben}));
}

INSTANTIATE_TEST_SUITE_P(Dialects, BothDialects, ::testing::Bool(),
                         [](const auto& param) { return param.param ? "v3" : "dated"; });

}  // namespace
}  // namespace mock_ghl::tests
