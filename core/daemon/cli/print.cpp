#include "core/daemon/cli/print.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace holdfast::daemon::cli {
namespace {

constexpr std::int64_t overdue_ms = 60'000;

std::string text_of(const Json& item, std::string_view key) {
  return printable(string_member(item, key).value_or(""));
}

std::int64_t number_of(const Json& item, std::string_view key) {
  return integer_member(item, key).value_or(0);
}

bool flag_of(const Json& item, std::string_view key) {
  return bool_member(item, key).value_or(false);
}

const Json& member_of(const Json& answer, std::string_view key) {
  static const Json nothing = Json::object();
  const Json* member = find_member(answer, key);
  return member == nullptr ? nothing : *member;
}

// "1 job is", "2 jobs are".
std::string counted(std::size_t count, bool more, const std::string& noun) {
  if (count == 1 && !more) return "1 " + noun + " is";
  return (more ? "More than " : "") + std::to_string(count) + " " + noun + "s are";
}

// A path as a shell takes it.
std::string quoted(const std::string& path) {
  const bool plain = std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./-+=,@:").find(c) != std::string_view::npos;
  });
  if (plain && !path.empty()) return path;
  std::string text = "'";
  for (const char c : path) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string command(const std::string& words, const PrintContext& context) {
  return "holdfastd " + words + " --config " + printable(quoted(context.config_path));
}

// Columns as wide as their widest cell, two spaces apart; the last is not padded. A row may have a line below it.
class Table {
 public:
  explicit Table(std::vector<std::string> headings) { rows_.push_back({std::move(headings), ""}); }
  void add(std::vector<std::string> cells, std::string below) { rows_.push_back({std::move(cells), std::move(below)}); }
  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().cells.size(), 0);
    for (const Row& row : rows_) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], row.cells[i].size());
    }
    std::string text;
    for (const Row& row : rows_) {
      std::string line = "  ";
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        line += row.cells[i];
        if (i + 1 < row.cells.size()) line.append(widths[i] - row.cells[i].size() + 2, ' ');
      }
      text += line + "\n";
      if (!row.below.empty()) text += "      " + row.below + "\n";
    }
    return text;
  }

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string below;
  };
  std::vector<Row> rows_;
};

// "name        value", the values below each other.
std::string facts_text(const std::vector<std::pair<std::string, std::string>>& facts) {
  std::size_t width = 0;
  for (const auto& [name, value] : facts) width = std::max(width, name.size());
  std::string text;
  for (const auto& [name, value] : facts) {
    text += name + std::string(width - name.size() + 2, ' ') + (value.empty() ? "-" : value) + "\n";
  }
  return text;
}

// Structured data, indented below its name.
std::string block_text(const std::string& name, const Json& data) {
  const std::string dumped =
      data.is_string() ? data.get<std::string>() : data.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string text = name + "\n  ";
  for (const char c : printable(dumped)) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text + "\n";
}

std::string tries_text(std::int64_t tries) {
  return std::to_string(tries) + (tries == 1 ? " try" : " tries");
}

std::string next_try(const Json& job) {
  if (flag_of(job, "given_up")) return "none";
  const std::int64_t due_in_ms = number_of(job, "due_in_ms");
  if (due_in_ms > 0) return "in " + distance_text(due_in_ms);
  // One that nobody takes up: no daemon runs, or its tenant is not configured any more.
  const bool is_left_behind = due_in_ms < -overdue_ms;
  return is_left_behind ? "overdue for " + distance_text(-due_in_ms) : "due now";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  // Through the JSON writer and back, which replaces what is not UTF-8.
  const std::string valid = Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto decoded = Json::parse(valid, nullptr, false);
  const std::string& clean = decoded.get_ref<const std::string&>();
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const auto byte = static_cast<unsigned char>(clean[i]);
    const bool is_c1 = byte == 0xc2 && i + 1 < clean.size() && static_cast<unsigned char>(clean[i + 1]) < 0xa0;
    if (is_c1) ++i;
    out += is_c1 || (byte < 0x20 && byte != '\n') || byte == 0x7f ? '?' : clean[i];
  }
  return out;
}

std::string distance_text(std::int64_t distance_ms) {
  const std::int64_t total_s = std::max<std::int64_t>(distance_ms, 0) / 1'000;
  if (total_s < 60) return std::to_string(total_s) + " s";
  if (total_s < 60 * 60) return std::to_string(total_s / 60) + " min";
  if (total_s < 24 * 60 * 60) return std::to_string(total_s / (60 * 60)) + " h";
  return std::to_string(total_s / (24 * 60 * 60)) + " d";
}

