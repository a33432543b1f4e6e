#include "core/booking/availability.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/booking/resource.hpp"
#include "core/booking/slot_code.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

constexpr std::int64_t calendar_memory_ms = 60'000;

// Smaller is better: first inside the wished part of the day, then nearest to the wished time, then earliest.
std::int64_t distance_minutes(const SlotSearch& wish, Instant start) {
  if (wish.near) return std::abs((start - *wish.near).count()) / 60'000;
  const CivilTime civil = wish.zone.to_civil(start);
  const int minute = civil.hour * 60 + civil.minute;
  if (wish.time_of_day.target_minute) return std::abs(minute - *wish.time_of_day.target_minute);
  const bool inside = minute >= wish.time_of_day.from_minute && minute < wish.time_of_day.to_minute;
  return inside ? 0 : 24 * 60;
}

std::vector<ghl::FreeSlot> best(const SlotSearch& wish, std::vector<ghl::FreeSlot> slots, std::size_t count) {
  std::sort(slots.begin(), slots.end(), [&](const auto& a, const auto& b) {
    return std::pair(distance_minutes(wish, a.start), a.start) < std::pair(distance_minutes(wish, b.start), b.start);
  });
  if (slots.size() > count) slots.resize(count);
  std::sort(slots.begin(), slots.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  return slots;
}

// `holds` are those of the resource.
bool is_held(const std::vector<ledger::Hold>& holds, int capacity, Interval interval) {
  return std::ranges::count_if(holds, [&](const ledger::Hold& hold) { return hold.interval.overlaps(interval); }) >=
         capacity;
}

// An alternative is never the slot that was just lost, although stale free-slots may still list it (facts/ghl.md 9,
// 16).
std::vector<ghl::FreeSlot> without_lost(const SlotSearch& wish, std::vector<ghl::FreeSlot> slots) {
  if (wish.near) std::erase_if(slots, [&](const ghl::FreeSlot& slot) { return slot.start == *wish.near; });
  return slots;
}

}  // namespace

net::Task<Result<SlotOffer>> Availability::search(SlotSearch wish, Instant deadline) {
  const auto calendar = co_await this->calendar(wish.service.calendar_id, deadline);
  if (!calendar) co_return fail(calendar.error());
  const Instant now = context_.now();
  const Limits& limits = context_.tenant.limits;
  const std::string zone_name = wish.zone.name();

  SlotOffer offer;
  std::vector<ghl::FreeSlot> found;
  Instant from = now;
  if (wish.day) {
    from = std::max(now, wish.zone.start_of_day(*wish.day));
    const Interval day{from, wish.zone.start_of_day(add_days(*wish.day, 1))};
    if (day.valid()) {
      auto slots = co_await free_of_holds(*calendar, day, zone_name, deadline);
      if (!slots) co_return fail(slots.error());
      found = without_lost(wish, std::move(*slots));
    }
  }
  if (found.empty()) {
    offer.on_wished_day = !wish.day.has_value();
    if (wish.near) from = std::max(now, *wish.near - hours(24));
    const Interval open{from, from + days(limits.search_days)};
    auto slots = co_await free_of_holds(*calendar, open, zone_name, deadline);
    if (!slots) co_return fail(slots.error());
    found = without_lost(wish, std::move(*slots));
  }
  found = best(wish, std::move(found), static_cast<std::size_t>(limits.offered_slots_max));
  auto saved = co_await save(std::move(wish), *calendar, std::move(found));
  if (!saved) co_return fail(saved.error());
  offer.slots = std::move(*saved);
  co_return offer;
}

net::Task<Result<ghl::Calendar>> Availability::calendar(std::string calendar_id, Instant deadline) {
  const auto known = calendars_.find(calendar_id);
  if (known != calendars_.end() && context_.now() - known->second.read_at < Duration(calendar_memory_ms)) {
    co_return known->second.calendar;
  }
  auto read = co_await context_.client.get_calendar(calendar_id, deadline);
  if (read) calendars_[calendar_id] = {*read, context_.now()};
  co_return read;
}

net::Task<Result<std::optional<ghl::FreeSlot>>> Availability::recheck(std::string calendar_id, Interval slot,
                                                                      Instant deadline) {
  // No zone is named: GHL answers in the location's own, the one whose offset a strict account accepts.
  auto slots = co_await context_.client.free_slots(std::move(calendar_id), slot, "", deadline);
  if (!slots) co_return fail(slots.error());
  for (ghl::FreeSlot& free : *slots) {
    if (free.start == slot.begin) co_return std::move(free);
  }
  co_return std::nullopt;
}

net::Task<Result<std::vector<ghl::FreeSlot>>> Availability::free_of_holds(ghl::Calendar calendar, Interval window,
                                                                          std::string zone_name, Instant deadline) {
  auto slots = co_await context_.client.free_slots(calendar.id, window, std::move(zone_name), deadline);
  if (!slots || slots->empty()) co_return slots;
  const Instant now = context_.now();
  const Resource resource = resource_of(calendar);
  const auto [first, last] = std::ranges::minmax(*slots, {}, &ghl::FreeSlot::start);
  const Interval span = held_interval(calendar, {first.start, last.start + calendar.slot_duration});
  const auto holds = co_await context_.ledger.holds_overlapping(resource.key, span, now);
  if (!holds) co_return fail(holds.error());
  std::erase_if(*slots, [&](const ghl::FreeSlot& slot) {
    const Interval booking{slot.start, slot.start + calendar.slot_duration};
    return slot.start <= now || is_held(*holds, resource.capacity, held_interval(calendar, booking));
  });
  co_return slots;
}

net::Task<Result<std::vector<OfferedSlot>>> Availability::save(SlotSearch wish, ghl::Calendar calendar,
                                                               std::vector<ghl::FreeSlot> slots) {
  std::vector<OfferedSlot> offered;
  std::vector<ledger::Offer> offers;
  std::vector<std::string> taken;
  const Instant now = context_.now();
  for (const ghl::FreeSlot& slot : slots) {
    const auto code = co_await code_for(wish.conversation, calendar.id, slot.start, taken);
    if (!code) co_return fail(code.error());
    taken.push_back(*code);
    offered.push_back({*code, spoken_label(slot.start, wish.zone), slot.start});
    offers.push_back({.tenant = context_.tenant.id,
                      .conversation = wish.conversation,
                      .code = *code,
                      .service = wish.service.name,
                      .calendar_id = calendar.id,
                      .zone = wish.zone.name(),
                      .start = slot.start,
                      .end = slot.start + calendar.slot_duration,
                      .offered_at = now,
                      .expires_at = now + Duration(context_.tenant.limits.offer_ttl_ms)});
  }
  if (offers.empty()) co_return offered;
  const auto saved = co_await context_.ledger.save_offers(std::move(offers));
  if (!saved) co_return fail(saved.error());
  co_return offered;
}

net::Task<Result<std::string>> Availability::code_for(std::string conversation, std::string calendar_id, Instant start,
                                                      std::vector<std::string> taken) {
  for (unsigned salt = 0; salt < 16; ++salt) {
    std::string code = slot_code(conversation, calendar_id, to_epoch_ms(start), salt);
    if (std::find(taken.begin(), taken.end(), code) != taken.end()) continue;
    const auto known = co_await context_.ledger.find_offer(context_.tenant.id, conversation, code);
    if (!known && known.error().kind != ErrorKind::not_found) co_return fail(known.error());
    if (!known || (known->calendar_id == calendar_id && known->start == start)) co_return code;
  }
  co_return fail(ErrorKind::internal, "no free slot code after 16 tries; report this as a bug");
}

}  // namespace holdfast::booking
