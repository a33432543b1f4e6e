// LossyVfs: SQLite's own files on a disk that can lose power.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace holdfast::ledger::testing {

// While it lives, every database that is opened in `folder` uses files that remember what of them was synced; there is
// one of it at a time. Any thread.
class LossyVfs {
 public:
  explicit LossyVfs(std::string folder);
  ~LossyVfs();
  LossyVfs(const LossyVfs&) = delete;
  LossyVfs& operator=(const LossyVfs&) = delete;

  // How often a file was synced so far.
  int syncs() const;
  // From now on every sync fails.
  void fail_syncs();
  // Writes into `folder` the files as a loss of power now would leave them: of each what was synced, and of what was
  // written since each write whole, cut short or not at all, as `keep` says of each (0: lost, 1: whole, between: that
  // part of its bytes).
  void cut_power(const std::string& folder, const std::function<double()>& keep) const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::ledger::testing
