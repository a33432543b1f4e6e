// Twin: the GHL server that behaves like the real one, as a handler behind any transport. mock-ghl serves it over
// sockets; the virtual world calls it in virtual time. It is stricter than GHL where facts/ghl.md leaves a doubt.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/chaos/request_log.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/state.hpp"
#include "mock_ghl/webhooks/dispatcher.hpp"

namespace mock_ghl {

namespace api {
class RateLimiter;
}

// The twin. Not thread-safe; one loop. Tasks it starts (late commits) refer to it, so it must outlive them.
class Twin {
 public:
  // With an instant the world stands still there, past or future, and a reset begins there again.
  Twin(holdfast::net::Runtime runtime, Fixture fixture, std::uint64_t seed,
       std::optional<holdfast::Instant> frozen_at = std::nullopt);
  ~Twin();
  Twin(const Twin&) = delete;
  Twin& operator=(const Twin&) = delete;

  // One API request: chaos first (latency, faults), then authentication, then the route. Never throws.
  holdfast::net::Task<holdfast::net::HttpResponse> handle(holdfast::net::HttpRequest request);
  // Every fault that was injected, oldest first (the first 100,000), and how often each one was.
  const std::vector<JournalEntry>& journal() const;
  std::uint64_t fault_count_of(Fault fault) const;
  // Requests handled so far; a JournalEntry's request_number is this, counted when the request came.
  std::uint64_t requests() const;
  // Holds every clean answer against the contract from now on; what does not fit is written to standard error and kept
  // in reply_violations() (the first hundred). For tests and debug builds: it costs more than the answer itself.
  void check_replies(bool on);
  const std::vector<std::string>& reply_violations() const;
  // The latest requests with their answers and faults. Off until the first call: the virtual world runs millions of
  // requests. Keeps that many; 0 turns it off again. A reset or a restored snapshot begins an empty log of that size.
  void record_requests(std::size_t requests_max);
  const RequestLog& request_log() const;
  // Forgets the requests and the faults noted so far; request numbers go on.
  void clear_journal();
  // Replaces the chaos; an empty plan is calm. Late commits already under way still land.
  void set_chaos(ChaosPlan plan);
  // The plan in force, as it was set.
  const ChaosPlan& chaos() const;
  // The authoritative record: every appointment that ever was, contacts, notes. Read it freely; change it only through
  // the methods of State.
  State& state();
  const State& state() const;
  // The rate limits, for other integrations to eat from. The reference ends with a reset.
  api::RateLimiter& rate_limiter();
  // A person books in GHL's screen: checked and committed in one step (no gap), source "calendar_page". slot_taken when
  // the slot engine would not offer it. Returns the appointment id.
  holdfast::Result<std::string> book_as_person(const std::string& calendar_id, holdfast::Instant start,
                                               const std::string& contact_name);
  // A person cancels an appointment, or all of a series by its master's id, in GHL's screen. not_found for an unknown
  // id; succeeds when it is cancelled or deleted already.
  holdfast::Result<void> cancel_as_person(const std::string& appointment_id);
  // The other things a person does to one appointment, of either kind; not_found for an unknown id and for a deleted
  // one. Moves keep the length; moves, copies and restorations take only time that is free (slot_taken).
  holdfast::Result<void> move_as_person(const std::string& appointment_id, holdfast::Instant start);
  // Undoes a cancellation; invalid_input when it stands.
  holdfast::Result<void> restore_as_person(const std::string& appointment_id);
  holdfast::Result<void> delete_as_person(const std::string& appointment_id);
  // Another one for the same contact, with the same title and description; returns its id.
  holdfast::Result<std::string> copy_as_person(const std::string& appointment_id, holdfast::Instant start);
  // Writes another title and description over the present ones.
  holdfast::Result<void> edit_as_person(const std::string& appointment_id, const std::string& title,
                                        const std::string& description);
  // Gives it to another user of the calendar's team; invalid_input for anybody else, slot_taken when they are busy.
  holdfast::Result<void> reassign_as_person(const std::string& appointment_id, const std::string& user_id);
  // Merges two contacts: the first keeps its id and gets the appointments and notes of the other, which is gone.
  holdfast::Result<void> merge_as_person(const std::string& kept, const std::string& other);
  // A person edits a calendar in GHL's screen (quirk 26): `change` is JSON with the fixture's calendar fields.
  // not_found for an unknown id; invalid_input names the path of what is wrong or does not fit the account.
  holdfast::Result<void> edit_calendar_as_person(const std::string& calendar_id, std::string_view change);
  // Back to the fixture, with the same seed and the clock as the twin was made with; the chaos, the journal and the
  // rate windows are cleared too. Late commits under way are forgotten. With an instant the new world stands still
  // there.
  void reset(std::optional<holdfast::Instant> frozen_at = std::nullopt);

  // Keeps the world as it is now under a name, replacing what had it: records, draws, rate windows, chaos, clock.
  // invalid_input for an empty or over-long name, or beyond snapshots_max of them.
  holdfast::Result<void> save_snapshot(const std::string& name);
  // Goes on from a kept world, any number of times; what was under way is forgotten as by reset(). A running clock goes
  // on from where it stood. not_found when nothing has this name.
  holdfast::Result<void> restore_snapshot(const std::string& name);
  // not_found when nothing has this name.
  holdfast::Result<void> drop_snapshot(const std::string& name);
  std::vector<std::string> snapshots() const;
  static constexpr std::size_t snapshots_max = 100;

  // The clock all of the world's rules live by: slots and horizons, rate limits, chaos windows, every date written
  // down. It is the machine's time until freeze() or advance(). Latency and late commits wait on the machine's time.
  holdfast::Instant now() const;
  bool frozen() const;
  void freeze();
  // Goes on at the machine's pace from where it stands.
  void run();
  // Leaps ahead; webhooks whose next try is due by then are tried. invalid_input when negative or beyond the year 2200.
  holdfast::Result<void> advance(holdfast::Duration distance);

  // Webhooks out. Subscriptions outlive a reset, deliveries do not. Subscribe through these two, which also turn the
  // state's recording of events on and off.
  holdfast::Result<std::string> add_webhook(const webhooks::SubscriptionOptions& options);
  holdfast::Result<void> remove_webhook(std::string_view id);
  webhooks::Dispatcher& webhook_dispatcher();
  // Sends what the state noted since the last call. The twin calls it itself, but for changes made through state().
  void publish_webhooks();

 private:
  // Calls the people of the plan's script whose call this is.
  void play_script(std::string_view operation, bool after, std::uint64_t request_number,
                   const holdfast::net::HttpRequest& request);

  // What follows a person's change that takes time: webhooks, and creates that waited for it go on.
  holdfast::Result<std::string> committed(holdfast::Result<const Appointment*> done);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mock_ghl
