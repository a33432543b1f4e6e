// The two searches for opportunities: an index that is behind (quirk 59), two ways of paging.
#include <algorithm>
#include <utility>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/opportunity.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;

namespace {

using Hit = IndexedDocument;

// The words of a search: in the opportunity's name, or the contact's name, e-mail or phone.
bool matches_words(const Call& call, const Hit& hit, const std::string& words) {
  if (words.empty()) return true;
  std::vector<std::string> texts{hit.fields->value("name", "")};
  if (const Contact* contact = call.state.contact(hit.document->owner_id)) {
    texts.insert(texts.end(), {contact->fields.full_name(), contact->fields.email, contact->fields.phone});
  }
  return std::any_of(texts.begin(), texts.end(),
                     [&](const std::string& text) { return lower_case(text).find(words) != std::string::npos; });
}

// What GET search filters by.
struct Wanted {
  std::string words, pipeline, stage, contact, user, status, id, campaign, country;
  Instant from = Instant::min();
  Instant to = Instant::max();
};

bool accepts(const Call& call, const Wanted& wanted, const Hit& hit) {
  const Json& fields = *hit.fields;
  const auto fits = [&](const std::string& asked, const char* key) {
    return asked.empty() || fields.value(key, "") == asked;
  };
  if (!fits(wanted.pipeline, "pipelineId") || !fits(wanted.stage, "pipelineStageId")) return false;
  if (!fits(wanted.contact, "contactId") || !fits(wanted.user, "assignedTo")) return false;
  if (wanted.status != "all" && !fits(wanted.status, "status")) return false;
  if (!wanted.id.empty() && wanted.id != hit.document->id) return false;
  if (!wanted.campaign.empty()) return false;  // nothing here comes out of a campaign
  if (!wanted.country.empty()) {
    const Contact* contact = call.state.contact(hit.document->owner_id);
    const std::string held = contact == nullptr ? "" : contact->fields.country;
    if ((held.empty() ? "US" : held) != wanted.country) return false;
  }
  const Instant made = hit.document->created_at;
  return wanted.from <= made && made < wanted.to && matches_words(call, hit, wanted.words);
}

// Newest first, as the index sees them.
std::vector<Hit> find(const Call& call, const Wanted& wanted) {
  const Instant as_of = call.now - holdfast::Duration{call.state.settings().opportunity_search_lag_ms};
  std::vector<Hit> hits = call.state.documents().of_location_as_of(Collection::opportunity, call.location->id, as_of);
  std::erase_if(hits, [&](const Hit& hit) { return !accepts(call, wanted, hit); });
  std::reverse(hits.begin(), hits.end());  // documents come oldest first
  return hits;
}

// "mm-dd-yyyy" as the begin of that day in the location's zone.
std::optional<Instant> read_day(const Call& call, const std::string& text, int days_later) {
  if (text.size() != 10 || text[2] != '-' || text[5] != '-') return std::nullopt;
  const auto date = holdfast::parse_date(text.substr(6) + "-" + text.substr(0, 5));
  if (!date) return std::nullopt;
  return call.zone().start_of_day(holdfast::add_days(*date, days_later));
}

std::optional<Answer> read_wanted(const Call& call, Wanted& wanted) {
  const auto text = [&](const char* dated, const char* v3) {
    return call.target.parameter(call.v3 ? v3 : dated).value_or("");
  };
  wanted = {.words = lower_case(text("q", "q")),
            .pipeline = text("pipeline_id", "pipelineId"),
            .stage = text("pipeline_stage_id", "pipelineStageId"),
            .contact = text("contact_id", "contactId"),
            .user = text("assigned_to", "assignedTo"),
            .status = text("status", "status"),
            .id = text("id", "id"),
            .campaign = text("campaignId", "campaignId"),
            .country = text("country", "country")};
  for (const char* key : {"date", "endDate"}) {
    const std::string written = text(key, key);
    if (written.empty()) continue;
    const bool is_end = std::string_view(key) == "endDate";
    const auto day = read_day(call, written, is_end ? 1 : 0);
    if (!day) return invalid({std::string(key) + " must be a date as mm-dd-yyyy"}, call.trace_id);
    (is_end ? wanted.to : wanted.from) = *day;
  }
  return std::nullopt;
}

// The first hit after the one a cursor names: by id, or by its date once it is gone.
std::size_t after_cursor(const std::vector<Hit>& hits, const std::string& start_after, const std::string& id) {
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (!id.empty() && hits[i].document->id == id) return i + 1;
  }
  const auto before = read_count(start_after, 0);
  if (!before) return hits.size();
  std::size_t i = 0;
  while (i < hits.size() && std::cmp_greater_equal(holdfast::to_epoch_ms(hits[i].document->created_at), *before)) ++i;
  return i;
}

