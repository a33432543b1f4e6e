// Documents: what GHL keeps as plain records (notes of appointments, tasks, tags, opportunities, messages, …). The
// rules they live by are their handlers'; here they are only kept, found and versioned. Pure: `now` is a parameter.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/versions.hpp"

namespace mock_ghl {

// The kinds of document. Each has ids of its own.
enum class Collection {
  calendar_group,
  equipment,
  room,
  notification,      // owner: calendar
  appointment_note,  // owner: appointment
  task,              // owner: contact
  enrolment,         // owner: contact; of a workflow or a campaign
  business,
  tag,
  custom_field,
  custom_value,
  workflow,
  pipeline,
  lost_reason,
  opportunity,   // owner: contact
  conversation,  // owner: contact
  message,       // owner: conversation
  email,         // owner: message; what an e-mail has beyond its message
};
inline constexpr std::size_t collection_count = 19;

// One record. `fields` is an object in GHL's own names, without what is kept beside it.
struct Document {
  std::string id = {};
  std::uint64_t sequence = 0;  // 1, 2, … in order of creation, over all collections
  std::string location_id = {};
  std::string owner_id = {};  // what it hangs on; "" when it hangs on the location alone
  holdfast::Json fields = holdfast::Json::object();
  holdfast::Instant created_at = {};
  holdfast::Instant updated_at = {};
  Versions<holdfast::Json> versions = {};

  // A text field, or "".
  std::string text(std::string_view key) const;
};

// A record as a reader who is behind sees it (a lagging search index): with older fields, or though it is removed.
struct IndexedDocument {
  const Document* document = nullptr;
  const holdfast::Json* fields = nullptr;
};

// The records of all collections. Not thread-safe; copyable. References stay valid until the record is removed.
class Documents {
 public:
  // The record of that id; nullptr when there is none.
  const Document* find(Collection collection, std::string_view id) const;
  // Oldest first.
  std::vector<const Document*> of_location(Collection collection, std::string_view location_id) const;
  std::vector<const Document*> of_owner(Collection collection, std::string_view owner_id) const;
  // The records of a location as they were at `as_of`, oldest first; of the removed ones only those that were buried.
  std::vector<IndexedDocument> of_location_as_of(Collection collection, std::string_view location_id,
                                                 holdfast::Instant as_of) const;
  // All of a collection, by id.
  const std::map<std::string, Document, std::less<>>& all(Collection collection) const;

  // Keeps a new record; its id, location and owner must be set, and the id be free (asserted).
  const Document& add(Collection collection, Document document, holdfast::Instant now);
  // Replaces the fields of a record that exists (asserted).
  const Document& change(Collection collection, std::string_view id, holdfast::Json fields, holdfast::Instant now);
  // Forgets a record; false when there was none.
  bool remove(Collection collection, std::string_view id);
  // The same, but whoever is behind by less than `buried_for` still finds it with of_location_as_of.
  bool bury(Collection collection, std::string_view id, holdfast::Instant now);

  static constexpr holdfast::Duration buried_for = holdfast::days{2};  // longer than the longest lag of Settings

 private:
  // The ids that hang on a location or owner, by sequence: ending one of many costs no more than ending one of few.
  using Lists = std::map<std::string, std::map<std::uint64_t, std::string>, std::less<>>;
  struct Shelf {
    std::map<std::string, Document, std::less<>> by_id;
    Lists by_location;
    Lists by_owner;
    std::deque<std::pair<holdfast::Instant, Document>> buried;  // (since, record), ascending
  };
  const Shelf& shelf(Collection collection) const { return shelves_.at(static_cast<std::size_t>(collection)); }
  Shelf& shelf(Collection collection) { return shelves_.at(static_cast<std::size_t>(collection)); }

  std::array<Shelf, collection_count> shelves_;
  std::uint64_t count_ = 0;
};

}  // namespace mock_ghl
