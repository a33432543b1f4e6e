// Zones, texts of instants and phone numbers: called tens of times for every simulated booking.
#include <benchmark/benchmark.h>

#include <string>

#include "core/base/phone.hpp"
#include "core/base/time.hpp"

namespace holdfast {
namespace {

constexpr Instant some_instant = from_epoch_ms(1'787'857'200'000);

void zone_find(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Zone::find("America/New_York"));
}
BENCHMARK(zone_find);

void zone_to_civil(benchmark::State& state) {
  const Zone zone = *Zone::find("America/New_York");
  for (auto _ : state) benchmark::DoNotOptimize(zone.to_civil(some_instant));
}
BENCHMARK(zone_to_civil);

void zone_from_civil(benchmark::State& state) {
  const Zone zone = *Zone::find("America/New_York");
  for (auto _ : state) benchmark::DoNotOptimize(zone.from_civil({2026, 8, 27}, 10, 30, WallClockPolicy::strict));
}
BENCHMARK(zone_from_civil);

void iso_format(benchmark::State& state) {
  const Zone zone = *Zone::find("America/New_York");
  for (auto _ : state) benchmark::DoNotOptimize(format_iso(some_instant, zone));
}
BENCHMARK(iso_format);

void iso_parse(benchmark::State& state) {
  const std::string text = "2026-08-27T10:30:00-05:00";
  for (auto _ : state) benchmark::DoNotOptimize(parse_iso(text));
}
BENCHMARK(iso_parse);

// Clean E.164 of North America goes past the library.
void phone_clean(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(to_e164("+14155550100", "US"));
}
BENCHMARK(phone_clean);

void phone_as_spoken(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(to_e164("(415) 555-0100", "US"));
}
BENCHMARK(phone_as_spoken);

}  // namespace
}  // namespace holdfast
