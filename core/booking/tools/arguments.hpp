// Arguments: a model's arguments of one call, read by the tool's own definition.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/vapi/tool_definitions.hpp"

namespace holdfast::booking {

// Cheap to move. `definition` must outlive it.
class Arguments {
 public:
  Arguments(const vapi::ToolDefinition& definition, Json json) : definition_(&definition), json_(std::move(json)) {}

  // A declared argument as text: numbers and booleans are taken as their text (facts/vapi.md 8.18), placeholders such
  // as "n/a" as empty; at most `bytes_max` bytes are kept, whole characters. Empty when it was not sent. To ask for an
  // argument that the tool did not declare is a bug.
  std::string text(std::string_view name, std::size_t bytes_max = 500) const;
  // Everything that was sent, for what the tenant's configuration names (trusted parameters).
  const Json& json() const { return json_; }

 private:
  const vapi::ToolDefinition* definition_;
  Json json_;
};

}  // namespace holdfast::booking
