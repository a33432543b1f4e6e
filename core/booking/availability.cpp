#include "core/booking/availability.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/booking/resource.hpp"
#include "core/booking/slot_code.hpp"
#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

constexpr std::int64_t calendar_memory_ms = 60'000;
constexpr std::size_t own_wishes_max = 50;

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

// An alternative is never the slot that was just lost, although stale free-slots may still list it (facts/ghl.md 9,
// 16).
std::vector<ghl::FreeSlot> without_lost(const SlotSearch& wish, std::vector<ghl::FreeSlot> slots) {
  if (wish.near) std::erase_if(slots, [&](const ghl::FreeSlot& slot) { return slot.start == *wish.near; });
  return slots;
}

}  // namespace

net::Task<Result<SlotOffer>> Availability::search(SlotSearch wish, Instant deadline) {
  const Instant now = context_.wall_now();
  const Duration open_search = days(context_.tenant.limits.search_days);
  const std::string zone_name = wish.zone.name();
  Interval window{now, now + open_search};
  if (wish.near) window = {std::max(now, *wish.near - hours(24)), std::max(now, *wish.near - hours(24)) + open_search};
  if (wish.day)
    window = {std::max(now, wish.zone.start_of_day(*wish.day)), wish.zone.start_of_day(add_days(*wish.day, 1))};
  if (!window.valid()) window.end = window.begin + days(1);

  SlotOffer offer;
  offer.first_day = date_in(wish.zone, window.begin);
  auto [calendar, slots] = co_await net::both(context_.runtime, this->calendar(wish.service.calendar_id, deadline),
                                              free_slots(wish.service.calendar_id, window, zone_name, deadline));
  if (!calendar) co_return fail(calendar.error());
  if (slots) slots = co_await without_held(*calendar, std::move(*slots), wish.own_link);
  if (!slots) co_return fail(slots.error());
  std::vector<ghl::FreeSlot> found = without_lost(wish, std::move(*slots));
  if (found.empty() && wish.day) {
    offer.on_wished_day = false;
    window.end = window.begin + open_search;
    slots = co_await free_slots(wish.service.calendar_id, window, zone_name, deadline);
    if (slots) slots = co_await without_held(*calendar, std::move(*slots), wish.own_link);
    if (!slots) co_return fail(slots.error());
    found = without_lost(wish, std::move(*slots));
  }
  offer.last_day = date_in(wish.zone, window.end - Duration(1));
  if (calendar->booking_horizon && now + *calendar->booking_horizon < window.end) {
    offer.bookable_until = date_in(wish.zone, now + *calendar->booking_horizon);
  }
  found = best(wish, std::move(found), static_cast<std::size_t>(context_.tenant.limits.offered_slots_max));
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

// Whole windows, in the pieces that GHL allows (facts/ghl.md 4.3).
net::Task<Result<std::vector<ghl::FreeSlot>>> Availability::free_slots(std::string calendar_id, Interval window,
                                                                       std::string zone_name, Instant deadline) {
  std::vector<ghl::FreeSlot> all;
  while (window.valid()) {
    const Interval piece{window.begin, std::min(window.end, window.begin + days(31))};
    auto slots = co_await context_.client.free_slots(calendar_id, piece, zone_name, deadline);
    if (!slots) co_return fail(slots.error());
    all.insert(all.end(), slots->begin(), slots->end());
    window.begin = piece.end;
  }
  co_return all;
}

// Without what lies in the past and what is held here for others. A hold says no more than that somebody's booking is
// on its way; once GHL shows it, GHL alone says what is free.
net::Task<Result<std::vector<ghl::FreeSlot>>> Availability::without_held(ghl::Calendar calendar,
                                                                         std::vector<ghl::FreeSlot> slots,
                                                                         std::string own_link) {
  if (slots.empty()) co_return slots;
  const Instant wall_now = context_.wall_now();
  std::erase_if(slots, [&](const ghl::FreeSlot& slot) { return slot.start <= wall_now; });
  if (slots.empty()) co_return slots;
  const auto [first, last] = std::ranges::minmax(slots, {}, &ghl::FreeSlot::start);
  const Interval span = held_interval(calendar, {first.start, last.start + calendar.slot_duration});
  for (const Resource& resource : resources_of(calendar)) {
    auto holds = co_await context_.ledger.holds_overlapping(resource.key, span, context_.now());
    if (!holds) co_return fail(holds.error());
    if (!holds->empty() && !own_link.empty()) {
      const auto own = co_await context_.ledger.find_intents(context_.tenant.id, own_link, own_wishes_max);
      if (!own) co_return fail(own.error());
      std::erase_if(*holds, [&](const ledger::Hold& hold) {
        return std::ranges::find(*own, hold.intent_id, &ledger::Intent::id) != own->end();
      });
    }
    std::erase_if(slots, [&](const ghl::FreeSlot& slot) {
      const Interval booking = held_interval(calendar, {slot.start, slot.start + calendar.slot_duration});
      return std::ranges::count_if(*holds, [&](const ledger::Hold& hold) { return hold.interval.overlaps(booking); }) >=
             resource.capacity;
    });
  }
  co_return slots;
}

net::Task<Result<std::vector<OfferedSlot>>> Availability::save(SlotSearch wish, ghl::Calendar calendar,
                                                               std::vector<ghl::FreeSlot> slots) {
  std::vector<OfferedSlot> offered;
  std::vector<ledger::Offer> offers;
  std::vector<std::string> taken;
  const Instant now = context_.now();
  for (const ghl::FreeSlot& slot : slots) {
    const auto code = co_await code_for(wish.conversation, wish.service, wish.zone.name(), slot.start, taken);
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

net::Task<Result<std::string>> Availability::code_for(std::string conversation, Service service, std::string zone,
                                                      Instant start, std::vector<std::string> taken) {
  for (unsigned salt = 0; salt < 16; ++salt) {
    std::string code =
        slot_code(conversation, service.calendar_id, service.name + "|" + zone, to_epoch_ms(start), salt);
    if (std::find(taken.begin(), taken.end(), code) != taken.end()) continue;
    const auto known = co_await context_.ledger.find_offer(context_.tenant.id, conversation, code);
    if (!known && known.error().kind != ErrorKind::not_found) co_return fail(known.error());
    const bool is_this_one = known && known->calendar_id == service.calendar_id && known->service == service.name &&
                             known->start == start && known->zone == zone;
    if (!known || is_this_one) co_return code;
  }
  co_return fail(ErrorKind::internal, "no free slot code after 16 tries; report this as a bug");
}

}  // namespace holdfast::booking
