// The jobs that follow a wish: what the steps enqueue and the outbox does. Their kinds are the files of outbox/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"
#include "core/booking/tenant.hpp"
#include "core/ledger/ledger.hpp"

namespace holdfast::booking {

// The note on the contact that tells the staff what was booked (docs/saga.md 8).
// `boot` is the clock's: a first try of the same boot need not look whether it was written already.
ledger::OutboxJob note_job(const ledger::Intent& intent, const BookingRequest& request, std::string_view boot,
                           Instant due_at);
// A last look when nothing can arrive any more: what a create that was given up made after all, and what a duplicate
// delivery made beside a booking, is cancelled, so that no ghost stays in the calendar (checker S4).
ledger::OutboxJob sweep_job(const ledger::Intent& intent, Instant due_at);
// Tells the customer, once, that it is booked.
ledger::OutboxJob notify_job(const ledger::Intent& intent, Notifier notifier, Instant due_at);
// A correction of the number or address on a contact that this wish made.
ledger::OutboxJob amend_job(const ledger::Intent& intent, const Person& corrected, Instant due_at);
// Tell a person of the business that there is a review, in each way that the tenant wants.
std::vector<ledger::OutboxJob> alert_jobs(const Context& context, const ledger::Review& review);
// Whether a kind of job is one of those.
bool is_alert(std::string_view kind);

// "Ref <intent id>": how a text of ours is known again.
std::string reference_of(const std::string& intent_id);

}  // namespace holdfast::booking
