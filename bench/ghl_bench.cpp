// GHL's JSON: one free-slots answer and one create for every booking, two lists of events for every verification.
#include <benchmark/benchmark.h>

#include <string>

#include "core/base/json.hpp"
#include "core/ghl/codec.hpp"

namespace holdfast::ghl {
namespace {

// `count` half-hour slots from 08:00 on, 16 a day, as GHL writes them (facts/ghl.md 4.3).
std::string free_slots_body(int count) {
  const Zone zone = *Zone::find("America/New_York");
  Json body = Json::object();
  for (int i = 0; i < count; ++i) {
    const Instant start = from_epoch_ms(1'788'177'600'000) + days(i / 16) + minutes(30 * (i % 16));
    body[format_date(date_in(zone, start))]["slots"].push_back(format_iso(start, zone));
  }
  body["traceId"] = "3f6c2a10-6b1c-4a53-9d0e-1f2a3b4c5d6e";
  return dump_json(body);
}

std::string events_body(int count) {
  Json event = {{"id", "evt4fzh29P7jhXSaIKn7"},
                {"calendarId", "cal4fzh29P7jhXSaIKn7"},
                {"locationId", "loc4fzh29P7jhXSaIKn7"},
                {"contactId", "con4fzh29P7jhXSaIKn7"},
                {"assignedUserId", "usr4fzh29P7jhXSaIKn7"},
                {"users", Json::array()},
                {"title", "Haircut: Jane Doe"},
                {"notes", "HF-0123456789abcdefghjk"},
                {"appointmentStatus", "confirmed"},
                {"startTime", "2026-08-27T10:30:00-05:00"},
                {"endTime", "2026-08-27T11:00:00-05:00"},
                {"dateAdded", "2026-08-20T15:04:05.678Z"},
                {"dateUpdated", "2026-08-20T15:04:05.678Z"},
                {"deleted", false}};
  Json body = {{"events", Json::array()}, {"traceId", "3f6c2a10-6b1c-4a53-9d0e-1f2a3b4c5d6e"}};
  for (int i = 0; i < count; ++i) body["events"].push_back(event);
  return dump_json(body);
}

void free_slots_decode(benchmark::State& state) {
  const std::string body = free_slots_body(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(decode_free_slots(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(free_slots_decode)->Arg(2)->Arg(80)->Arg(320);

// The same answer through the JSON parser: what a body of another shape than the live one costs.
void free_slots_decode_by_parser(benchmark::State& state) {
  const std::string body = free_slots_body(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(detail::decode_free_slots_by_parser(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(free_slots_decode_by_parser)->Arg(80);

void events_decode(benchmark::State& state) {
  const std::string body = events_body(static_cast<int>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(decode_events(body));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(events_decode)->Arg(1)->Arg(20);

void create_encode(benchmark::State& state) {
  const AppointmentDraft draft{.calendar_id = "cal4fzh29P7jhXSaIKn7",
                               .contact_id = "con4fzh29P7jhXSaIKn7",
                               .start_text = "2026-08-27T10:30:00-05:00",
                               .title = "Haircut: Jane Doe",
                               .description = "HF-0123456789abcdefghjk",
                               .assigned_user_id = "usr4fzh29P7jhXSaIKn7"};
  for (auto _ : state) benchmark::DoNotOptimize(encode_appointment(draft, "loc4fzh29P7jhXSaIKn7"));
}
BENCHMARK(create_encode);

void create_decode(benchmark::State& state) {
  const std::string body =
      R"({"id":"evt4fzh29P7jhXSaIKn7","calendarId":"cal4fzh29P7jhXSaIKn7","locationId":"loc4fzh29P7jhXSaIKn7",)"
      R"("contactId":"con4fzh29P7jhXSaIKn7","startTime":"2026-08-27T10:30:00-05:00","title":"Haircut: Jane Doe",)"
      R"("status":"booked","appointmentStatus":"confirmed","assignedUserId":"usr4fzh29P7jhXSaIKn7","traceId":"3f6c"})";
  for (auto _ : state) benchmark::DoNotOptimize(decode_appointment(body));
}
BENCHMARK(create_decode);

}  // namespace
}  // namespace holdfast::ghl
