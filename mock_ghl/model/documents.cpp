#include "mock_ghl/model/documents.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Json;

namespace {

constexpr std::size_t versions_max = 8;

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

void remember(Document& document, Instant now) {
  document.versions.emplace_back(now, document.fields);
  if (document.versions.size() > versions_max) document.versions.erase(document.versions.begin());
}

}  // namespace

const Json* Document::fields_as_of(Instant as_of) const {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (it->first <= as_of) return &it->second;
  }
  return nullptr;
}

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

const std::map<std::string, Document, std::less<>>& Documents::all(Collection collection) const {
  return shelf(collection).by_id;
}

const Document& Documents::add(Collection collection, Document document, Instant now) {
  Shelf& into = shelf(collection);
  document.sequence = ++count_;
  document.created_at = now;
  document.updated_at = now;
  remember(document, now);
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
  remember(it->second, now);
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

}  // namespace mock_ghl
