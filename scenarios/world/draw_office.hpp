// The office's and the machines' side of a storm: the account in GHL, what GHL does wrong, people in its screen, lines,
// disk, clocks and deaths. What the world may do and what a right backend must then be able to promise belong together:
// each bound is written here once.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/setting.hpp"

namespace scenarios {

// How far GHL's lists of events, and its answers about one appointment, are behind at the most; free slots may be three
// times as late. Whoever calls an appointment absent or gone must have looked twice at least so far apart.
inline constexpr std::int64_t read_lag_max_ms = 10'000;
// How late a create that was sent, or its second delivery, still lands. No shorter late-arrival window is drawn.
inline constexpr std::int64_t late_arrival_max_ms = 14'000;

// The account: one location with one or two calendars of any kind GHL has.
mock_ghl::Fixture draw_fixture(holdfast::SplitMix64 random, const Setting& setting);
// Adds one more location with its calendars, users and token.
void add_location(holdfast::SplitMix64& random, const Setting& setting, mock_ghl::Fixture& fixture);
// In some runs adds another tenant, whom some of the plan's callers phone instead.
void draw_second_tenant(holdfast::SplitMix64 random, const Setting& setting, RunPlan& plan);
// Everything else of the office's side, into a plan that has its callers, its times and its known contacts.
void draw_office(RunPlan& plan, const Setting& setting, holdfast::SplitMix64 random);

}  // namespace scenarios
