// SlotProbe: a stranger who phones when a run has come to rest and asks for every time that somebody gave up and that
// GHL lists as free. Who is not offered it meets a hold of nobody.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mock_ghl/twin.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/virtual_network.hpp"

namespace scenarios {

// One caller of the virtual world. Everything it is given outlives it.
class SlotProbe {
 public:
  SlotProbe(VirtualKernel& kernel, Trace& trace, VirtualHost& daemon, const RunPlan& plan, const mock_ghl::Twin& twin);
  ~SlotProbe();
  SlotProbe(const SlotProbe&) = delete;
  SlotProbe& operator=(const SlotProbe&) = delete;

  // Runs the kernel: waits until holds have had their time to end on evidence, then asks, one question a second, and
  // writes the answers into `history.freed`. Asked for are the free starts at which an appointment of `history` once
  // stood or which a hold of it overlaps.
  void run(History& history);

 private:
  struct Question {
    const mock_ghl::Calendar* calendar = nullptr;
    std::string service;  // as callers say it
    std::size_t tenant = 0;
    holdfast::Instant start{};
  };
  std::vector<Question> questions(const History& history) const;
  holdfast::net::Task<void> ask(Question question, FreedSlotFact& fact, bool& done);

  VirtualKernel& kernel_;
  Node& node_;
  VirtualLink link_;
  const RunPlan& plan_;
  const mock_ghl::Twin& twin_;
  int asked_ = 0;
};

}  // namespace scenarios
