#include "mock_ghl/model/reader.hpp"

#include "core/base/assert.hpp"

namespace mock_ghl {

using holdfast::Json;

void Faults::add(const std::string& path, std::string_view what) {
  if (error_) return;
  error_ = holdfast::Error{.kind = holdfast::ErrorKind::invalid_input,
                           .message = (path.empty() ? whole_ : path) + ": " + std::string(what)};
}

std::unexpected<holdfast::Error> Faults::result() const {
  HOLDFAST_ASSERT(error_.has_value());
  return holdfast::fail(*error_);
}

ObjectReader::ObjectReader(const Json& value, std::string path, Faults& faults)
    : value_(value), path_(std::move(path)), faults_(faults) {
  if (!value_.is_object()) faults_.add(path_, "must be an object");
}

std::string ObjectReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

const Json* ObjectReader::member(std::string_view key, bool required) {
  asked_.emplace(key);
  const Json* found = holdfast::find_member(value_, key);
  if (found == nullptr && required) faults_.add(path_of(key), "is required");
  return found;
}

void ObjectReader::text(std::string_view key, std::string& out, bool required) {
  const Json* found = member(key, required);
  if (found == nullptr) return;
  if (!found->is_string()) return fault(key, "must be a string");
  out = found->get<std::string>();
  if (required && out.empty()) fault(key, "must not be empty");
}

void ObjectReader::boolean(std::string_view key, bool& out) {
  const Json* found = member(key, false);
  if (found == nullptr) return;
  if (!found->is_boolean()) return fault(key, "must be true or false");
  out = found->get<bool>();
}

void ObjectReader::number(std::string_view key, double& out, double low, double high) {
  const Json* found = member(key, false);
  if (found == nullptr) return;
  if (!found->is_number()) return fault(key, "must be a number");
  const double value = found->get<double>();
  if (!(value >= low && value <= high)) {
    return fault(key, "must be between " + Json(low).dump() + " and " + Json(high).dump());
  }
  out = value;
}

std::optional<std::int64_t> ObjectReader::read_integer(std::string_view key, std::int64_t low, std::int64_t high,
                                                       bool required) {
  const Json* found = member(key, required);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number_integer()) {
    fault(key, "must be a whole number");
    return std::nullopt;
  }
  // A number above 2^63 would turn negative when read as signed.
  const bool huge = found->is_number_unsigned() && found->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const std::int64_t value = huge ? INT64_MAX : found->get<std::int64_t>();
  if (value < low || value > high) {
    fault(key, "must be between " + std::to_string(low) + " and " + std::to_string(high));
    return std::nullopt;
  }
  return value;
}

void ObjectReader::texts(std::string_view key, std::vector<std::string>& out) {
  const Json* found = array(key);
  if (found == nullptr) return;
  out.clear();
  for_each_element(found, path_of(key), [&](const Json& element, const std::string& path) {
    if (!element.is_string()) return faults_.add(path, "must be a string");
    out.push_back(element.get<std::string>());
  });
}

const Json* ObjectReader::object(std::string_view key) {
  const Json* found = member(key, false);
  if (found == nullptr || found->is_object()) return found;
  fault(key, "must be an object");
  return nullptr;
}

const Json* ObjectReader::array(std::string_view key) {
  const Json* found = member(key, false);
  if (found == nullptr || found->is_array()) return found;
  fault(key, "must be a list");
  return nullptr;
}

bool ObjectReader::null(std::string_view key) {
  asked_.emplace(key);
  return value_.is_object() && value_.contains(key) && value_.at(key).is_null();
}

void ObjectReader::finish() {
  if (!value_.is_object()) return;
  for (const auto& [key, ignored] : value_.items()) {
    if (!asked_.contains(key)) return faults_.add(path_of(key), "is not a known key; check its spelling");
  }
}

}  // namespace mock_ghl
