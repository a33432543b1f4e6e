// A second ledger, as simple as it can be: plain vectors, every question answered by looking at everything, time in
// whole minutes. It shares no code with core/ledger, so that both cannot be wrong alike.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::ledger::testing {

struct Oracle {
  struct OneIntent {
    std::string id;
    std::string group;
    std::string state = "opened";
    std::int64_t version = 1;
    std::int64_t wanted = 0;
    bool withdrawn = false;
    std::set<std::string> links;
    int updated = 0;
  };
  struct OneHold {
    std::string intent_id;
    std::string resource;
    int begin = 0;
    int end = 0;
    std::int64_t token = 0;
    std::optional<int> expires;
  };
  struct OneClaim {
    std::string resource;
    int begin = 0;
    int end = 0;
    int capacity = 1;
  };
  struct Answer {
    std::string error;                   // kind, empty when there is none
    bool granted = false;                // of acquire
    std::vector<std::string> conflicts;  // of acquire, sorted by id, each once
    std::string intent_id;               // of open
    bool made = false;                   // of open
  };

  std::vector<OneIntent> intents;
  std::vector<OneHold> holds;
  std::int64_t last_token = 0;
  std::int64_t last_wanted = 0;
  int made_ever = 0;
  int now = 0;

  static bool legal(std::string_view from, std::string_view to) {
    static constexpr std::array<std::string_view, 21> steps{
        "opened>held",      "opened>refused",  "held>creating",    "held>refused",    "creating>created",
        "creating>unknown", "creating>held",   "creating>refused", "unknown>created", "unknown>yielding",
        "unknown>refused",  "created>booked",  "created>yielding", "created>unknown", "created>refused",
        "yielding>refused", "yielding>booked", "booked>yielding",  "booked>refused",  "refused>booked",
        "held>unknown"};
    const std::string step = std::string(from) + ">" + std::string(to);
    return from == to || std::ranges::find(steps, step) != steps.end();
  }
  OneIntent* find(const std::string& id) {
    const auto found = std::ranges::find(intents, id, &OneIntent::id);
    return found == intents.end() ? nullptr : &*found;
  }
  const OneIntent* intent(const std::string& id) const {
    const auto found = std::ranges::find(intents, id, &OneIntent::id);
    return found == intents.end() ? nullptr : &*found;
  }
  std::vector<const OneHold*> holds_of(const std::string& id) const {
    std::vector<const OneHold*> found;
    for (const OneHold& hold : holds) {
      if (hold.intent_id == id) found.push_back(&hold);
    }
    return found;
  }
  bool live(const OneHold& hold) const { return !hold.expires || now < *hold.expires; }
  static bool settled(const OneIntent& intent) { return intent.state == "booked" || intent.state == "refused"; }
  static bool needs_work(const OneIntent& intent) {
    return !settled(intent) || (intent.state == "booked" && intent.withdrawn);
  }

  // The oldest intent with the link that is not refused, which moves to `group`, or a new one in it (empty: its own).
  Answer open(const std::string& id, const std::string& link, const std::string& also, const std::string& group,
              bool want) {
    for (OneIntent& known : intents) {
      if (!known.links.contains(link) || known.state == "refused") continue;
      known.links.insert(also);
      if (want) known.wanted = ++last_wanted;
      if (!group.empty() && known.group != group) {
        known.group = group;
        if (settled(known)) settle_group(group);
      }
      return {.error = {}, .conflicts = {}, .intent_id = known.id};
    }
    OneIntent made;
    made.id = id;
    made.group = group.empty() ? id : group;
    made.wanted = ++last_wanted;
    made.links = {link, also};
    made.updated = now;
    intents.push_back(made);
    ++made_ever;
    return {.error = {}, .conflicts = {}, .intent_id = id, .made = true};
  }

  Answer acquire(const std::string& id, std::int64_t version, const std::vector<OneClaim>& claims, int ttl) {
    OneIntent* asking = find(id);
    if (!asking) return {.error = "not_found", .conflicts = {}, .intent_id = {}};
    if (asking->version != version) return {.error = "conflict", .conflicts = {}, .intent_id = {}};
    if (asking->state != "opened" && asking->state != "held") {
      return {.error = "internal", .conflicts = {}, .intent_id = {}};
    }
    Answer answer;
    std::set<std::string> disregarded;
    for (const OneClaim& claim : claims) {
      for (int minute = claim.begin; minute < claim.end; ++minute) {
        std::vector<std::string> here;
        for (const OneHold& hold : holds) {
          if (hold.intent_id == id || hold.resource != claim.resource) continue;
          if (minute < hold.begin || hold.end <= minute) continue;
          if (live(hold)) {
            here.push_back(hold.intent_id);
          } else {
            disregarded.insert(hold.intent_id);
          }
        }
        if (static_cast<int>(here.size()) >= claim.capacity) {
          answer.conflicts.insert(answer.conflicts.end(), here.begin(), here.end());
        }
      }
    }
    std::ranges::sort(answer.conflicts);
    answer.conflicts.erase(std::ranges::unique(answer.conflicts).begin(), answer.conflicts.end());
    if (!answer.conflicts.empty()) return answer;
    std::erase_if(holds,
                  [&](const OneHold& hold) { return hold.intent_id == id || disregarded.contains(hold.intent_id); });
    ++last_token;
    for (const OneClaim& claim : claims) {
      holds.push_back({.intent_id = id,
                       .resource = claim.resource,
                       .begin = claim.begin,
                       .end = claim.end,
                       .token = last_token,
                       .expires = now + ttl});
    }
    asking->state = "held";
    asking->updated = now;
    ++asking->version;
    answer.granted = true;
    return answer;
  }

  std::string advance(const std::string& id, std::int64_t version, const std::string& to, std::string_view change) {
    OneIntent* moving = find(id);
    if (!moving) return "not_found";
    if (moving->version != version) return "conflict";
    if (!legal(moving->state, to)) return "internal";
    if (change == "pin" && holds_of(id).empty()) return "conflict";
    if (change == "release") std::erase_if(holds, [&](const OneHold& hold) { return hold.intent_id == id; });
    for (OneHold& hold : holds) {
      if (hold.intent_id != id) continue;
      if (change == "pin") hold.expires.reset();
      if (change == "linger") hold.expires = now + 5;
    }
    moving->state = to;
    moving->updated = now;
    ++moving->version;
    if (settled(*moving)) settle_group(moving->group);
    return {};
  }

  // Of those that could remain the latest wanted one; when it is booked, the others must go.
  void settle_group(const std::string& group) {
    std::vector<OneIntent*> could_remain;
    for (OneIntent& member : intents) {
      if (member.group == group && member.state != "refused" && !member.withdrawn) could_remain.push_back(&member);
    }
    std::ranges::sort(could_remain, {}, [](const OneIntent* member) { return member->wanted; });
    if (could_remain.empty() || could_remain.back()->state != "booked") return;
    could_remain.pop_back();
    for (OneIntent* member : could_remain) {
      member->withdrawn = true;
      member->updated = now;
    }
  }

  std::string withdraw(const std::string& id) {
    OneIntent* leaving = find(id);
    if (!leaving) return "not_found";
    if (!leaving->withdrawn) leaving->updated = now;
    leaving->withdrawn = true;
    return {};
  }

  void prune() {
    std::erase_if(holds, [this](const OneHold& hold) { return hold.expires && *hold.expires < now; });
    std::erase_if(intents, [this](const OneIntent& intent) {
      return !needs_work(intent) && intent.updated < now - 3 && holds_of(intent.id).empty();
    });
  }
};

}  // namespace holdfast::ledger::testing
