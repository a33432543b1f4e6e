// Reading free-slots (facts/ghl.md 4.3), the largest and most frequent answer. The live shape is read by a scanner made
// for it, more than twice as fast as the JSON parser (bench/ghl_bench.cpp); whatever differs from it in any way goes
// through the parser, which decides alone what is an answer. tests/core/ghl/codec_test.cpp holds the two against each
// other.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/json.hpp"
#include "core/ghl/codec.hpp"

namespace holdfast::ghl {
namespace {

bool looks_like_date(std::string_view key) {
  if (key.size() != 10) return false;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? key[i] != '-' : (key[i] < '0' || key[i] > '9')) return false;
  }
  return true;
}

// Collects the slots while nlohmann's parser walks the text, without building a document. The place in the document is
// a small stack of what each open container is; strings are taken only inside a list of slots.
class SlotCollector {
 public:
  std::vector<FreeSlot> slots;
  std::size_t unreadable_texts = 0;
  bool error_like = false;

  // The parser's interface: false stops it.
  bool null() { return !places_.empty(); }
  bool boolean(bool value) {
    if (places_.empty()) return false;
    if (places_.size() == 1 && key_is_success_ && !value) error_like = true;
    return true;
  }
  bool number_integer(std::int64_t value) { return number(value); }
  bool number_unsigned(std::uint64_t value) { return number(value > 1'000 ? 0 : static_cast<std::int64_t>(value)); }
  bool number_float(double /*value*/, const std::string& /*text*/) { return !places_.empty(); }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool string(std::string& text) {
    if (places_.empty()) return false;
    if (places_.back() != Place::slots) return true;
    if (const auto start = parse_iso(text))
      slots.push_back({.start = *start, .text = std::move(text)});
    else
      ++unreadable_texts;
    return true;
  }
  bool start_object(std::size_t /*size*/) { return open(/*is_array=*/false); }
  bool start_array(std::size_t /*size*/) { return open(/*is_array=*/true); }
  bool key(std::string& name) {
    const Place inside = places_.back();
    next_ = Place::other;
    if (inside == Place::root || inside == Place::dates) {
      if (looks_like_date(name)) next_ = Place::day;
      if (inside == Place::root && name == "_dates_") next_ = Place::dates;
    } else if (inside == Place::day && name == "slots") {
      next_ = Place::slots;
    }
    key_is_status_ = name == "statusCode" || name == "status";
    key_is_success_ = name == "success" || name == "succeeded" || name == "succeded";
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

 private:
  enum class Place { root, dates, day, slots, other };
  static constexpr std::size_t depth_max = 64;

  bool open(bool is_array) {
    if (places_.size() >= depth_max) return false;
    if (places_.empty()) {
      if (is_array) return false;
      places_.push_back(Place::root);
    } else {
      // A list may stand where an object is wanted and the other way round: then nothing is taken from it. Lists
      // directly under a date are slots too.
      Place place = std::exchange(next_, Place::other);
      if (is_array && place == Place::day) place = Place::slots;
      if (is_array != (place == Place::slots)) place = Place::other;
      places_.push_back(place);
    }
    next_ = Place::other;
    return true;
  }
  bool close() {
    places_.pop_back();
    next_ = Place::other;
    return true;
  }
  bool number(std::int64_t value) {
    if (places_.empty()) return false;
    if (places_.size() == 1 && key_is_status_ && value >= 400 && value <= 599) error_like = true;
    return true;
  }

  std::vector<Place> places_;
  Place next_ = Place::other;  // what the container that follows the last key is
  bool key_is_status_ = false;
  bool key_is_success_ = false;
};

// Reads exactly {"2024-10-28":{"slots":["<time>",...]},...,"traceId":"..."}: dates with their slots and members that
// are plain texts. It gives up on anything else: escapes, bytes beyond ASCII, other members of a day, times that are
// none.
class LiveShapeScanner {
 public:
  explicit LiveShapeScanner(std::string_view text) : next_(text.data()), end_(text.data() + text.size()) {}

  // True when all of the text was read; `slots` then holds every slot in the text's order.
  bool scan(std::vector<FreeSlot>& slots) {
    if (!take('{')) return false;
    if (!take('}')) {
      do {
        if (!member(slots)) return false;
      } while (take(','));
      if (!take('}')) return false;
    }
    skip_space();
    return next_ == end_;
  }

 private:
  bool member(std::vector<FreeSlot>& slots) {
    const auto key = plain_text();
    if (!key || !take(':')) return false;
    if (!looks_like_date(*key)) return plain_text().has_value();
    if (!take('{') || plain_text() != "slots" || !take(':') || !take('[')) return false;
    if (take(']')) return take('}');
    do {
      const auto text = plain_text();
      if (!text) return false;
      const auto start = parse_iso(*text);
      if (!start) return false;
      slots.push_back({.start = *start, .text = std::string(*text)});
    } while (take(','));
    return take(']') && take('}');
  }
  // A text without escapes, control characters and bytes beyond ASCII.
  std::optional<std::string_view> plain_text() {
    if (!take('"')) return std::nullopt;
    const char* const begin = next_;
    for (; next_ != end_ && *next_ != '"'; ++next_) {
      if (*next_ < 0x20 || *next_ > 0x7E || *next_ == '\\') return std::nullopt;
    }
    if (next_ == end_) return std::nullopt;
    return std::string_view(begin, static_cast<std::size_t>(next_++ - begin));
  }
  bool take(char wanted) {
    skip_space();
    if (next_ == end_ || *next_ != wanted) return false;
    ++next_;
    return true;
  }
  void skip_space() {
    while (next_ != end_ && (*next_ == ' ' || *next_ == '\n' || *next_ == '\r' || *next_ == '\t')) ++next_;
  }

  const char* next_;
  const char* end_;
};

// Ascending, one slot per instant.
void put_in_order(std::vector<FreeSlot>& slots) {
  // The text breaks ties, so that the order never depends on the library's sort.
  const auto earlier = [](const FreeSlot& a, const FreeSlot& b) {
    return a.start != b.start ? a.start < b.start : a.text < b.text;
  };
  if (!std::is_sorted(slots.begin(), slots.end(), earlier)) std::sort(slots.begin(), slots.end(), earlier);
  const auto same = [](const FreeSlot& a, const FreeSlot& b) { return a.start == b.start; };
  slots.erase(std::unique(slots.begin(), slots.end(), same), slots.end());
}

}  // namespace

namespace detail {

Result<std::vector<FreeSlot>> decode_free_slots_by_parser(std::string_view body) {
  SlotCollector collector;
  const bool complete = Json::sax_parse(body, &collector);
  if (!complete || collector.error_like || (collector.slots.empty() && collector.unreadable_texts > 0))
    return fail(ErrorKind::transient, "GHL's answer cannot be read");
  put_in_order(collector.slots);
  return std::move(collector.slots);
}

}  // namespace detail

Result<std::vector<FreeSlot>> decode_free_slots(std::string_view body) {
  std::vector<FreeSlot> slots;
  slots.reserve(body.size() / 32);  // a slot takes 28 bytes and more
  if (!LiveShapeScanner(body).scan(slots)) return detail::decode_free_slots_by_parser(body);
  put_in_order(slots);
  return slots;
}

}  // namespace holdfast::ghl
