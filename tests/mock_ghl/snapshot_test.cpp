// A snapshot taken up again is the same world: the same requests get the same bytes.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

std::string written(const HttpResponse& response) {
  std::string text = std::to_string(response.status);
  for (const auto& [name, value] : response.headers.fields()) text += "\n" + name + ": " + value;
  return text + "\n" + response.body;
}

// A client that books, moves, cancels and asks at random; all it does follows from `draw`.
class Client {
 public:
  Client(Rig& rig, std::uint64_t draw) : rig_(rig), random_(draw) {}

  // One request and its answer; remembers ids that came back.
  std::string step() {
    HttpResponse response = rig_.send(next());
    const Json body = Rig::json(response);
    if (response.status < 300 && body.is_object()) {
      if (body.contains("contact") && body["contact"].is_object()) contacts_.push_back(body["contact"]["id"]);
      if (body.contains("appointmentStatus")) events_.push_back(body["id"]);
    }
    return written(response);
  }

 private:
  std::string any(const std::vector<std::string>& ids) {
    return ids.empty() ? "nothing0000000000000" : ids[random_.below(ids.size())];
  }
  std::string start() {
    return holdfast::format_iso_utc(monday_morning() + holdfast::minutes{30} * static_cast<int>(random_.below(60)));
  }
  HttpRequest next() {
    const std::string phone = "+1555010" + std::to_string(1000 + random_.below(4));
    switch (random_.below(9)) {
      case 0:
        return Rig::request("POST", "/contacts/upsert", {{"locationId", demo_location}, {"phone", phone}});
      case 1:
        return Rig::request("POST", "/contacts/", {{"locationId", demo_location}, {"phone", phone}});
      case 2:
      case 3:
        return Rig::request("POST", "/calendars/events/appointments", Rig::booking(any(contacts_), start()));
      case 4:
        return Rig::request("PUT", "/calendars/events/appointments/" + any(events_), {{"startTime", start()}});
      case 5:
        return Rig::request("PUT", "/calendars/events/appointments/" + any(events_),
                            {{"appointmentStatus", random_.chance(0.7) ? "cancelled" : "confirmed"}});
      case 6:
        return Rig::request("DELETE", "/calendars/events/" + any(events_));
      case 7:
        return Rig::request("POST", "/calendars/events/block-slots",
                            {{"locationId", demo_location},
                             {"assignedUserId", ada},
                             {"startTime", start()},
                             {"endTime", "2026-08-26T12:00:00-04:00"}});
      default:
        return Rig::request("GET", std::string("/calendars/") + consult +
                                       "/free-slots?startDate=" + std::to_string(to_epoch_ms(monday_morning())) +
                                       "&endDate=" + std::to_string(to_epoch_ms(monday_morning() + holdfast::days{3})));
    }
  }

  Rig& rig_;
  holdfast::SplitMix64 random_;
  std::vector<std::string> contacts_;
  std::vector<std::string> events_;
};

RC_GTEST_PROP(Snapshot, RestoreIsTheIdentity, ()) {
  Rig rig;
  rig.twin.set_chaos(*parse_chaos(R"({"rules":[{"fault":"rate_limited","probability":0.1},
      {"fault":"stale_free_slots","probability":0.3,"delay":{"fixed_ms":60000}}]})"));
  Client before(rig, *rc::gen::arbitrary<std::uint64_t>());
  const int history = *rc::gen::inRange(0, 40);
  for (int i = 0; i < history; ++i) before.step();
  RC_ASSERT(rig.twin.save_snapshot("here").has_value());
  const Client kept = before;
  const auto future = [&] {
    Client client = kept;
    std::vector<std::string> answers;
    for (int i = 0; i < 30; ++i) answers.push_back(client.step());
    return answers;
  };
  rig.twin.freeze();
  const std::vector<std::string> first = future();
  RC_ASSERT(rig.twin.restore_snapshot("here").has_value());
  rig.twin.freeze();
  RC_ASSERT(future() == first);
  // And what happened since did not reach the kept world.
  RC_ASSERT(rig.twin.restore_snapshot("here").has_value());
  rig.twin.freeze();
  RC_ASSERT(future() == first);
}

RC_GTEST_PROP(Snapshot, TheSameSeedAndRequestsGiveTheSameBytes, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto draws = *rc::gen::arbitrary<std::uint64_t>();
  const auto life = [&](std::uint64_t twin_seed) {
    Rig rig(demo_fixture(), monday_morning(), twin_seed);
    Client client(rig, draws);
    std::string all;
    for (int i = 0; i < 40; ++i) all += client.step();
    return all;
  };
  RC_ASSERT(life(seed) == life(seed));
  RC_ASSERT(life(seed) != life(seed + 1));
}

TEST(Snapshot, ARunningClockGoesOnFromWhereItStood) {
  Rig rig;
  ASSERT_TRUE(rig.twin.save_snapshot("start").has_value());
  ASSERT_TRUE(rig.twin.advance(holdfast::days{2}).has_value());
  rig.loop.clock().advance(holdfast::minutes{5});
  EXPECT_EQ(rig.twin.now(), monday_morning() + holdfast::days{2} + holdfast::minutes{5});
  ASSERT_TRUE(rig.twin.restore_snapshot("start").has_value());
  EXPECT_EQ(rig.twin.now(), monday_morning());
  rig.loop.clock().advance(holdfast::minutes{1});
  EXPECT_EQ(rig.twin.now(), monday_morning() + holdfast::minutes{1});
}

TEST(Snapshot, IsKeptRestoredListedAndDroppedOverHttp) {
  Rig rig;
  const auto admin = [&](const char* method, const char* target) {
    return handle_admin(rig.twin, {.method = method, .target = target});
  };
  EXPECT_EQ(admin("GET", "/__mock/snapshots").body, R"({"snapshots":[]})");
  EXPECT_EQ(admin("PUT", "/__mock/snapshots/empty").body, R"({"snapshots":["empty"]})");
  const std::string contact = rig.contact("Jane", "+15550109999");
  EXPECT_EQ(admin("POST", "/__mock/snapshots/empty/restore").status, 200);
  EXPECT_EQ(rig.twin.state().contact(contact), nullptr);
  EXPECT_EQ(rig.send("GET", "/contacts/" + contact).status, 400);
  EXPECT_EQ(admin("DELETE", "/__mock/snapshots/empty").body, R"({"snapshots":[]})");
  EXPECT_EQ(admin("POST", "/__mock/snapshots/empty/restore").status, 404);
  EXPECT_EQ(admin("DELETE", "/__mock/snapshots/empty").status, 404);
  EXPECT_EQ(admin("POST", "/__mock/snapshots").status, 405);
}

TEST(Snapshot, ThereAreAtMostAHundred) {
  Rig rig;
  for (std::size_t i = 0; i < Twin::snapshots_max; ++i) {
    ASSERT_TRUE(rig.twin.save_snapshot("s" + std::to_string(i)).has_value());
  }
  EXPECT_FALSE(rig.twin.save_snapshot("one more").has_value());
  EXPECT_TRUE(rig.twin.save_snapshot("s7").has_value());
  EXPECT_FALSE(rig.twin.save_snapshot("").has_value());
}

}  // namespace
}  // namespace mock_ghl::tests
