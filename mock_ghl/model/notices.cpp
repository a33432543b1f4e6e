// The part of State that tells customers.
#include "mock_ghl/model/notices.hpp"

#include "mock_ghl/model/state.hpp"

namespace mock_ghl {

using holdfast::Instant;

void State::send_notice(Notice::Kind kind, const Appointment& appointment, Instant now) {
  notices_.push_back({.kind = kind,
                      .appointment_id = appointment.id,
                      .contact_id = appointment.contact_id,
                      .interval = appointment.interval,
                      .at = now,
                      .actor = actor_});
}

void State::notice_change(const Appointment& before, const Appointment& appointment, const AppointmentChange& change,
                          Instant now) {
  if (!change.notify) return;
  const bool moved = appointment.interval != before.interval || appointment.calendar_id != before.calendar_id;
  if (appointment.status == "cancelled" && before.occupies()) {
    send_notice(Notice::Kind::cancelled, appointment, now);
  } else if (appointment.occupies() && !before.occupies()) {
    send_notice(Notice::Kind::booked, appointment, now);
  } else if (appointment.occupies() && moved) {
    send_notice(Notice::Kind::rescheduled, appointment, now);
  } else if (appointment.occupies() && change.release_notice && settings_.update_releases_notice) {
    send_notice(Notice::Kind::booked, appointment, now);
  }
}

}  // namespace mock_ghl
