#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

#include "core/base/edit_distance.hpp"
#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/near_miss.hpp"
#include "mock_ghl/admin/request_filter.hpp"
#include "mock_ghl/admin/route.hpp"
#include "mock_ghl/api/json_text.hpp"

namespace mock_ghl::admin {

using api::JsonText;
using holdfast::net::HttpResponse;

namespace {

// How many near misses are told of.
constexpr std::size_t nearest_max = 3;

std::int64_t signed_count(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

void write_body(JsonText& text, std::string_view key, const std::string& body, bool cut) {
  text.begin_object(key).member("body", body);
  if (cut) text.member("cut", true);
  text.end_object();
}

// The members of one request, without its brackets.
void write_record(JsonText& text, const RequestRecord& record, NearMissFinder& finder) {
  text.member("number", signed_count(record.number)).member("at", holdfast::format_iso_utc(record.at));
  text.member("method", record.method).member("target", record.target).member("operation", record.operation);
  text.begin_object("caller").member("token", record.token).member("locationId", record.location_id).end_object();
  text.member("version", record.version).member("outcome", to_string(record.outcome));
  if (record.outcome == RequestRecord::Outcome::answered) text.member("status", record.status);
  if (record.outcome != RequestRecord::Outcome::pending) text.member("latencyMs", record.latency_ms);
  write_body(text, "request", record.request_body, record.request_body_cut);
  write_body(text, "response", record.response_body, record.response_body_cut);
  text.member("faults", fault_names_of(record.faults));
  if (!record.script.empty()) text.member("script", record.script);
  if (const auto reason = finder.explain(record)) text.member("nearMiss", *reason);
}

void write_log_state(JsonText& text, const RequestLog& log) {
  text.member("recording", log.recording()).member("kept", signed_count(log.records().size()));
  text.member("dropped", signed_count(log.dropped()));
}

HttpResponse show_journal(const Call& call) {
  const Twin& twin = call.twin;
  JsonText text;
  text.begin_object().member("requests", signed_count(twin.requests())).begin_object("counts");
  for (std::size_t i = 0; i < fault_count; ++i) {
    const auto fault = static_cast<Fault>(i);
    text.member(to_string(fault), signed_count(twin.fault_count_of(fault)));
  }
  text.end_object().begin_array("entries");
  for (const JournalEntry& entry : twin.journal()) {
    text.begin_element_object().member("fault", to_string(entry.fault)).member("operation", entry.operation);
    text.member("at", holdfast::format_iso_utc(entry.at));
    text.member("requestNumber", signed_count(entry.request_number)).end_object();
  }
  text.end_array();
  write_log_state(text, twin.request_log());
  text.end_object();
  return HttpResponse::json(200, text.take());
}

// A request with what keeps it from matching.
struct NearMiss {
  const RequestRecord* record = nullptr;
  std::vector<std::string> missing;
  std::size_t path_distance = 0;
};

// The requests that come closest to a filter, the closest first.
std::vector<NearMiss> nearest(const RequestFilter& filter, const RequestLog& log) {
  std::vector<NearMiss> misses;
  for (const RequestRecord& record : log.records()) {
    NearMiss miss{.record = &record, .missing = unmet(filter, record), .path_distance = 0};
    if (miss.missing.empty()) continue;
    if (!filter.path.empty()) {
      miss.path_distance = holdfast::edit_distance(filter.path, holdfast::net::parse_target(record.target).path);
    }
    misses.push_back(std::move(miss));
  }
  const auto rank = [](const NearMiss& miss) {
    return std::tuple(miss.missing.size(), miss.path_distance, ~miss.record->number);
  };
  std::ranges::sort(misses, {}, rank);
  if (misses.size() > nearest_max) misses.resize(nearest_max);
  return misses;
}

void write_nearest(JsonText& text, const RequestFilter& filter, const RequestLog& log) {
  NearMissFinder finder;
  text.begin_array("nearest");
  for (const NearMiss& miss : nearest(filter, log)) {
    text.begin_element_object().member("number", signed_count(miss.record->number));
    text.member("method", miss.record->method).member("target", miss.record->target);
    text.member("differences", miss.missing);
    if (const auto reason = finder.explain(*miss.record)) text.member("nearMiss", *reason);
    text.end_object();
  }
  text.end_array();
}

std::vector<const RequestRecord*> matching(const RequestFilter& filter, const RequestLog& log) {
  std::vector<const RequestRecord*> found;
  for (const RequestRecord& record : log.records()) {
    if (unmet(filter, record).empty()) found.push_back(&record);
  }
  return found;
}

// Everything that a filter finds, or what comes closest when that is nothing.
HttpResponse list(const Twin& twin, const RequestFilter& filter) {
  const RequestLog& log = twin.request_log();
  const auto found = matching(filter, log);
  JsonText text;
  text.begin_object().member("count", signed_count(found.size()));
  write_log_state(text, log);
  NearMissFinder finder;
  text.begin_array("requests");
  for (std::size_t i = 0; i < std::min(found.size(), filter.limit); ++i) {
    text.begin_element_object();
    write_record(text, *found[i], finder);
    text.end_object();
  }
  text.end_array();
  if (found.empty()) write_nearest(text, filter, log);
  text.end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse count(const Twin& twin, const RequestFilter& filter) {
  JsonText text;
  text.begin_object().member("count", signed_count(matching(filter, twin.request_log()).size()));
  write_log_state(text, twin.request_log());
  text.end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse near_misses(const Twin& twin, const RequestFilter& filter) {
  JsonText text;
  text.begin_object();
  write_nearest(text, filter, twin.request_log());
  text.end_object();
  return HttpResponse::json(200, text.take());
}

// The requests from the query's `since` and `limit` on; nothing when they are no numbers.
std::optional<RequestFilter> filter_of(const holdfast::net::Target& target) {
  RequestFilter filter;
  const auto since = number_of(target, "since", 0);
  const auto limit = number_of(target, "limit", filter.limit);
  if (!since || !limit) return std::nullopt;
  filter.since = *since;
  filter.limit = *limit;
  return filter;
}

constexpr std::string_view wrong_numbers = "since and limit must be whole numbers";

HttpResponse list_from(const Call& call) {
  const auto filter = filter_of(call.target);
  return filter ? list(call.twin, *filter) : failure(400, wrong_numbers);
}

// The requests that found no route or were refused, oldest first, with the reason.
HttpResponse refused(const Call& call) {
  const auto filter = filter_of(call.target);
  if (!filter) return failure(400, wrong_numbers);
  std::vector<const RequestRecord*> found;
  for (const RequestRecord& record : call.twin.request_log().records()) {
    if (record.number > filter->since && is_near_miss(record)) found.push_back(&record);
  }
  NearMissFinder finder;
  JsonText text;
  text.begin_object().member("count", signed_count(found.size())).begin_array("requests");
  for (std::size_t i = 0; i < std::min(found.size(), filter->limit); ++i) {
    const RequestRecord& record = *found[i];
    text.begin_element_object().member("number", signed_count(record.number)).member("method", record.method);
    text.member("target", record.target).member("status", record.status);
    text.member("nearMiss", finder.explain(record).value_or("")).end_object();
  }
  text.end_array().end_object();
  return HttpResponse::json(200, text.take());
}

template <HttpResponse (*Query)(const Twin&, const RequestFilter&)>
HttpResponse with_filter(const Call& call) {
  const auto filter = parse_filter(call.request.body);
  return filter ? Query(call.twin, *filter) : failure(filter.error());
}

HttpResponse set_capacity(const Call& call) {
  std::size_t capacity = 0;
  auto wrong =
      read_body(call.request, [&](ObjectReader& reader) { reader.integer("capacity", capacity, 0, 1'000'000, true); });
  if (wrong) return std::move(*wrong);
  call.twin.record_requests(capacity);
  return done();
}

HttpResponse clear(const Call& call) {
  call.twin.clear_journal();
  return done();
}

constexpr std::array<Route, 8> routes{
    {{"GET", "/__mock/journal", &show_journal, "the faults injected, and how much is recorded"},
     {"PUT", "/__mock/journal", &set_capacity, R"(how many requests it keeps: {"capacity":n}; 0 records none)"},
     {"DELETE", "/__mock/journal", &clear, "forgets requests and faults; numbers go on"},
     {"GET", "/__mock/journal/requests", &list_from, "the recorded requests, oldest first; ?since=NUMBER&limit="},
     {"POST", "/__mock/journal/find", &with_filter<&list>, "the requests of a filter, or what came closest"},
     {"POST", "/__mock/journal/count", &with_filter<&count>, "how many requests fit a filter"},
     {"GET", "/__mock/journal/near-miss", &refused,
      "requests that found no route or were refused, and why; ?since=NUMBER&limit="},
     {"POST", "/__mock/journal/near-miss", &with_filter<&near_misses>, "the closest three to a filter"}}};

}  // namespace

std::span<const Route> journal_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
