// Results with something of everything: a scenario that held, one violated, one unknown, a storm, mutants.
#pragma once

#include <string>

#include "scenarios/report/results.hpp"

namespace scenarios::samples {

inline CaseResult held() {
  CaseResult shown;
  shown.id = "clean-booking";
  shown.title = "A caller books a free slot";
  shown.why = "The plain path: nothing fails, and the caller is told the slot that GHL then holds.";
  shown.rules = {"S1", "S4", "S5", "S6"};
  shown.told = {"Ada King was told booked: Thursday, August 27 at 10:00 AM"};
  shown.reproduce = "holdfast run --filter clean-booking";
  shown.seconds = 0.184;
  shown.began_at = holdfast::from_epoch_ms(1'788'000'000'000);
  shown.timeline = {
      {"Ada King", "check_availability → available", "exchange", 0, 210, "available"},
      {"Ada King", "book_appointment → booked", "exchange", 1'710, 2'180, "booked"},
      {"GHL: usrAda00000000000001", "2026-08-27T14:00Z Ada King", "appointment", 1'980, 42'000, "ours"},
  };
  return shown;
}

inline CaseResult violated() {
  CaseResult shown;
  shown.id = "person-books-between-check-and-create";
  shown.title = "Somebody books in GHL's own screen between the check and the commit";
  shown.why =
      "GHL's slot check and its commit are two steps (facts/ghl.md quirk 3), so a person at the screen can get into "
      "the "
      "gap and both are told that they have the slot.";
  shown.rules = {"S1", "S2", "S4"};
  shown.verdict = Verdict::violated;
  shown.began_at = holdfast::from_epoch_ms(1'788'000'000'000);
  shown.violations = {
      {"S1",
       "usrAda00000000000001 has 1 seat(s) at 2026-08-27T14:00Z, but at +0:02.940 these all held it: a7Kd92Lm (Ada "
       "King, api) and p0Qw81Xx (Walk-in Guest, calendar_page). Appointment a7Kd92Lm had been told as booked at "
       "+0:02.940.",
       shown.began_at + holdfast::milliseconds(2'940),
       {"a7Kd92Lm", "p0Qw81Xx"},
       {"call-1"}},
      {"VAPI-speakable",
       "Ben O'Neil & <Sons> heard \"2026-08-27T14:00:00Z\" read aloud.",
       shown.began_at + holdfast::milliseconds(4'200),
       {},
       {"call-2"}}};
  shown.told = {"Ada King was told booked: Thursday, August 27 at 10:00 AM", "Ben O'Neil was told taken",
                "Cem Arslan hung up and heard nothing"};
  shown.reproduce = "holdfast run --filter person-books-between-check-and-create --seed 7";
  shown.seconds = 2.31;
  shown.timeline = {
      {"Ada King", "check_availability → available", "exchange", 0, 240, "available"},
      {"Ada King", "book_appointment → booked", "exchange", 1'740, 2'940, "booked"},
      {"Ben O'Neil", "check_availability → available", "exchange", 300, 560, "available"},
      {"Ben O'Neil", "book_appointment → pending", "exchange", 2'060, 3'560, "pending"},
      {"Ben O'Neil", "book_appointment → taken", "exchange", 4'060, 4'200, "taken"},
      {"Cem Arslan", "check_availability → available", "exchange", 900, 1'100, "available"},
      {"Cem Arslan", "book_appointment → no answer", "exchange", 2'600, 4'600, "no answer"},
      {"Cem Arslan", "hung up", "hangup", 3'000, 3'000, "hung up"},
      {"GHL: usrAda00000000000001", "2026-08-27T14:00Z Ada King", "appointment", 2'480, 65'000, "ours"},
      {"GHL: usrAda00000000000001", "2026-08-27T14:00Z Walk-in Guest", "appointment", 2'400, 65'000, "somebody else's"},
      {"GHL: usrAda00000000000001", "2026-08-27T15:00Z Cem Arslan, cancelled", "appointment", 3'200, 3'900, "ours"},
      {"people in GHL", "books 2026-08-27T14:00Z", "person", 2'400, 2'400, "person"},
      {"daemon", "daemon died, then came back", "crash", 3'000, 3'700, "down"},
      {"faults", "commit_gap on create-appointment", "fault", 2'300, 2'300, "fault"},
      {"faults", "lost_after_commit on create-appointment", "fault", 3'200, 3'200, "fault"},
  };
  return shown;
}

inline CaseResult unsettled() {
  CaseResult shown;
  shown.id = "late-commit-after-empty-readback";
  shown.title = "The booking arrives after everybody looked for it";
  shown.why = "A create that timed out may still commit later (facts/ghl.md quirk 4).";
  shown.rules = {"S4", "S6"};
  shown.verdict = Verdict::unknown;
  shown.unknown = {"the call of Dora Lind did not end before the run did"};
  shown.told = {"Dora Lind was told pending"};
  shown.reproduce = "holdfast run --filter late-commit-after-empty-readback";
  shown.seconds = 6.02;
  return shown;
}

inline CaseResult seed() {
  CaseResult shown = violated();
  shown.id = "seed-412";
  shown.title = "Storm of seed 412";
  shown.why.clear();
  shown.violations.pop_back();
  shown.rules = {"S1"};
  shown.reproduce = "holdfast replay --seed 412 --trace out/seed-412.txt";
  return shown;
}

inline SimTotals storm() {
  SimTotals sim;
  sim.first_seed = 1;
  sim.last_seed = 2'000;
  sim.seeds = 2'000;
  sim.conversations = 100'000;
  sim.bookings = 71'204;
  sim.violations = 1;
  sim.seeds_violated = 1;
  sim.simulated_seconds = 1'384'211.5;
  sim.wall_seconds = 141.7;
  sim.trace_hash = "9f2c44e1a07b35d8";
  sim.told = {{"booked", 71'903}, {"taken", 9'120}, {"none", 4'201}, {"pending", 2'377}, {"", 12'399}};
  sim.probes = {{"ghl: 429 on a create", 1'204},
                {"saga: yielded to a person", 388},
                {"saga: ghost cancelled", 91},
                {"daemon: died while creating", 1},
                {"ledger: pin came too late", 0}};
  sim.faults = {{"latency", 402'331}, {"lost_after_commit", 3'310}, {"late_commit", 1'204}, {"commit_gap", 2'881}};
  return sim;
}

inline Results everything() {
  Results results;
  results.command = "holdfast run --html out/report.html\nholdfast sim --seeds 1..2000 --jobs 2";
  results.world = "sockets, virtual";
  results.target = "builtin";
  results.version = "0.1.0";
  results.cases = {held(), violated(), unsettled(), seed()};
  results.sim = storm();
  results.mutants = {
      {"retry-blindly", "Sends the create again when its answer was lost.", true, 3, 3, "S4",
       "One wish became several appointments: Ada King's wish for 2026-08-27T14:00Z had a and b."},
      {"forget-verify", "Tells booked without looking whether the seat is ours alone.", false, 0, 1'000, "", ""}};
  return results;
}

}  // namespace scenarios::samples
