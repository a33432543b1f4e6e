#include "core/booking/tools/arguments.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/booking/tool_arguments.hpp"

namespace holdfast::booking {

std::string Arguments::text(std::string_view name, std::size_t bytes_max) const {
  HOLDFAST_ASSERT(
      std::ranges::any_of(definition_->arguments, [&](const auto& argument) { return argument.name == name; }));
  return text_argument(json_, name, bytes_max);
}

}  // namespace holdfast::booking