// A page of `hits`: [first, first + limit), as far as there are so many.
struct Page {
  std::size_t first = 0;
  std::size_t end = 0;
  std::int64_t number = 1;
  std::int64_t limit = 20;
};

Page page_of(std::size_t count, std::size_t begin, std::int64_t number, std::int64_t limit) {
  const std::size_t first = std::min(count, begin);
  return {.first = first,
          .end = std::min(count, first + static_cast<std::size_t>(limit)),
          .number = number,
          .limit = limit};
}

// Where a numbered page begins; `count` when that is beyond the end, whatever the number.
std::size_t begin_of(std::size_t count, std::int64_t number, std::int64_t limit) {
  const auto pages_before = static_cast<std::uint64_t>(number - 1);
  return pages_before > count ? count : static_cast<std::size_t>(pages_before * static_cast<std::uint64_t>(limit));
}

Json meta_of(const Call& call, const std::vector<Hit>& hits, const Page& page) {
  const bool more = page.end < hits.size();
  Json meta{{"total", hits.size()}, {"currentPage", page.number}, {"nextPage", nullptr}, {"prevPage", nullptr}};
  if (page.number > 1) meta["prevPage"] = page.number - 1;
  if (page.end > page.first) {
    const Document& last = *hits[page.end - 1].document;
    meta["startAfter"] = holdfast::to_epoch_ms(last.created_at);
    meta["startAfterId"] = last.id;
    if (more) {
      meta["nextPage"] = page.number + 1;
      const std::string cursor = std::to_string(holdfast::to_epoch_ms(last.created_at));
      meta["nextPageUrl"] = next_page_url(
          call, {{"startAfter", cursor}, {"startAfterId", last.id}, {"page", std::to_string(page.number + 1)}});
    }
  }
  return meta;
}

Json shown(const Call& call, const std::vector<Hit>& hits, const Page& page, const OpportunityDetails& details) {
  Json list = Json::array();
  for (std::size_t i = page.first; i < page.end; ++i) {
    list.push_back(opportunity_json(call, *hits[i].document, *hits[i].fields, details));
  }
  return list;
}

}  // namespace

Answer search_opportunities(Call& call) {
  Wanted wanted;
  if (auto refusal = read_wanted(call, wanted)) return std::move(*refusal);
  const std::vector<Hit> hits = find(call, wanted);
  const std::int64_t number = number_parameter(call, "page", 1);
  const std::int64_t limit = number_parameter(call, "limit", 20);
  const std::string start_after = call.target.parameter("startAfter").value_or("");
  const std::string start_after_id = call.target.parameter("startAfterId").value_or("");
  // A cursor decides; the page beside it is only counted on.
  const bool has_cursor = !start_after.empty() || !start_after_id.empty();
  const std::size_t begin =
      has_cursor ? after_cursor(hits, start_after, start_after_id) : begin_of(hits.size(), number, limit);
  const Page page = page_of(hits.size(), begin, number, limit);
  const auto asks = [&](const char* name) { return call.target.parameter(name).value_or("") == "true"; };
  const OpportunityDetails details{asks("getNotes"), asks("getTasks"), asks("getCalendarEvents")};
  return reply(call, {{"opportunities", shown(call, hits, page, details)},
                      {"meta", meta_of(call, hits, page)},
                      {"aggregations", Json::object()}});
}

Answer search_opportunities_advanced(Call& call) {
  Wanted wanted;
  wanted.words = lower_case(text_of(call.body, "query"));
  const std::vector<Hit> hits = find(call, wanted);
  const std::int64_t limit = holdfast::integer_member(call.body, "limit").value_or(20);
  const std::int64_t number = holdfast::integer_member(call.body, "page").value_or(1);
  const Json& cursor = call.body["searchAfter"];
  const std::string start_after = cursor.empty() ? "" : cursor[0].get<std::string>();
  const std::string id = cursor.size() < 2 ? "" : cursor[1].get<std::string>();
  const std::size_t begin = cursor.empty() ? begin_of(hits.size(), number, limit) : after_cursor(hits, start_after, id);
  const Page page = page_of(hits.size(), begin, number, limit);
  const auto asks = [&](const char* name) {
    return holdfast::bool_member(call.body["additionalDetails"], name).value_or(false);
  };
  const OpportunityDetails details{asks("notes"), asks("tasks"), asks("calendarEvents")};
  return reply(
      call,
      {{"opportunities", shown(call, hits, page, details)}, {"total", hits.size()}, {"aggregations", Json::object()}});
}

}  // namespace mock_ghl::api
