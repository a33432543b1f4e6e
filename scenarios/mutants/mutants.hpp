// Mutants: seeded defects, each a decorator on one of the daemon's seams. There is no hook for them in core. They test
// the tester: a suite that does not catch them proves nothing.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/ledger/ledger.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace scenarios {

// One seeded defect.
struct Mutant {
  std::string_view name;    // stable; for --mutant NAME
  std::string_view defect;  // what it does, and where that was seen
};

// All of them, in order.
const std::vector<Mutant>& mutants();
// The mutant called `name`, or nullptr.
const Mutant* find_mutant(std::string_view name);

// The seams of one daemon process, spoiled by a mutant. What the mutant leaves alone is handed through. Must outlive
// the daemon and is built anew with it; `ledger` and `ghl` must outlive this.
class MutantSeams {
 public:
  // `mutant` may be nullptr: nothing is spoiled and nothing is in between.
  MutantSeams(const Mutant* mutant, holdfast::net::Runtime runtime, holdfast::ledger::Ledger& ledger,
              holdfast::net::HttpTransport& ghl);
  ~MutantSeams();
  MutantSeams(const MutantSeams&) = delete;
  MutantSeams& operator=(const MutantSeams&) = delete;

  // What the daemon gets instead of the real ones.
  holdfast::ledger::Ledger& ledger();
  holdfast::net::HttpTransport& ghl();
  // The daemon's handler as its callers see it.
  holdfast::net::HttpHandler wrap(holdfast::net::HttpHandler handler) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace scenarios