std::string jobs_text(const Json& answer, const PrintContext& context) {
  const Json& jobs = member_of(answer, "jobs");
  if (jobs.empty()) return "No job waits: everything that follows a booking is done.\n";
  Table table({"JOB", "TENANT", "KIND", "STATE", "TRIES", "NEXT TRY"});
  std::size_t given_up = 0;
  for (const Json& job : jobs) {
    const bool is_given_up = flag_of(job, "given_up");
    given_up += is_given_up ? 1 : 0;
    table.add({text_of(job, "id"), text_of(job, "tenant"), text_of(job, "kind"), is_given_up ? "given up" : "waiting",
               std::to_string(number_of(job, "attempts")), next_try(job)},
              text_of(job, "last_error"));
  }
  std::string text = counted(jobs.size(), flag_of(answer, "more"), "job") + " not done";
  text += given_up == 0 ? "; none was given up.\n\n"
                        : ", " + std::to_string(given_up) + " given up: nobody tries " +
                              (given_up == 1 ? "it" : "them") + " again until you say so.\n\n";
  text += table.text() + "\n";
  text += command("jobs show JOB", context) + "    everything about one, names included\n";
  text += command("jobs retry JOB", context) + "   tries one again that was given up\n";
  text += command("jobs drop JOB", context) + "    forgets one, undone\n";
  return text;
}

std::string job_text(const Json& answer, const PrintContext& context) {
  const Json& job = member_of(answer, "job");
  const std::string id = text_of(job, "id");
  const bool is_given_up = flag_of(job, "given_up");
  const std::string tries = tries_text(number_of(job, "attempts"));
  std::string text = facts_text({{"job", id},
                                 {"tenant", text_of(job, "tenant")},
                                 {"kind", text_of(job, "kind")},
                                 {"booking", text_of(job, "intent")},
                                 {"state", is_given_up ? "given up after " + tries : "waiting, " + tries + " so far"},
                                 {"next try", next_try(job)},
                                 {"last error", text_of(job, "last_error")}});
  text += block_text("payload", member_of(job, "payload"));
  if (is_given_up) text += "\n" + command("jobs retry " + quoted(id), context) + "   tries it again\n";
  return text;
}

std::string retried_text(const Json& answer, const PrintContext& context) {
  const std::string id = text_of(member_of(answer, "job"), "id");
  if (context.by_daemon) return id + " is due now; holdfastd tries it within seconds.\n";
  return id + " is due now. No holdfastd runs on this ledger: the next one that starts tries it.\n";
}

std::string dropped_text(const Json& answer, const PrintContext&) {
  return text_of(member_of(answer, "job"), "id") + " is dropped: it will not be done.\n";
}

std::string reviews_text(const Json& answer, const PrintContext& context) {
  const Json& reviews = member_of(answer, "reviews");
  if (reviews.empty()) return "Nothing waits for a person.\n";
  Table table({"REVIEW", "TENANT", "KIND", "OPEN FOR"});
  for (const Json& review : reviews) {
    table.add({text_of(review, "id"), text_of(review, "tenant"), text_of(review, "kind"),
               distance_text(number_of(review, "open_for_ms"))},
              text_of(review, "question"));
  }
  std::string text = counted(reviews.size(), flag_of(answer, "more"), "review") + " open: a person has to decide.\n\n";
  text += table.text() + "\n";
  text += command("review show REVIEW", context) + "                   everything about one, names included\n";
  text += command("review resolve REVIEW --note TEXT", context) + "    closes it; TEXT says what was found or done\n";
  return text;
}

std::string review_text(const Json& answer, const PrintContext& context) {
  const Json& review = member_of(answer, "review");
  const std::string id = text_of(review, "id");
  const bool is_resolved = flag_of(review, "resolved");
  std::string text = facts_text({{"review", id},
                                 {"tenant", text_of(review, "tenant")},
                                 {"kind", text_of(review, "kind")},
                                 {"booking", text_of(review, "intent")},
                                 {"opened", distance_text(number_of(review, "open_for_ms")) + " ago"},
                                 {"question", text_of(review, "question")},
                                 {"state", is_resolved ? "resolved: " + text_of(review, "resolution") : "open"}});
  text += block_text("details", member_of(review, "details"));
  if (!is_resolved) {
    text += "\n" + command("review resolve " + quoted(id) + " --note TEXT", context) +
            "   closes it; TEXT says what was found or done\n";
  }
  return text;
}

std::string resolved_text(const Json& answer, const PrintContext&) {
  return text_of(member_of(answer, "review"), "id") + " is resolved.\n";
}

}  // namespace holdfast::daemon::cli
