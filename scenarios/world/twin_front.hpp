// TwinFront: stands before the twin, sees every request, and lets people work in GHL's screen when their moment comes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mock_ghl/twin.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/probes.hpp"

namespace scenarios {

// Something that waits for its trigger. `request` is the one that triggered it (empty for the beginning of the run).
struct Deed {
  Trigger trigger;
  std::function<void(const holdfast::net::HttpRequest& request)> act;
};

// Hands requests on to the twin and fires triggers. One loop; must outlive its requests and timers.
class TwinFront {
 public:
  // `runtime` is the twin's own, so that people live as long as GHL does.
  TwinFront(holdfast::net::Runtime runtime, mock_ghl::Twin& twin, Probes& probes);
  ~TwinFront();
  TwinFront(const TwinFront&) = delete;
  TwinFront& operator=(const TwinFront&) = delete;

  // One request to GHL, with the deeds it triggers.
  holdfast::net::Task<holdfast::net::HttpResponse> handle(holdfast::net::HttpRequest request);
  // Adds something to be done; deeds without an operation start their delay now.
  void add(Deed deed);
  // Adds a person's deed.
  void add(const PersonDeed& deed);
  // An operation on the daemon's ledger began or (`done`) took effect: fires what waits for it.
  void on_ledger(std::string_view operation, bool done);
  // From now on nothing is triggered any more, and what waits is not done.
  void stop() { stopped_ = true; }
  // What people did, in words, for reports: (when, text).
  const std::vector<std::pair<holdfast::Instant, std::string>>& journal() const { return journal_; }
  std::uint64_t requests() const { return requests_; }

 private:
  void count(const holdfast::net::HttpResponse& response, bool create);
  void fire(const std::string& operation, bool on_answer, const holdfast::net::HttpRequest& request);
  void start(const Deed& deed, holdfast::net::HttpRequest request);
  holdfast::net::Task<void> act_later(Deed deed, holdfast::net::HttpRequest request);
  void perform(const PersonDeed& deed, const holdfast::net::HttpRequest& request);
  void book(const PersonDeed& deed, const holdfast::net::HttpRequest& request);
  bool change(const PersonDeed& deed, const std::string& id);
  bool reassign(const mock_ghl::Appointment& appointment);
  bool merge(const mock_ghl::Appointment& appointment, const std::string& name);
  std::optional<holdfast::Instant> nth_free(const std::string& calendar_id, holdfast::Instant from, int index) const;
  std::optional<std::string> chosen(const PersonDeed& deed) const;

  holdfast::net::Runtime runtime_;
  mock_ghl::Twin& twin_;
  Probes& probes_;
  std::vector<Deed> deeds_;
  bool ledger_deeds_ = false;
  std::map<std::pair<std::string, bool>, int> counts_;
  std::vector<std::pair<holdfast::Instant, std::string>> journal_;
  std::uint64_t requests_ = 0;
  bool stopped_ = false;
};

// GHL's operation id of a request as far as triggers use them ("create-appointment", "get-slots", …); else "".
std::string operation_of(const holdfast::net::HttpRequest& request);

}  // namespace scenarios
