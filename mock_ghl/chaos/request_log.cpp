#include "mock_ghl/chaos/request_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mock_ghl {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the value of a member or form field begins, when its name ends at `at`; npos when this is no such thing.
std::size_t value_begin(std::string_view body, std::size_t at) {
  if (at < body.size() && body[at] == '=') return at + 1;
  if (at < body.size() && body[at] == '"') ++at;
  at = body.find_first_not_of(" \t\r\n", at);
  if (at == std::string_view::npos || body[at] != ':') return std::string_view::npos;
  at = body.find_first_not_of(" \t\r\n", at + 1);
  if (at == std::string_view::npos) return at;
  return body[at] == '"' ? at + 1 : at;
}

void redact_values(std::string& body, std::string_view name) {
  for (std::size_t at = body.find(name); at != std::string::npos; at = body.find(name, at)) {
    const bool whole_word = at == 0 || !is_word(body[at - 1]);
    at += name.size();
    if (!whole_word) continue;
    const std::size_t begin = value_begin(body, at);
    if (begin == std::string::npos) continue;
    const std::size_t end = std::min(body.find_first_of("\"&,}\r\n", begin), body.size());
    const std::string redacted = redact_token(std::string_view(body).substr(begin, end - begin));
    body.replace(begin, end - begin, redacted);
    at = begin + redacted.size();
  }
}

// A body as it is kept.
std::string kept(std::string_view body, bool secret, bool& cut) {
  cut = body.size() > RequestLog::body_bytes_max;
  // Redacted before it is cut: a secret that the cut goes through would not look like one.
  if (!secret) return std::string(body.substr(0, RequestLog::body_bytes_max));
  std::string redacted = redact_secrets(body);
  redacted.resize(std::min(redacted.size(), RequestLog::body_bytes_max));
  return redacted;
}

// The resource whose bodies hold secrets.
bool is_oauth(std::string_view target) {
  return target.starts_with("/oauth");
}

}  // namespace

std::string redact_token(std::string_view token) {
  if (token.empty()) return {};
  return "…" + std::string(token.size() < 8 ? std::string_view() : token.substr(token.size() - 4));
}

std::string redact_secrets(std::string_view body) {
  static constexpr std::array<std::string_view, 4> names{"access_token", "refresh_token", "client_secret", "code"};
  std::string redacted(body);
  for (const std::string_view name : names) redact_values(redacted, name);
  return redacted;
}

std::size_t RequestRecord::weight() const {
  std::size_t bytes = sizeof(RequestRecord) + method.size() + target.size() + operation.size() + version.size() +
                      token.size() + location_id.size() + request_body.size() + response_body.size();
  for (const std::string& deed : script) bytes += deed.size() + sizeof(deed);
  return bytes;
}

void RequestLog::set_capacity(std::size_t requests_max) {
  capacity_ = requests_max;
  if (capacity_ == 0) return clear();
  make_room();
}

void RequestLog::clear() {
  records_.clear();
  bytes_ = 0;
  dropped_ = 0;
}

void RequestLog::make_room() {
  // The youngest stays, however large it is.
  while (records_.size() > capacity_ || (bytes_ > bytes_max && records_.size() > 1)) {
    bytes_ -= records_.front().weight();
    records_.pop_front();
    ++dropped_;
  }
}

void RequestLog::begin(std::uint64_t number, holdfast::Instant at, const holdfast::net::HttpRequest& request,
                       std::string_view operation, const CallerView& caller, std::uint64_t faults) {
  if (!recording()) return;
  RequestRecord record{.number = number,
                       .at = at,
                       .method = request.method.substr(0, body_bytes_max),
                       .target = request.target.substr(0, body_bytes_max),
                       .operation = std::string(operation),
                       .token = redact_token(caller.token),
                       .location_id = std::string(caller.location_id),
                       .sent_as_json = holdfast::net::is_json(request.headers),
                       .faults = faults};
  record.version = std::string(request.headers.find("Version").value_or("").substr(0, 64));
  record.request_body = kept(request.body, is_oauth(request.target), record.request_body_cut);
  bytes_ += record.weight();
  records_.push_back(std::move(record));
  make_room();
}

RequestRecord* RequestLog::find(std::uint64_t number) {
  const auto it = std::ranges::lower_bound(records_, number, {}, &RequestRecord::number);
  return it == records_.end() || it->number != number ? nullptr : &*it;
}

void RequestLog::withdraw(std::uint64_t number, std::uint64_t faults) {
  if (RequestRecord* record = find(number)) record->faults &= ~faults;
}

void RequestLog::note_deed(std::uint64_t number, std::string deed) {
  RequestRecord* record = find(number);
  if (record == nullptr) return;
  bytes_ -= record->weight();
  record->script.push_back(std::move(deed));
  bytes_ += record->weight();
}

void RequestLog::end(std::uint64_t number, const holdfast::net::HttpResponse& response, holdfast::Duration latency) {
  RequestRecord* record = find(number);
  if (record == nullptr) return;
  bytes_ -= record->weight();
  record->outcome = response.abandoned ? RequestRecord::Outcome::cut : RequestRecord::Outcome::answered;
  record->status = response.abandoned ? 0 : response.status;
  record->latency_ms = latency.count();
  if (!response.abandoned) {
    record->response_body = kept(response.body, is_oauth(record->target), record->response_body_cut);
  }
  bytes_ += record->weight();
  make_room();
}

}  // namespace mock_ghl
