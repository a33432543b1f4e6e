// Drift: what differs between the vendor's OpenAPI files and the contract that is built in.
#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "mock_ghl/contract/contract.hpp"

namespace mock_ghl::contract {

// One place where the vendor's files say something else than contract/vendor.
struct Difference {
  std::string where;   // "calendars operations.create-appointment.body"
  std::string vendor;  // what their file says; "" when it says nothing
  std::string ours;    // what contract/vendor says; "" when it says nothing
};

// Reads the vendor's folder (calendars.json, …, v3/calendars-v3.json, …). `configuration` names a file that is missing
// or cannot be read.
holdfast::Result<Notation> import_folder(const std::string& folder, Dialect dialect);
// What differs between the vendor's documents and ours, by resource; in their order.
std::vector<Difference> compare(const Notation& vendor, const Notation& ours);
// Writes `documents` as contract/vendor has them, one operation and one shape a line. `configuration` when a file
// cannot be written.
holdfast::Result<void> write_vendor_files(const Notation& documents, Dialect dialect, const std::string& folder);

}  // namespace mock_ghl::contract
