#include "mock_ghl/model/documents.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Json;

namespace {

template <class Lists>
std::vector<const Document*> listed(const Lists& lists, const std::map<std::string, Document, std::less<>>& by_id,
                                    std::string_view key) {
  std::vector<const Document*> found;
  const auto it = lists.find(key);
  if (it == lists.end()) return found;
  found.reserve(it->second.size());
  for (const auto& [sequence, id] : it->second) found.push_back(&by_id.find(id)->second);
  return found;
}

template <class Lists>
void unlist(Lists& lists, const std::string& key, std::uint64_t sequence) {
  const auto it = lists.find(key);
  if (it == lists.end()) return;
  it->second.erase(sequence);
  if (it->second.empty()) lists.erase(it);
}

}  // namespace

std::string Document::text(std::string_view key) const {
  return holdfast::string_member(fields, key).value_or("");
}

const Document* Documents::find(Collection collection, std::string_view id) const {
  const auto& by_id = shelf(collection).by_id;
  const auto it = by_id.find(id);
  return it == by_id.end() ? nullptr : &it->second;
}

std::vector<const Document*> Documents::of_location(Collection collection, std::string_view location_id) const {
  return listed(shelf(collection).by_location, shelf(collection).by_id, location_id);
}

std::vector<const Document*> Documents::of_owner(Collection collection, std::string_view owner_id) const {
  return listed(shelf(collection).by_owner, shelf(collection).by_id, owner_id);
}

std::vector<IndexedDocument> Documents::of_location_as_of(Collection collection, std::string_view location_id,
                                                          Instant as_of) const {
  std::vector<IndexedDocument> found;
  const auto add_as_of = [&](const Document& document) {
    const Json* fields = document.versions.as_of(as_of);
    if (fields != nullptr) found.push_back({.document = &document, .fields = fields});
  };
  for (const Document* living : of_location(collection, location_id)) add_as_of(*living);
  for (const auto& [since, document] : shelf(collection).buried) {
    if (since > as_of && document.location_id == location_id) add_as_of(document);
  }
  std::sort(found.begin(), found.end(), [](const IndexedDocument& a, const IndexedDocument& b) {
    return a.document->sequence < b.document->sequence;
  });
  return found;
}

const std::map<std::string, Document, std::less<>>& Documents::all(Collection collection) const {
  return shelf(collection).by_id;
}

const Document& Documents::add(Collection collection, Document document, Instant now) {
  Shelf& into = shelf(collection);
  document.sequence = ++count_;
  document.created_at = now;
  document.updated_at = now;
  document.versions.keep(now, document.fields);
  const auto [it, is_new] = into.by_id.emplace(document.id, std::move(document));
  HOLDFAST_ASSERT(is_new && "a document of this id is there already");
  into.by_location[it->second.location_id].emplace(it->second.sequence, it->first);
  if (!it->second.owner_id.empty()) into.by_owner[it->second.owner_id].emplace(it->second.sequence, it->first);
  return it->second;
}

const Document& Documents::change(Collection collection, std::string_view id, Json fields, Instant now) {
  const auto it = shelf(collection).by_id.find(id);
  HOLDFAST_ASSERT(it != shelf(collection).by_id.end() && "a document was changed that is not there");
  it->second.fields = std::move(fields);
  it->second.updated_at = now;
  it->second.versions.keep(now, it->second.fields);
  return it->second;
}

bool Documents::remove(Collection collection, std::string_view id) {
  Shelf& from = shelf(collection);
  const auto it = from.by_id.find(id);
  if (it == from.by_id.end()) return false;
  unlist(from.by_location, it->second.location_id, it->second.sequence);
  unlist(from.by_owner, it->second.owner_id, it->second.sequence);
  from.by_id.erase(it);
  return true;
}

bool Documents::bury(Collection collection, std::string_view id, Instant now) {
  const Document* document = find(collection, id);
  if (document == nullptr) return false;
  auto& buried = shelf(collection).buried;
  while (!buried.empty() && now - buried_for >= buried.front().first) buried.pop_front();
  buried.emplace_back(now, *document);
  return remove(collection, buried.back().second.id);
}

}  // namespace mock_ghl
