#include "mock_ghl/admin/request_filter.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/net/http.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

using Members = std::vector<std::pair<std::string, Json>>;

Members read_members(ObjectReader& reader, std::string_view key) {
  Members members;
  const Json* object = reader.object(key);
  if (object == nullptr) return members;
  for (const auto& [path, value] : object->items()) members.emplace_back(path, value);
  return members;
}

// "status": 400 or "4??".
std::string read_status(const Json& filter, ObjectReader& reader) {
  const Json* status = holdfast::find_member(filter, "status");
  if (status != nullptr && status->is_number_integer()) {
    int number = 0;
    reader.integer("status", number, 100, 599);
    return std::to_string(number);
  }
  std::string glob;
  reader.text("status", glob);
  return glob;
}

bool same_without_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

// The value at a dotted path; nullptr when it leads nowhere. Numbers count into lists.
const Json* value_at(const Json& root, std::string_view path) {
  const Json* value = &root;
  while (value != nullptr) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string_view name = path.substr(0, dot);
    if (value->is_array()) {
      const bool digits = !name.empty() && name.size() < 7 && name.find_first_not_of("0123456789") == name.npos;
      const std::size_t index = digits ? std::stoul(std::string(name)) : value->size();
      value = index < value->size() ? &(*value)[index] : nullptr;
    } else if (value->is_object()) {
      const auto member = value->find(name);
      value = member == value->end() ? nullptr : &*member;
    } else {
      value = nullptr;
    }
    if (dot == path.size()) break;
    path.remove_prefix(dot + 1);
  }
  return value;
}

void check_members(const Members& members, const std::string& body, std::string_view which,
                   std::vector<std::string>& missing) {
  if (members.empty()) return;
  const auto parsed = holdfast::parse_json(body);
  if (!parsed) {
    missing.push_back("the " + std::string(which) + "'s body is not (whole) JSON");
    return;
  }
  for (const auto& [path, wanted] : members) {
    const Json* value = value_at(*parsed, path);
    if (value != nullptr && *value == wanted) continue;
    missing.push_back("the " + std::string(which) + "'s " + path + " is " +
                      (value == nullptr ? std::string("absent") : holdfast::dump_json(*value).substr(0, 200)) +
                      ", not " + holdfast::dump_json(wanted));
  }
}

bool caller_fits(const std::string& glob, const RequestRecord& record) {
  if (glob_matches(glob, record.location_id) || glob_matches(glob, record.token)) return true;
  // A whole token: only its end was kept.
  return glob.find_first_of("*?") == std::string::npos && !record.token.empty() && redact_token(glob) == record.token;
}

bool fault_fits(const std::string& glob, const RequestRecord& record) {
  if (glob == "none") return record.faults == 0;
  const std::vector<std::string> names = fault_names_of(record.faults);
  return std::ranges::any_of(names, [&](const std::string& name) { return glob_matches(glob, name); });
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

std::string_view to_string(RequestRecord::Outcome outcome) {
  switch (outcome) {
    case RequestRecord::Outcome::answered:
      return "answered";
    case RequestRecord::Outcome::cut:
      return "cut";
    case RequestRecord::Outcome::pending:
      break;
  }
  return "pending";
}

std::vector<std::string> fault_names_of(std::uint64_t faults) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fault_count; ++i) {
    if (((faults >> i) & 1U) != 0) names.emplace_back(to_string(static_cast<Fault>(i)));
  }
  return names;
}

holdfast::Result<RequestFilter> parse_filter(std::string_view text) {
  RequestFilter filter;
  if (text.empty()) return filter;
  const auto parsed = holdfast::parse_json(text);
  if (!parsed) return holdfast::fail(parsed.error());
  Faults faults("the filter");
  ObjectReader reader(*parsed, "", faults);
  reader.text("operation", filter.operation);
  reader.text("method", filter.method);
  reader.text("path", filter.path);
  filter.status = read_status(*parsed, reader);
  reader.text("outcome", filter.outcome);
  if (!filter.outcome.empty() && filter.outcome != "answered" && filter.outcome != "cut" &&
      filter.outcome != "pending") {
    reader.fault("outcome", "must be one of: answered, cut, pending");
  }
  reader.text("caller", filter.caller);
  reader.text("fault", filter.fault);
  reader.text("bodyContains", filter.body_contains);
  reader.text("responseContains", filter.response_contains);
  filter.body_equals = read_members(reader, "bodyEquals");
  filter.response_equals = read_members(reader, "responseEquals");
  reader.integer("since", filter.since, 0, INT64_MAX);
  reader.integer("limit", filter.limit, 0, 100'000);
  reader.finish();
  if (faults.any()) return faults.result();
  return filter;
}

std::vector<std::string> unmet(const RequestFilter& filter, const RequestRecord& record) {
  std::vector<std::string> missing;
  const auto differs = [&](std::string_view what, const std::string& is, const std::string& wanted) {
    missing.push_back("the " + std::string(what) + " is " + is + ", not " + wanted);
  };
  const auto glob = [&](std::string_view what, const std::string& wanted, const std::string& is) {
    if (!wanted.empty() && !glob_matches(wanted, is)) differs(what, is, wanted);
  };
  if (record.number <= filter.since) differs("number", std::to_string(record.number), "beyond since");
  glob("operation", filter.operation, record.operation);
  if (!filter.method.empty() && !same_without_case(filter.method, record.method)) {
    differs("method", record.method, filter.method);
  }
  if (!filter.path.empty()) glob("path", filter.path, holdfast::net::parse_target(record.target).path);
  glob("status", filter.status, std::to_string(record.status));
  if (!filter.outcome.empty() && filter.outcome != to_string(record.outcome)) {
    differs("outcome", std::string(to_string(record.outcome)), filter.outcome);
  }
  if (!filter.caller.empty() && !caller_fits(filter.caller, record)) {
    differs("caller", record.token + " of location " + record.location_id, redact_token(filter.caller));
  }
  if (!filter.fault.empty() && !fault_fits(filter.fault, record)) {
    differs("fault", joined(fault_names_of(record.faults)), filter.fault);
  }
  if (record.request_body.find(filter.body_contains) == std::string::npos) {
    missing.push_back("its body does not contain \"" + filter.body_contains + "\"");
  }
  if (record.response_body.find(filter.response_contains) == std::string::npos) {
    missing.push_back("its answer does not contain \"" + filter.response_contains + "\"");
  }
  check_members(filter.body_equals, record.request_body, "request", missing);
  check_members(filter.response_equals, record.response_body, "answer", missing);
  return missing;
}

}  // namespace mock_ghl
