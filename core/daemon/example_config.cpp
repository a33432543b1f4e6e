#include "core/daemon/config.hpp"

namespace holdfast::daemon {

std::string_view example_config() {
  return R"(# holdfastd: configuration. Every key is shown; those with a default stand at it and may be left out.

[server]
listen = "127.0.0.1:8080"    # address and port; put a TLS proxy in front, Vapi calls https
body_limit_bytes = 4194304   # Vapi sends prompt and history with every tool call
idle_timeout_ms = 60000      # a kept-alive connection is closed after this
request_timeout_ms = 15000   # a request must have arrived whole by then
drain_timeout_ms = 20000     # on SIGTERM: how long requests and bookings under way may take

[ledger]
path = "holdfast.db"         # what Holdfast must not forget; on a disk that survives a crash

[ghl]
origin = "https://services.leadconnectorhq.com"   # or a mock-ghl: "http://127.0.0.1:8089"
# ca_file = "ca.pem"         # trusted beside the system's certificates

[log]
level = "info"               # debug, info, warning, error or off; one JSON object a line on stderr

[[tenant]]
id = "dental-one"                       # Vapi's server URL is then https://your.host/vapi/dental-one
location_id = "ve9EPM428h8vShlRW1KT"    # the GHL sub-account
timezone = "America/New_York"           # what "ten o'clock" means
region = "US"                           # for phone numbers without a country code
ghl_token_env = "GHL_TOKEN"             # the variable that holds the Private Integration Token; or ghl_token_file
vapi_secret_env = "VAPI_SECRET"         # the variable that holds what Vapi presents; or vapi_secret_file
# allow_unauthenticated = true          # only where nobody else can reach the port
# own_numbers = ["+13105550111"]  # the business's own: a forwarded call that shows one counts as a hidden number
# trusted_parameters = ["caller_number"]  # static tool parameters that may name the caller
# notifier = "ghl"       # who tells the customer, once it is verified: "ghl" (its own notification), "sms", "email", "none"

[[tenant.service]]
name = "Consultation"                   # what callers call it
calendar_id = "BqTwX8QFwXzpegMve9EQ"    # the GHL calendar behind it

[tenant.review_alert]          # who is told of what only a person can decide: docs/reviews.md
by = ["ghl_task"]                       # a task on the contact in GHL, and "webhook"; at least one
# webhook_url = "https://your.host/holdfast-reviews"   # https, or http of this machine
# webhook_secret_env = "REVIEW_SECRET"  # or webhook_secret_file: whsec_ and 24 to 64 bytes in base64

[tenant.limits]
voice_deadline_ms = 4500        # a tool call is answered by then, whatever GHL does
create_timeout_ms = 10000       # how long the create request may wait for GHL's answer
settle_timeout_ms = 15000       # of one background read-back or cancel
send_bound_ms = 5000            # a create that has not left by then does not leave any more
hold_ttl_ms = 60000             # of a slot reserved here whose create has not been sent
hold_evidence_ms = 20000        # of a slot whose booking GHL shows: how far its free slots may lag behind
read_lag_ms = 10000             # "gone" is believed when two reads this far apart say so
longest_wait_ms = 30000         # a caller's wish does not wait for GHL longer than this
review_after_ms = 900000        # a wish that is not settled by then is shown to a person
job_lifetime_ms = 172800000     # work that follows a booking is tried for two days
keep_settled_days = 400         # settled wishes are forgotten after that
late_arrival_window_ms = 90000  # after this a create that nobody can find will not arrive any more
offer_ttl_ms = 1800000          # how long a slot code read to a caller is good
offered_slots_max = 4           # read to a caller at once
search_days = 14                # how far an open search looks
attempts_max = 4                # tries of a read or a safe write at GHL, in all
base_ms = 150                   # first wait between tries; doubled each time, with jitter
cap_ms = 2000                   # … up to this
attempt_timeout_ms = 8000       # of one try
)";
}

}  // namespace holdfast::daemon
