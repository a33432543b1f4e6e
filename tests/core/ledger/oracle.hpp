// A second ledger, as simple as it can be: plain vectors, every question answered by looking at everything, time in
// whole minutes. It shares no code with core/ledger, so that both cannot be wrong alike.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::ledger::testing {

struct Oracle {
  struct OneIntent {
    std::string id;
    std::string key;
    std::string state = "opened";
    std::int64_t generation = 1;
    std::int64_t version = 1;
  };
  struct OneHold {
    std::string intent_id;
    std::string resource;
    int begin = 0;
    int end = 0;
    std::int64_t token = 0;
    std::optional<int> expires;
    bool released = false;
  };
  struct Answer {
    std::string error;                   // kind, empty when there is none
    bool granted = false;                // of acquire
    std::vector<std::string> conflicts;  // of acquire, sorted by id
    std::string intent_id;               // of open
    bool created = false;                // of open
  };

  std::vector<OneIntent> intents;
  std::vector<std::pair<std::string, std::string>> aliases;
  std::vector<OneHold> holds;
  std::int64_t last_token = 0;
  int now = 0;

  static bool legal(std::string_view from, std::string_view to) {
    static constexpr std::array<std::string_view, 20> steps{
        "opened>held",      "opened>refused",  "held>creating",    "held>refused",    "creating>created",
        "creating>unknown", "creating>held",   "creating>refused", "unknown>created", "unknown>yielding",
        "unknown>refused",  "created>booked",  "created>yielding", "created>unknown", "created>refused",
        "yielding>refused", "yielding>booked", "booked>yielding",  "booked>refused",  "refused>booked"};
    const std::string step = std::string(from) + ">" + std::string(to);
    return from == to || std::ranges::find(steps, step) != steps.end();
  }
  OneIntent* find(const std::string& id) {
    for (OneIntent& intent : intents) {
      if (intent.id == id) return &intent;
    }
    return nullptr;
  }
  OneHold* hold_of(const std::string& id) {
    for (OneHold& hold : holds) {
      if (hold.intent_id == id) return &hold;
    }
    return nullptr;
  }
  const OneIntent* intent(const std::string& id) const {
    const auto found = std::ranges::find(intents, id, &OneIntent::id);
    return found == intents.end() ? nullptr : &*found;
  }
  const OneHold* hold(const std::string& id) const {
    const auto found = std::ranges::find(holds, id, &OneHold::intent_id);
    return found == holds.end() ? nullptr : &*found;
  }
  std::ptrdiff_t released() const { return std::ranges::count(holds, true, &OneHold::released); }
  bool live(const OneHold& hold) const { return !hold.released && (!hold.expires || now < *hold.expires); }

  Answer open(const std::string& id, const std::string& key, const std::string& alias) {
    for (const auto& [name, intent_id] : aliases) {
      if (name == alias) return {.error = {}, .conflicts = {}, .intent_id = intent_id};
    }
    std::int64_t generation = 1;
    for (const OneIntent& intent : intents) {
      if (intent.key != key) continue;
      if (intent.state != "refused") {
        aliases.emplace_back(alias, intent.id);
        return {.error = {}, .conflicts = {}, .intent_id = intent.id};
      }
      ++generation;
    }
    intents.push_back({.id = id, .key = key, .generation = generation});
    aliases.emplace_back(alias, id);
    return {.error = {}, .conflicts = {}, .intent_id = id, .created = true};
  }

  Answer acquire(const std::string& id, std::int64_t version, const std::string& resource, int begin, int end,
                 int capacity, int ttl) {
    OneIntent* intent = find(id);
    if (!intent) return {.error = "not_found", .conflicts = {}, .intent_id = {}};
    if (intent->version != version) return {.error = "conflict", .conflicts = {}, .intent_id = {}};
    if (intent->state != "opened" && intent->state != "held") {
      return {.error = "internal", .conflicts = {}, .intent_id = {}};
    }
    Answer answer;
    for (int minute = begin; minute < end; ++minute) {
      std::vector<std::string> here;
      for (const OneHold& hold : holds) {
        if (hold.intent_id != id && hold.resource == resource && live(hold) && hold.begin <= minute &&
            minute < hold.end) {
          here.push_back(hold.intent_id);
        }
      }
      if (static_cast<int>(here.size()) >= capacity) {
        answer.conflicts.insert(answer.conflicts.end(), here.begin(), here.end());
      }
    }
    std::ranges::sort(answer.conflicts);
    answer.conflicts.erase(std::ranges::unique(answer.conflicts).begin(), answer.conflicts.end());
    if (!answer.conflicts.empty()) return answer;
    for (OneHold& hold : holds) {
      if (hold.intent_id != id && hold.resource == resource && !live(hold) && hold.begin < end && begin < hold.end) {
        hold.released = true;
      }
    }
    std::erase_if(holds, [&](const OneHold& hold) { return hold.intent_id == id; });
    holds.push_back({.intent_id = id,
                     .resource = resource,
                     .begin = begin,
                     .end = end,
                     .token = ++last_token,
                     .expires = now + ttl});
    intent->state = "held";
    ++intent->version;
    answer.granted = true;
    return answer;
  }

  std::string advance(const std::string& id, std::int64_t version, const std::string& to, std::string_view change) {
    OneIntent* intent = find(id);
    if (!intent) return "not_found";
    if (intent->version != version) return "conflict";
    if (!legal(intent->state, to)) return "internal";
    OneHold* hold = hold_of(id);
    if (change == "pin") {
      if (!hold || hold->released) return "conflict";
      hold->expires.reset();
    }
    if (change == "release" && hold) hold->released = true;
    intent->state = to;
    ++intent->version;
    return {};
  }

  void forget() {
    std::erase_if(holds, [this](const OneHold& hold) {
      if (hold.released) return true;
      if (hold.expires) return *hold.expires < now;
      return find(hold.intent_id)->state == "booked" && hold.end < now;
    });
  }
};

}  // namespace holdfast::ledger::testing
