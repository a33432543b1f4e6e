// Outbox: what happened in the twin that GHL tells the world about, until somebody takes it and delivers it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

// Who makes a change: a client of the API, or a person at GHL's screen. Webhooks carry it as `source` (quirk 66).
enum class Actor { api, person };

// Something that happened, as it was at that moment. `payload` holds the documented members but those of the envelope
// (type, locationId, timestamp, webhookId, appId, versionId).
struct Event {
  std::string kind = {};         // GHL's name: "AppointmentCreate"
  std::string location_id = {};  // "" when it belongs to no location
  holdfast::Json payload = holdfast::Json::object();
  holdfast::Instant at = {};  // the world's time
  Actor actor = Actor::api;
};

// Events in the order they happened. Off until somebody listens, so that a twin nobody listens to pays nothing. Not
// thread-safe.
class Outbox {
 public:
  // What is kept when nobody takes it; further events are counted only.
  static constexpr std::size_t events_max = 10'000;

  // Begins or ends the recording; ending it forgets what is there.
  void record(bool on) {
    recording_ = on;
    if (!on) events_.clear();
  }
  bool recording() const { return recording_; }
  bool empty() const { return events_.empty(); }
  // Notes an event while recording.
  void note(Event event) {
    if (!recording_) return;
    if (events_.size() < events_max) {
      events_.push_back(std::move(event));
    } else {
      ++lost_;
    }
  }
  // What was noted since the last call.
  std::vector<Event> take() { return std::exchange(events_, {}); }
  // How many were not kept.
  std::uint64_t lost() const { return lost_; }

 private:
  bool recording_ = false;
  std::vector<Event> events_;
  std::uint64_t lost_ = 0;
};

}  // namespace mock_ghl
