#include "mock_ghl/admin/journal.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

#include "mock_ghl/admin/near_miss.hpp"
#include "mock_ghl/admin/request_filter.hpp"
#include "mock_ghl/api/json_text.hpp"
#include "mock_ghl/model/edit_distance.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using api::JsonText;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

namespace {

// How many near misses are told of.
constexpr std::size_t nearest_max = 3;

std::int64_t signed_count(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

HttpResponse failure(std::string_view message) {
  JsonText text;
  text.begin_object().member("error", message).end_object();
  return HttpResponse::json(400, text.take());
}

void write_body(JsonText& text, std::string_view key, const std::string& body, bool cut) {
  text.begin_object(key).member("body", body);
  if (cut) text.member("cut", true);
  text.end_object();
}

// The members of one request, without its brackets.
void write_record(JsonText& text, const RequestRecord& record) {
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
  if (const auto reason = explain(record)) text.member("nearMiss", *reason);
}

void write_log_state(JsonText& text, const RequestLog& log) {
  text.member("recording", log.recording()).member("kept", signed_count(log.records().size()));
  text.member("dropped", signed_count(log.dropped()));
}

HttpResponse show_journal(const Twin& twin) {
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
      miss.path_distance = edit_distance(filter.path, holdfast::net::parse_target(record.target).path);
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
  text.begin_array("nearest");
  for (const NearMiss& miss : nearest(filter, log)) {
    text.begin_element_object().member("number", signed_count(miss.record->number));
    text.member("method", miss.record->method).member("target", miss.record->target);
    text.member("differences", miss.missing);
    if (const auto reason = explain(*miss.record)) text.member("nearMiss", *reason);
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
  text.begin_array("requests");
  for (std::size_t i = 0; i < std::min(found.size(), filter.limit); ++i) {
    text.begin_element_object();
    write_record(text, *found[i]);
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

// Every request that found no route or was refused, with the reason.
HttpResponse refused(const Twin& twin) {
  JsonText text;
  text.begin_object().begin_array("requests");
  for (const RequestRecord& record : twin.request_log().records()) {
    const auto reason = explain(record);
    if (!reason) continue;
    text.begin_element_object().member("number", signed_count(record.number)).member("method", record.method);
    text.member("target", record.target).member("status", record.status).member("nearMiss", *reason).end_object();
  }
  text.end_array().end_object();
  return HttpResponse::json(200, text.take());
}

// A query parameter that is a whole number; `fallback` when it is absent, nothing when it is something else.
std::optional<std::uint64_t> number_of(const holdfast::net::Target& target, std::string_view name,
                                       std::uint64_t fallback) {
  const auto text = target.parameter(name);
  if (!text) return fallback;
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || stop != text->data() + text->size() || value > INT64_MAX) return std::nullopt;
  return value;
}

HttpResponse list_from(const Twin& twin, const holdfast::net::Target& target) {
  RequestFilter filter;
  const auto since = number_of(target, "since", 0);
  const auto limit = number_of(target, "limit", filter.limit);
  if (!since || !limit) return failure("since and limit must be whole numbers");
  filter.since = *since;
  filter.limit = *limit;
  return list(twin, filter);
}

HttpResponse set_capacity(Twin& twin, const HttpRequest& request) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return failure(body.error().message);
  Faults faults;
  ObjectReader reader(*body, "", faults);
  std::size_t capacity = 0;
  reader.integer("capacity", capacity, 0, 1'000'000, true);
  reader.finish();
  if (faults.any()) return failure(faults.result().error().message);
  twin.record_requests(capacity);
  return HttpResponse::json(200, R"({"ok":true})");
}

}  // namespace

std::optional<HttpResponse> handle_journal(Twin& twin, const HttpRequest& request) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const std::string route = request.method + " " + target.path;
  if (route == "GET /__mock/journal") return show_journal(twin);
  if (route == "GET /__mock/journal/requests") return list_from(twin, target);
  if (route == "GET /__mock/journal/near-miss") return refused(twin);
  if (route == "PUT /__mock/journal") return set_capacity(twin, request);
  if (route == "DELETE /__mock/journal") {
    twin.clear_journal();
    return HttpResponse::json(200, R"({"ok":true})");
  }
  using Query = HttpResponse (*)(const Twin&, const RequestFilter&);
  Query query = nullptr;
  if (route == "POST /__mock/journal/find") query = &list;
  if (route == "POST /__mock/journal/count") query = &count;
  if (route == "POST /__mock/journal/near-miss") query = &near_misses;
  if (query == nullptr) return std::nullopt;
  const auto filter = parse_filter(request.body);
  return filter ? query(twin, *filter) : failure(filter.error().message);
}

}  // namespace mock_ghl
