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
#include "core/ghl/reading.hpp"

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
// a small stack of what each open container is. Slots are taken only where they belong; where they belong and something
// else stands, the answer is malformed, as a day must not be taken for full because it could not be read.
class SlotCollector {
 public:
  std::vector<FreeSlot> slots;

  // True when the body was an answer; asked when it was read to its end.
  bool is_answer() const {
    // Without a single day "nothing is free" is believed only of a body that says nothing else.
    return !malformed_ && !error_like_ && (saw_day_ || !says_something_else_);
  }

  // The parser's interface: false stops it.
  bool null() { return scalar(); }
  bool boolean(bool value) {
    if (places_.size() == 1 && key_is_success_ && !value) error_like_ = true;
    return scalar();
  }
  bool number_integer(std::int64_t value) {
    if (places_.size() == 1 && key_is_status_ && value >= 400 && value <= 599) error_like_ = true;
    return scalar();
  }
  bool number_unsigned(std::uint64_t value) {
    return number_integer(value > 1'000 ? 0 : static_cast<std::int64_t>(value));
  }
  bool number_float(double /*value*/, const std::string& /*text*/) { return scalar(); }
  bool binary(Json::binary_t& /*value*/) { return false; }
  bool string(std::string& text) {
    if (places_.size() == 1 && key_is_status_ && text.size() == 3 && (text[0] == '4' || text[0] == '5'))
      error_like_ = true;
    if (places_.empty() || places_.back() != Place::slots) return scalar();
    ++texts_of_list_;
    if (const auto start = parse_iso(text)) {
      ++slots_of_list_;
      slots.push_back({.start = *start, .text = std::move(text)});
    }
    return true;
  }
  bool start_object(std::size_t /*size*/) {
    if (places_.empty()) return push(Place::root);
    switch (expected()) {
      case Place::dates:
        return push(Place::dates);
      case Place::day:
        day_has_members_ = day_has_slots_ = false;
        return push(Place::day);
      case Place::slots:  // {} stands for an empty list (quirk 24)
        return push(Place::nothing);
      default:
        return push(Place::other);
    }
  }
  bool start_array(std::size_t /*size*/) {
    if (places_.empty()) return false;
    switch (expected()) {
      case Place::dates:  // and [] for an empty map
        return push(Place::nothing);
      case Place::day:  // a list directly under a date is its slots
      case Place::slots:
        texts_of_list_ = slots_of_list_ = 0;
        return push(Place::slots);
      default:
        return push(Place::other);
    }
  }
  bool key(std::string& name) {
    const Place inside = places_.back();
    note_content();
    next_ = Place::other;
    if (inside == Place::root || inside == Place::dates) {
      if (looks_like_date(name)) {
        next_ = Place::day;
        saw_day_ = true;
      } else if (inside == Place::root && name == "_dates_") {
        next_ = Place::dates;
      } else if (name == "message" || name == "error" || name == "errors") {
        says_something_else_ = true;
      }
    } else if (inside == Place::day) {
      day_has_members_ = true;
      if (name == "slots") {
        day_has_slots_ = true;
        next_ = Place::slots;
      }
    }
    key_is_status_ = name == "statusCode" || name == "status";
    key_is_success_ = name == "success" || name == "succeeded" || name == "succeded";
    return true;
  }
  bool end_object() {
    if (places_.back() == Place::day && day_has_members_ && !day_has_slots_) malformed_ = true;
    return close();
  }
  bool end_array() {
    // Some texts that name no instant are left out, but not a whole day of them.
    if (places_.back() == Place::slots && texts_of_list_ > 0 && slots_of_list_ == 0) malformed_ = true;
    return close();
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const Json::exception& /*error*/) {
    return false;
  }

 private:
  // What an open container is, or what the value after a key should be. `nothing` has to stay empty.
  enum class Place { root, dates, day, slots, nothing, other };
  static constexpr std::size_t depth_max = 64;

  bool push(Place place) {
    if (places_.size() >= depth_max) return false;
    places_.push_back(place);
    next_ = Place::other;
    return true;
  }
  bool close() {
    places_.pop_back();
    next_ = Place::other;
    return true;
  }
  // What a container that begins now should be.
  Place expected() {
    note_content();
    if (places_.back() == Place::slots) malformed_ = true;
    return next_;
  }
  bool scalar() {
    if (places_.empty()) return false;
    note_content();
    if (places_.back() == Place::slots || next_ != Place::other) malformed_ = true;
    next_ = Place::other;
    return true;
  }
  // Something stands in the innermost container.
  void note_content() {
    if (places_.back() == Place::nothing) malformed_ = true;
    if (places_.back() == Place::other && places_.size() == 2) says_something_else_ = true;
  }

  std::vector<Place> places_;
  Place next_ = Place::other;
  bool key_is_status_ = false;
  bool key_is_success_ = false;
  bool error_like_ = false;
  bool malformed_ = false;
  bool saw_day_ = false;
  bool says_something_else_ = false;  // an error's text, or a container that is not known
  bool day_has_members_ = false;      // of the day that is open; days do not lie in days
  bool day_has_slots_ = false;
  std::size_t texts_of_list_ = 0;  // of the list that is open
  std::size_t slots_of_list_ = 0;
};

// Reads exactly {"2024-10-28":{"slots":["<time>",...]},...,"traceId":"..."}: dates with their slots and the trace. It
// gives up on anything else: escapes, bytes beyond ASCII, other members, times that are none.
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
    if (*key == "traceId") return plain_text().has_value();
    if (!looks_like_date(*key)) return false;
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
  if (!complete || !collector.is_answer()) return unreadable();
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
