// What the operator's commands print for a person. Pure functions from a control::Handler's answers.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"

namespace holdfast::daemon::cli {

// What a text needs to know beside the answer.
struct PrintContext {
  std::string config_path;  // so that the commands it names can be pasted
  bool by_daemon = false;   // a running daemon answered
};

// `text` for a terminal: control characters, which could move its cursor or hide words, become '?'; so does what is not
// UTF-8. A line break stays.
std::string printable(std::string_view text);
// "45 s", "12 min", "3 h", "2 d": the greatest unit that holds at least one, cut off.
std::string distance_text(std::int64_t distance_ms);

// A table of the jobs and what can be done with them; one job with its payload; what became of one.
std::string jobs_text(const Json& answer, const PrintContext& context);
std::string job_text(const Json& answer, const PrintContext& context);
std::string retried_text(const Json& answer, const PrintContext& context);
std::string dropped_text(const Json& answer, const PrintContext& context);

// The same of reviews.
std::string reviews_text(const Json& answer, const PrintContext& context);
std::string review_text(const Json& answer, const PrintContext& context);
std::string resolved_text(const Json& answer, const PrintContext& context);

}  // namespace holdfast::daemon::cli
