// A way to GHL that makes the daemon behave like the integrations of peers.md.
#pragma once

#include <memory>

#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace scenarios {

// What is spoiled on the way.
enum class GhlDefect {
  retry_creates,      // an unanswered or failed create is sent again at once, and the last answer is believed
  retry_notes,        // the same for notes
  trust_stale_check,  // after the offer GHL is never looked at again: every re-check finds the slot free, creates skip
                      // GHL's own check, and the calendar is not read for rivals
  forget_verify,      // the calendar is not read for rivals
  forget_members,     // only the calendar is, not the other calendars of the people whom the appointment takes up
  notify_at_once,     // a create tells the customer, before anybody has verified it
  notify_cancels,     // every cancellation tells the customer, also of what they never had
  no_marker,          // a create carries no marker
  stored_is_asked,    // every appointment reads as its create asked for it
};

// Hands everything through but what `defect` spoils. `inner` must outlive it.
std::unique_ptr<holdfast::net::HttpTransport> spoil_ghl(holdfast::net::Runtime runtime,
                                                        holdfast::net::HttpTransport& inner, GhlDefect defect);

}  // namespace scenarios
