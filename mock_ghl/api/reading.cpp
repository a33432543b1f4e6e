#include "mock_ghl/api/reading.hpp"

#include "core/base/random.hpp"

namespace mock_ghl::api {

namespace {

// Whether this appointment is read late: all are, or each by its own toss.
bool read_late(const Call& call, const Appointment& appointment) {
  if (!call.modifiers.stale) return false;
  if (!call.modifiers.patchy) return true;
  return holdfast::SplitMix64(*call.modifiers.patchy ^ (appointment.sequence * 0x9e3779b97f4a7c15ULL)).chance(0.5);
}

}  // namespace

const Appointment* as_read(const Call& call, const Appointment& appointment, Appointment& copy) {
  if (!read_late(call, appointment)) return &appointment;
  const holdfast::Instant as_of = call.now - *call.modifiers.stale;
  if (appointment.created_at > as_of) return nullptr;
  if (!appointment.ended_at || *appointment.ended_at <= as_of) return &appointment;
  copy = appointment;
  copy.deleted = false;
  if (!copy.occupies()) copy.status = "confirmed";
  return &copy;
}

}  // namespace mock_ghl::api
