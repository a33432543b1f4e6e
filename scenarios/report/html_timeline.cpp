// The timeline: lanes of bars, times in percent of the width, so that it fits any screen and the text keeps its size.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

#include "scenarios/report/html.hpp"
#include "scenarios/report/markup.hpp"
#include "scenarios/report/words.hpp"

namespace scenarios {

namespace {

constexpr int caption_px = 20;  // a lane's name above its bars
constexpr int bar_px = 14;
constexpr int row_px = 19;  // a bar with what is under it
constexpr int lane_gap_px = 7;
constexpr int top_px = 30;  // the time scale
constexpr int rows_max = 5;
constexpr double assumed_width_px = 860;  // only decides which labels have room
constexpr double character_px = 6.2;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f", value);
  return text;
}

std::string time_text(std::int64_t ms) {
  if (ms % 60'000 == 0 && ms >= 60'000) return std::to_string(ms / 60'000) + " min";
  if (ms % 1'000 == 0) return std::to_string(ms / 1'000) + " s";
  if (ms % 100 == 0 && ms >= 500) return std::to_string(ms / 1'000) + "." + std::to_string(ms / 100 % 10) + " s";
  return std::to_string(ms) + " ms";
}

std::string_view colour_of(const LaneSpan& span) {
  static const std::map<std::string_view, std::string_view> by_status{{"booked", "good"},
                                                                      {"ours", "good"},
                                                                      {"available", "calm"},
                                                                      {"none", "calm"},
                                                                      {"need_info", "calm"},
                                                                      {"taken", "other"},
                                                                      {"somebody else's", "other"},
                                                                      {"person", "other"},
                                                                      {"pending", "open-bar"},
                                                                      {"hung up", "open-bar"},
                                                                      {"error", "bad"},
                                                                      {"no answer", "bad"},
                                                                      {"fault", "bad"},
                                                                      {"down", "bad"}};
  const auto it = by_status.find(span.status);
  return it == by_status.end() ? std::string_view("calm") : it->second;
}

// A lane and its bars, in rows so that none covers another.
struct Lane {
  std::string name;
  std::vector<std::vector<const LaneSpan*>> rows;
};

class Timeline {
 public:
  Timeline(const CaseResult& shown, std::size_t lanes_max) : shown_(shown) {
    measure();
    arrange(lanes_max);
  }

  std::string draw() {
    int y = top_px;
    for (const Lane& lane : lanes_) y = draw_lane(lane, y);
    const int height = y + (shown_.violations.empty() ? 6 : 34);  // room for the names of broken rules
    return "<svg class=\"timeline\" role=\"img\" aria-label=\"" + escaped(spoken()) + "\" height=\"" +
           std::to_string(height) + "\">\n" + scale(height) + body_ + moments(height) + "</svg>\n" + left_out();
  }

 private:
  // The axis ends a little after the last thing that happened; what still stands then is cut there.
  void measure() {
    for (const auto& span : shown_.timeline) {
      end_ms_ = std::max(end_ms_, span.kind == "appointment" ? span.from_ms : span.to_ms);
    }
    for (const auto& violation : shown_.violations) {
      const std::int64_t at = moment_of(violation);
      // What was found at the very end of a long calm must not squeeze everything else into a corner.
      if (at > 0 && at <= 3 * end_ms_) end_ms_ = std::max(end_ms_, at);
    }
    end_ms_ += std::max<std::int64_t>(end_ms_ / 12, 50);
  }

  std::int64_t moment_of(const Violation& violation) const {
    return shown_.began_at == holdfast::Instant{} ? -1 : (violation.at - shown_.began_at).count();
  }

  void arrange(std::size_t lanes_max) {
    std::vector<std::string> names;
    for (const auto& span : shown_.timeline) {
      if (std::ranges::find(names, span.lane) == names.end()) names.push_back(span.lane);
    }
    const std::set<std::string> chosen = choose(names, lanes_max);
    for (const auto& name : names) {
      if (!chosen.contains(name)) {
        ++hidden_;
        continue;
      }
      lanes_.push_back(stack(name));
    }
  }

  std::set<std::string> choose(const std::vector<std::string>& names, std::size_t lanes_max) const {
    std::set<std::string> chosen;
    const auto named = [&](const std::string& name) {
      const std::string bare = name.substr(0, name.find(" ("));
      return std::ranges::any_of(shown_.violations, [&](const Violation& violation) {
        return violation.sentence.find(bare) != std::string::npos;
      });
    };
    for (const bool wanted : {true, false}) {
      for (const auto& name : names) {
        if (chosen.size() < lanes_max && named(name) == wanted) chosen.insert(name);
      }
    }
    return chosen;
  }

  Lane stack(const std::string& name) const {
    Lane lane{name, {}};
    for (const auto& span : shown_.timeline) {
      if (span.lane != name) continue;
      auto row = std::ranges::find_if(lane.rows, [&](const auto& bars) {
        const LaneSpan& last = *bars.back();
        return last.to_ms < span.from_ms || (last.to_ms == span.from_ms && last.from_ms < span.from_ms);
      });
      if (row != lane.rows.end()) {
        row->push_back(&span);
      } else if (lane.rows.size() < rows_max) {
        lane.rows.push_back({&span});
      } else {
        lane.rows.back().push_back(&span);
      }
    }
    return lane;
  }

  double percent_of(std::int64_t ms) const {
    const double share = static_cast<double>(std::clamp<std::int64_t>(ms, 0, end_ms_)) / static_cast<double>(end_ms_);
    return 1.5 + 97.0 * share;
  }

  int draw_lane(const Lane& lane, int y) {
    body_ += "<line class=\"rule\" x1=\"0\" x2=\"100%\" y1=\"" + std::to_string(y) + "\" y2=\"" + std::to_string(y) +
             "\"/><text class=\"lane\" x=\"1.5%\" y=\"" + std::to_string(y + caption_px - 3) + "\">" +
             escaped(lane.name) + "</text>\n";
    y += caption_px + 2;
    for (const auto& row : lane.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) draw_bar(*row[i], i + 1 < row.size() ? row[i + 1] : nullptr, y);
      y += row_px;
    }
    return y + lane_gap_px;
  }

  void draw_bar(const LaneSpan& span, const LaneSpan* next, int y) {
    const double from = percent_of(span.from_ms);
    const double width = percent_of(span.to_ms) - from;
    const std::string title = "<title>" + escaped(span.label) + ", " + time_text(span.from_ms) +
                              (span.to_ms > span.from_ms ? " to " + time_text(span.to_ms) : "") + "</title>";
    body_ += "<rect class=\"" + std::string(colour_of(span)) + "\" rx=\"2\" x=\"" + number(from) + "%\" y=\"" +
             std::to_string(y) + "\" height=\"" + std::to_string(bar_px) + "\" width=\"" +
             (width < 0.5 ? std::string("3") : number(width) + "%") + "\">" + title + "</rect>";
    const double label_px = character_px * static_cast<double>(shown_width(span.label)) + 10;
    const double after = from + std::max(width, 0.35);
    const double room = ((next == nullptr ? 100.0 : percent_of(next->from_ms)) - after) / 100 * assumed_width_px;
    // Beside the bar when there is room, else inside a long bar.
    const bool beside = label_px < room;
    if (beside || label_px < width / 100 * assumed_width_px) {
      body_ += "<text class=\"note" + std::string(beside ? "" : " within") + "\" x=\"" + number(beside ? after : from) +
               "%\" dx=\"5\" y=\"" + std::to_string(y + 11) + "\">" + escaped(span.label) + "</text>";
    }
    body_ += "\n";
  }

  std::string scale(int height) const {
    static constexpr std::array<std::int64_t, 16> steps{
        10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 30'000, 60'000, 120'000, 300'000, 600'000, 1'800'000};
    std::int64_t step = steps.back();
    for (const std::int64_t candidate : steps) {
      if (end_ms_ / candidate <= 6) {
        step = candidate;
        break;
      }
    }
    std::string text;
    for (std::int64_t at = 0; at <= end_ms_; at += step) {
      const std::string x = number(percent_of(at)) + "%";
      text += "<line class=\"grid\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"22\" y2=\"" + std::to_string(height) +
              "\"/><text class=\"tick\" text-anchor=\"" + (at == 0 ? "start" : "middle") + "\" x=\"" + x +
              "\" y=\"16\">" + time_text(at) + "</text>\n";
    }
    return text;
  }

  std::string moments(int height) const {
    std::string text;
    std::set<std::pair<std::int64_t, std::string>> drawn;
    for (const auto& violation : shown_.violations) {
      const std::int64_t at = moment_of(violation);
      if (at < 0 || drawn.size() >= 12 || !drawn.emplace(at, violation.rule).second) continue;
      const std::string x = number(percent_of(at)) + "%";
      text += "<line class=\"moment\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"22\" y2=\"" + std::to_string(height) +
              "\"><title>" + escaped(violation.rule + ": " + violation.sentence) + "</title></line>" +
              "<text class=\"flag tick\" text-anchor=\"end\" dx=\"-4\" x=\"" + x + "\" y=\"" +
              std::to_string(height - 6 - 13 * static_cast<int>((drawn.size() - 1) % 3)) + "\">" +
              escaped(violation.rule) + "</text>\n";
    }
    return text;
  }

  // The picture in words, for who does not see it.
  std::string spoken() const {
    std::string text = "Timeline of " + shown_.id + ".";
    std::size_t count = 0;
    for (const auto& span : shown_.timeline) {
      if (++count > 40) return text + " And more.";
      text += " " + span.lane + ": " + span.label + " at " + time_text(span.from_ms) + ".";
    }
    return text;
  }

  std::string left_out() const {
    if (hidden_ == 0) return "";
    return "<p class=\"note\">" + counted(hidden_, "further lane is", "further lanes are") + " not drawn.</p>\n";
  }

  const CaseResult& shown_;
  std::vector<Lane> lanes_;
  std::int64_t end_ms_ = 1;
  std::uint64_t hidden_ = 0;
  std::string body_;
};

}  // namespace

std::string timeline_svg(const CaseResult& shown, std::size_t lanes_max) {
  return shown.timeline.empty() ? "" : Timeline(shown, lanes_max).draw();
}

}  // namespace scenarios
