// Availability: what can be offered to a caller, with codes bound to the offer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/booking/context.hpp"
#include "core/booking/when.hpp"

namespace holdfast::booking {

// One slot as a caller hears it.
struct OfferedSlot {
  std::string code;
  std::string label;
  Instant start{};
};

// What to look for. Days are in `zone`.
struct SlotSearch {
  std::string conversation;
  Service service;
  Zone zone = Zone::utc();            // labels and days are in this zone
  std::optional<CivilDate> day = {};  // nullopt: the next free times
  TimeOfDay time_of_day = {};
  std::optional<Instant> near = {};  // the slot that was lost: rank by distance to it and leave it out (alternatives)
  std::string own_link = {};  // by which the caller's own wishes are found: what those hold hides nothing from them
};

// What was found. `on_wished_day` is false when the wished day had nothing and later days are offered instead.
struct SlotOffer {
  std::vector<OfferedSlot> slots;
  bool on_wished_day = true;
  // What was looked at, in the caller's zone.
  CivilDate first_day{};
  CivilDate last_day{};
  std::optional<CivilDate> bookable_until;  // where the calendar takes nothing later than that, and it was asked for
};

// Reads GHL's free slots, leaves out what is held here, and binds codes. One per tenant.
class Availability {
 public:
  explicit Availability(Context& context) : context_(context) {}

  // Up to limits.offered_slots_max slots in ascending order, saved in the ledger under fresh codes. Empty when nothing
  // is free. A failed read is an error, never "nothing free" (peers.md bug 8).
  net::Task<Result<SlotOffer>> search(SlotSearch wish, Instant deadline);
  // The calendar's rules, from GHL or remembered for up to a minute.
  net::Task<Result<ghl::Calendar>> calendar(std::string calendar_id, Instant deadline);
  // The slot when GHL still offers exactly its start (a fresh read of a narrow window). Its text goes back verbatim, so
  // it has the offset of the location's own zone, whatever zone the caller speaks in: some accounts call any other
  // offset a slot taken (facts/ghl.md 9, 8).
  net::Task<Result<std::optional<ghl::FreeSlot>>> recheck(std::string calendar_id, Interval slot, Instant deadline);

 private:
  struct Remembered {
    ghl::Calendar calendar;
    Instant read_at;
  };
  net::Task<Result<std::vector<ghl::FreeSlot>>> free_slots(std::string calendar_id, Interval window,
                                                           std::string zone_name, Instant deadline);
  net::Task<Result<std::vector<ghl::FreeSlot>>> without_held(ghl::Calendar calendar, std::vector<ghl::FreeSlot> slots,
                                                             std::string own_link);
  net::Task<Result<std::vector<OfferedSlot>>> save(SlotSearch wish, ghl::Calendar calendar,
                                                   std::vector<ghl::FreeSlot> slots);
  net::Task<Result<std::string>> code_for(std::string conversation, Service service, std::string zone, Instant start,
                                          std::vector<std::string> taken);

  Context& context_;
  std::map<std::string, Remembered> calendars_;
};

}  // namespace holdfast::booking
