#include "mock_ghl/chaos/alter.hpp"

#include <vector>

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Interval;

namespace {

constexpr Duration start_shift{3 * 3'600'000};
constexpr Duration end_shift{30 * 60'000};
constexpr std::uint64_t kinds = 5;

const Calendar* another_calendar(const State& state, const std::string& calendar_id, std::uint64_t draw) {
  const Calendar* asked = state.calendar(calendar_id);
  if (asked == nullptr) return nullptr;
  std::vector<const Calendar*> others;
  for (const auto& [id, calendar] : state.calendars()) {
    if (id != calendar_id && calendar.location_id == asked->location_id && calendar.active) others.push_back(&calendar);
  }
  return others.empty() ? nullptr : others[draw % others.size()];
}

const Contact* another_contact(const State& state, const std::string& contact_id, std::uint64_t draw) {
  const Contact* asked = state.contact(contact_id);
  if (asked == nullptr) return nullptr;
  std::vector<const Contact*> others;
  for (const auto& [id, contact] : state.contacts()) {
    if (id != contact_id && contact.location_id == asked->location_id && !contact.deleted) others.push_back(&contact);
  }
  return others.empty() ? nullptr : others[draw % others.size()];
}

// The interval that is stored instead.
Interval bent(Interval interval, Alters what, Duration shift) {
  if (what == Alters::start) {
    const Duration by = shift > Duration{0} ? shift : start_shift;
    return {interval.begin + by, interval.end + by};
  }
  return {interval.begin, interval.end + (shift > Duration{0} ? shift : end_shift)};
}

bool alter_create(const State& state, NewAppointment& made, Alters what, const Injection::Alteration& alteration) {
  switch (what) {
    case Alters::calendar: {
      const Calendar* other = another_calendar(state, made.calendar_id, alteration.draw / kinds);
      if (other == nullptr) return false;
      made.calendar_id = other->id;
      if (!other->has_member(made.assigned_user_id)) {
        made.assigned_user_id = other->team.empty() ? std::string() : other->team.front().user_id;
      }
      return true;
    }
    case Alters::contact: {
      const Contact* other = another_contact(state, made.contact_id, alteration.draw / kinds);
      if (other == nullptr) return false;
      made.contact_id = other->id;
      return true;
    }
    case Alters::description:
      if (made.description.empty()) return false;
      made.description.clear();
      return true;
    default:
      made.interval = bent(made.interval, what, alteration.shift);
      return true;
  }
}

}  // namespace

bool store_otherwise(const State& state, api::PendingCommit& pending, const Injection::Alteration& alteration) {
  if (!pending.series_id.empty() || !pending.instances.empty()) return false;
  Alters what = alteration.what;
  if (what == Alters::drawn) what = static_cast<Alters>(1 + alteration.draw % kinds);
  if (pending.appointment_id.empty()) {
    if (!alter_create(state, pending.made, what, alteration)) return false;
    pending.made.by_chaos = true;
    return true;
  }
  if (!pending.change.interval || (what != Alters::start && what != Alters::end)) return false;
  pending.change.interval = bent(*pending.change.interval, what, alteration.shift);
  pending.change.by_chaos = true;
  return true;
}

}  // namespace mock_ghl
