// Who counts as the same contact: the twin against a naive oracle, over random creates, upserts, updates and deletes.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "mock_ghl/model/letters.hpp"
#include "tests/mock_ghl/directory.hpp"

namespace mock_ghl::tests {
namespace {

int between(int low, int high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}

// One of few people's numbers or addresses, in one of the ways to write it; who 0 has none.
std::string phone_of(int who, int spelling) {
  if (who == 0) return "";
  const std::string last = "010" + std::to_string(1000 + who);
  switch (spelling) {
    case 0:
      return "+1555" + last;
    case 1:
      return "555" + last;
    case 2:
      return "(555) " + last.substr(0, 3) + "-" + last.substr(3);
    default:
      return "+1 555-" + last.substr(0, 3) + "-" + last.substr(3);
  }
}
std::string email_of(int who, int spelling) {
  if (who == 0) return "";
  return (spelling % 2 == 0 ? "guest" : "GUEST") + std::to_string(who) + "@example.com";
}

// A contact as the oracle remembers it: numbers and addresses by who they are, 0 for none.
struct Known {
  std::string id = {};
  int phone = 0;
  int email = 0;
  bool deleted = false;
  int by(DuplicateField field) const { return field == DuplicateField::email ? email : phone; }
};

// The rules of facts/ghl.md 5.3, by looking at everybody.
struct Oracle {
  bool allowed = false;
  std::vector<DuplicateField> sequence;
  std::vector<Known> contacts;  // oldest first

  // The oldest living contact with this value.
  Known* owner(DuplicateField field, int value) {
    if (value == 0) return nullptr;
    for (Known& one : contacts) {
      if (!one.deleted && one.by(field) == value) return &one;
    }
    return nullptr;
  }
  // The first field of the sequence that somebody else has.
  Known* match(const Known& asked, const std::string& except_id, DuplicateField& field) {
    for (const DuplicateField each : sequence) {
      field = each;
      Known* found = owner(each, asked.by(each));
      if (found != nullptr && found->id != except_id) return found;
    }
    return nullptr;
  }
};

class Duplicates {
 public:
  Duplicates(bool allowed, std::vector<DuplicateField> sequence) : gate(false, fixture(allowed, sequence)) {
    oracle.allowed = allowed;
    oracle.sequence = std::move(sequence);
  }

  void create() {
    const Known asked = draw();
    const HttpResponse response = gate.send("POST", "/contacts/", body_of(asked));
    DuplicateField field{};
    const Known* in_the_way = oracle.allowed ? nullptr : oracle.match(asked, "", field);
    if (in_the_way != nullptr) return expect_refused(response, *in_the_way, field);
    RC_ASSERT(response.status == 201);
    remember(asked, Rig::json(response)["contact"]["id"]);
  }

  void upsert() {
    const Known asked = draw();
    const bool always_new = between(0, 1) == 1;
    Json body = body_of(asked);
    body["createNewIfDuplicateAllowed"] = always_new;
    const HttpResponse response = gate.send("POST", "/contacts/upsert", body);
    DuplicateField field{};
    Known* found = oracle.allowed && always_new ? nullptr : oracle.match(asked, "", field);
    const Json answer = Rig::json(response);
    RC_ASSERT(answer["new"] == (found == nullptr));
    if (found == nullptr) return remember(asked, answer["contact"]["id"]);
    RC_ASSERT(answer["contact"]["id"] == found->id);
    // What belongs to somebody else in a field of the sequence stays as it was (quirk 29).
    const auto taken = [&](DuplicateField each, int value) {
      const bool counts = std::find(oracle.sequence.begin(), oracle.sequence.end(), each) != oracle.sequence.end();
      const Known* owner = counts ? oracle.owner(each, value) : nullptr;
      return owner != nullptr && owner->id != found->id;
    };
    if (asked.email != 0 && !taken(DuplicateField::email, asked.email)) found->email = asked.email;
    if (asked.phone != 0 && !taken(DuplicateField::phone, asked.phone)) found->phone = asked.phone;
    expect_same(*found);
  }

