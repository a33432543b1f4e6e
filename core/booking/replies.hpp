// Replies: the JSON texts of docs/tools.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/booking/availability.hpp"
#include "core/booking/bookings.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// {"status":…,"say":…}: need_info, error, pending, none; and "question" where the answer goes into an argument.
std::string plain_reply(std::string_view status, std::string_view say, std::string_view question = {});
// An offer of slots under `status` ("available" or "taken"); `say` stands before the list of labels.
std::string slots_reply(std::string_view status, std::string_view say, const std::vector<OfferedSlot>& slots,
                        const std::string& zone_name);
// "booked", with the label in the zone the slot was offered in.
std::string booked_reply(const BookingRequest& request);

// `reply` with "yours": what this caller has or waits for, in `zone`.
std::string with_own_wishes(std::string reply, const std::vector<OwnWish>& wishes, const Zone& zone);

// "I have A or B." / "The closest I have is A."
std::string offer_sentence(const std::vector<OfferedSlot>& slots, bool closest);

}  // namespace holdfast::booking
