// What a ledger file holds, read from outside: as the next start would find it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace e2e {

// A row of the intents, the holds and the outbox.
struct IntentRow {
  std::string id;
  std::string request;
  std::string state;
  std::string appointment_id;
};
struct HoldRow {
  std::string intent_id;
  std::optional<std::int64_t> expires_at;  // nullopt: pinned
};
struct JobRow {
  std::string kind;
  bool dead = false;
};

// All rows, oldest first.
struct LedgerFile {
  std::vector<IntentRow> intents;
  std::vector<HoldRow> holds;
  std::vector<JobRow> jobs;

  // The states of all intents, in order, separated by blanks.
  std::string states() const;
  // Holds that block somebody although no booking stands behind them at this instant.
  int stray_holds(std::int64_t now_ms) const;
  int jobs_of(const std::string& kind) const;
  // Jobs that the daemon has still to do: not those that were given up for a person.
  int waiting_jobs() const;
};

// Reads a copy of the file and its log: what a daemon that is killed now leaves. The daemon may run; what a killed one
// left stays as it left it. Throws std::runtime_error when it cannot be read.
LedgerFile read_ledger(const std::filesystem::path& path);
// When the slot behind an offered code begins, in milliseconds since 1970; read likewise.
std::int64_t start_of_offer(const std::filesystem::path& path, const std::string& code);

}  // namespace e2e