  void update() {
    Known* one = pick();
    if (one == nullptr) return;
    const Known asked = draw();
    Json body = body_of(asked);
    body.erase("locationId");
    const HttpResponse response = gate.send("PUT", "/contacts/" + one->id, body);
    Known changed = *one;
    if (asked.email != 0) changed.email = asked.email;
    if (asked.phone != 0) changed.phone = asked.phone;
    DuplicateField field{};
    const Known* in_the_way = oracle.allowed ? nullptr : oracle.match(changed, one->id, field);
    if (in_the_way != nullptr) return expect_refused(response, *in_the_way, field);
    RC_ASSERT(response.status == 200);
    *one = changed;
    expect_same(*one);
  }

  void remove() {
    Known* one = pick();
    if (one == nullptr) return;
    RC_ASSERT(gate.send("DELETE", "/contacts/" + one->id).status == 200);
    one->deleted = true;
  }

  // The duplicate search agrees: the location's fields when duplicates are off, e-mail before phone when they are on.
  void look() {
    const Known asked = draw();
    const std::string number = phone_of(asked.phone, 0);
    const std::string target = std::string("/contacts/search/duplicate?locationId=") + demo_location +
                               "&email=" + email_of(asked.email, 1) +
                               "&number=" + (number.empty() ? "" : "%2B" + number.substr(1));
    const Json answer = Rig::json(gate.send("GET", target));
    Oracle looking = oracle;
    if (oracle.allowed) looking.sequence = {DuplicateField::email, DuplicateField::phone};
    DuplicateField field{};
    const Known* found = looking.match(asked, "", field);
    RC_ASSERT(answer["contact"].is_null() == (found == nullptr));
    if (found == nullptr) return;
    RC_ASSERT(answer["contact"]["id"] == found->id);
    RC_ASSERT(answer["matchingField"] == (field == DuplicateField::email ? "email" : "phone"));
  }

 private:
  static Fixture fixture(bool allowed, std::vector<DuplicateField> sequence) {
    Fixture made = directory_fixture();
    made.locations[0].allow_duplicate_contact = allowed;
    made.locations[0].duplicate_fields = std::move(sequence);
    return made;
  }
  static Known draw() { return {.phone = between(0, 4), .email = between(0, 4)}; }
  Json body_of(const Known& asked) {
    Json body{{"locationId", demo_location}, {"firstName", "Guest"}};
    if (asked.phone != 0) body["phone"] = phone_of(asked.phone, between(0, 3));
    if (asked.email != 0) body["email"] = email_of(asked.email, between(0, 1));
    return body;
  }
  Known* pick() {
    std::vector<Known*> living;
    for (Known& one : oracle.contacts) {
      if (!one.deleted) living.push_back(&one);
    }
    return living.empty() ? nullptr
                          : living.at(static_cast<std::size_t>(between(0, static_cast<int>(living.size()) - 1)));
  }
  void remember(Known asked, const std::string& id) {
    asked.id = id;
    oracle.contacts.push_back(asked);
    expect_same(asked);
  }
  void expect_same(const Known& known) {
    const ContactFields& fields = gate.rig.twin.state().contact(known.id)->fields;
    RC_ASSERT(fields.phone == phone_of(known.phone, 0));
    RC_ASSERT(lower_case(fields.email) == email_of(known.email, 0));
  }
  static void expect_refused(const HttpResponse& response, const Known& in_the_way, DuplicateField field) {
    RC_ASSERT(response.status == 400);
    const Json meta = Rig::json(response)["meta"];
    RC_ASSERT(meta["contactId"] == in_the_way.id);
    RC_ASSERT(meta["matchingField"] == (field == DuplicateField::email ? "email" : "phone"));
  }

  Directory gate;
  Oracle oracle;
};

RC_GTEST_PROP(ContactDuplicates, AreThoseOfTheOracle, ()) {
  static const std::vector<std::vector<DuplicateField>> sequences{{DuplicateField::email},
                                                                  {DuplicateField::phone},
                                                                  {DuplicateField::email, DuplicateField::phone},
                                                                  {DuplicateField::phone, DuplicateField::email}};
  Duplicates duplicates(between(0, 1) == 1, sequences.at(static_cast<std::size_t>(between(0, 3))));
  for (int step = between(10, 40); step > 0; --step) {
    switch (between(0, 6)) {
      case 0:
      case 1:
        duplicates.create();
        break;
      case 2:
      case 3:
        duplicates.upsert();
        break;
      case 4:
        duplicates.update();
        break;
      case 5:
        duplicates.remove();
        break;
      default:
        duplicates.look();
    }
  }
}

}  // namespace
}  // namespace mock_ghl::tests
