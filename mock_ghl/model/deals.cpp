#include "mock_ghl/model/deals.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "mock_ghl/model/messages.hpp"
#include "mock_ghl/model/reader.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Json;

namespace {

PipelineSeed read_pipeline(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  PipelineSeed pipeline;
  reader.text("id", pipeline.id, true);
  reader.text("locationId", pipeline.location_id, true);
  reader.text("name", pipeline.name, true);
  for_each_element(reader.array("stages"), reader.path_of("stages"), [&](const Json& element, std::string stage_path) {
    ObjectReader entry(element, std::move(stage_path), faults);
    StageSeed stage;
    entry.text("id", stage.id, true);
    entry.text("name", stage.name, true);
    entry.finish();
    pipeline.stages.push_back(std::move(stage));
  });
  reader.finish();
  return pipeline;
}

LostReasonSeed read_lost_reason(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  LostReasonSeed reason;
  reader.text("id", reason.id, true);
  reader.text("locationId", reason.location_id, true);
  reader.text("name", reason.name, true);
  reader.finish();
  return reason;
}

OpportunitySeed read_opportunity(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  OpportunitySeed opportunity;
  reader.text("id", opportunity.id);
  reader.text("locationId", opportunity.location_id, true);
  reader.text("contactId", opportunity.contact_id, true);
  reader.text("pipelineId", opportunity.pipeline_id, true);
  reader.text("pipelineStageId", opportunity.stage_id);
  reader.text("name", opportunity.name, true);
  reader.text("status", opportunity.status);
  reader.text("assignedTo", opportunity.assigned_to);
  reader.number("monetaryValue", opportunity.monetary_value, 0, 1e15);
  reader.finish();
  return opportunity;
}

ConversationSeed read_conversation(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  ConversationSeed conversation;
  reader.text("id", conversation.id);
  reader.text("locationId", conversation.location_id, true);
  reader.text("contactId", conversation.contact_id, true);
  for_each_element(reader.array("messages"), reader.path_of("messages"), [&](const Json& element, std::string at) {
    ObjectReader entry(element, std::move(at), faults);
    MessageSeed message;
    std::string direction = "outbound";
    entry.text("type", message.type);
    entry.text("direction", direction);
    entry.text("body", message.body, true);
    if (direction != "inbound" && direction != "outbound") {
      entry.fault("direction", "must be \"inbound\" or \"outbound\"");
    }
    entry.finish();
    message.inbound = direction == "inbound";
    conversation.messages.push_back(std::move(message));
  });
  reader.finish();
  return conversation;
}

template <class Item, class Read>
void read_list(ObjectReader& reader, std::string_view key, std::vector<Item>& out, Read read) {
  for_each_element(reader.array(key), std::string(key), [&](const Json& element, std::string path) {
    out.push_back(read(element, std::move(path), reader.faults()));
  });
}

// The consistency of the deals of one fixture.
class DealChecker {
 public:
  DealChecker(const Fixture& fixture, Faults& faults) : fixture_(fixture), faults_(faults) {
    for (const Location& location : fixture.locations) locations_.insert(location.id);
    for (const ContactSeed& contact : fixture.contacts) contacts_.emplace(contact.id, contact.location_id);
    for (const User& user : fixture.users) users_.insert(user.id);
  }

  void run() {
    const DealSeeds& deals = fixture_.deals;
    each("pipelines", deals.pipelines, [this](const PipelineSeed& seed, const std::string& at) { pipeline(seed, at); });
    each("lostReasons", deals.lost_reasons, [](const LostReasonSeed&, const std::string&) {});
    each("opportunities", deals.opportunities,
         [this](const OpportunitySeed& seed, const std::string& at) { opportunity(seed, at); });
    each("conversations", deals.conversations,
         [this](const ConversationSeed& seed, const std::string& at) { conversation(seed, at); });
  }

 private:
  // What holds for all of a kind: an id of its own, a location that exists.
  template <class Seed, class Visit>
  void each(const char* list, const std::vector<Seed>& seeds, Visit visit) {
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
      const std::string at = std::string(list) + "[" + std::to_string(i) + "]";
      if (!seeds[i].id.empty() && !ids.insert(seeds[i].id).second) faults_.add(at + ".id", "is used twice");
      if (!locations_.contains(seeds[i].location_id)) faults_.add(at + ".locationId", "names no location");
      visit(seeds[i], at);
    }
  }

  void pipeline(const PipelineSeed& seed, const std::string& at) {
    if (seed.id.empty()) faults_.add(at + ".id", "must not be empty");
    if (seed.stages.empty()) faults_.add(at + ".stages", "must have at least one stage");
    std::set<std::string_view> ids;
    for (std::size_t i = 0; i < seed.stages.size(); ++i) {
      const std::string& id = seed.stages[i].id;
      if (!id.empty() && ids.insert(id).second) continue;
      faults_.add(at + ".stages[" + std::to_string(i) + "].id", id.empty() ? "must not be empty" : "is used twice");
    }
    pipelines_.emplace(seed.id, &seed);
  }

  void contact(const std::string& contact_id, const std::string& location_id, const std::string& at) {
    const auto it = contacts_.find(contact_id);
    if (it == contacts_.end() || it->second != location_id) {
      faults_.add(at + ".contactId", "names no contact of the location");
    }
  }

  void opportunity(const OpportunitySeed& seed, const std::string& at) {
    contact(seed.contact_id, seed.location_id, at);
    if (!is_opportunity_status(seed.status)) faults_.add(at + ".status", "must be open, won, lost or abandoned");
    if (!seed.assigned_to.empty() && !users_.contains(seed.assigned_to)) {
      faults_.add(at + ".assignedTo", "names no user");
    }
    const auto it = pipelines_.find(seed.pipeline_id);
    if (it == pipelines_.end() || it->second->location_id != seed.location_id) {
      return faults_.add(at + ".pipelineId", "names no pipeline of the location");
    }
    const auto& stages = it->second->stages;
    const bool known = std::any_of(stages.begin(), stages.end(), [&](const auto& s) { return s.id == seed.stage_id; });
    if (!seed.stage_id.empty() && !known) faults_.add(at + ".pipelineStageId", "names no stage of the pipeline");
  }

  void conversation(const ConversationSeed& seed, const std::string& at) {
    contact(seed.contact_id, seed.location_id, at);
    if (!talking_.insert(seed.contact_id).second) faults_.add(at + ".contactId", "has a conversation already");
    for (std::size_t i = 0; i < seed.messages.size(); ++i) {
      if (channel_of(seed.messages[i].type) != nullptr) continue;
      faults_.add(at + ".messages[" + std::to_string(i) + "].type", "must be one of GHL's, such as SMS or Email");
    }
  }

  const Fixture& fixture_;
  Faults& faults_;
  std::set<std::string_view> locations_;
  std::set<std::string_view> users_;
  std::set<std::string_view> talking_;
  std::map<std::string_view, std::string_view> contacts_;  // id -> location
  std::map<std::string_view, const PipelineSeed*> pipelines_;
};

Json stage_list(const std::vector<StageSeed>& stages) {
  Json list = Json::array();
  for (const StageSeed& stage : stages) {
    list.push_back({{"id", stage.id},
                    {"name", stage.name},
                    {"position", list.size()},
                    {"showInFunnel", true},
                    {"showInPieChart", true}});
  }
  return list;
}

void plant_pipelines(Documents& documents, const DealSeeds& deals, Instant now) {
  for (const PipelineSeed& seed : deals.pipelines) {
    documents.add(Collection::pipeline,
                  {.id = seed.id,
                   .location_id = seed.location_id,
                   .fields = {{"name", seed.name},
                              {"stages", stage_list(seed.stages)},
                              {"showInFunnel", true},
                              {"showInPieChart", true}}},
                  now);
  }
  for (const LostReasonSeed& seed : deals.lost_reasons) {
    documents.add(Collection::lost_reason,
                  {.id = seed.id, .location_id = seed.location_id, .fields = {{"name", seed.name}}}, now);
  }
}

void plant_opportunity(State& state, const OpportunitySeed& seed, Instant now) {
  const Document& pipeline = *state.documents().find(Collection::pipeline, seed.pipeline_id);
  const std::string stage = seed.stage_id.empty() ? first_stage(pipeline) : seed.stage_id;
  Json fields = opportunity_fields(seed.name, seed.status, seed.pipeline_id, stage, seed.contact_id, now);
  fields["monetaryValue"] = seed.monetary_value;
  if (!seed.assigned_to.empty()) fields["assignedTo"] = seed.assigned_to;
  state.documents().add(Collection::opportunity,
                        {.id = seed.id.empty() ? state.draw_id() : seed.id,
                         .location_id = seed.location_id,
                         .owner_id = seed.contact_id,
                         .fields = std::move(fields)},
                        now);
}

void plant_conversation(State& state, const ConversationSeed& seed, Instant now) {
  const Contact& contact = *state.contact(seed.contact_id);
  const std::string first = seed.messages.empty() ? "SMS" : seed.messages.front().type;
  const std::string id = open_conversation(state, contact, *channel_of(first), now, seed.id).id;
  for (const MessageSeed& message : seed.messages) {
    add_message(state, id,
                {.type = message.type,
                 .inbound = message.inbound,
                 .body = message.body,
                 .status = "delivered",
                 .source = "app"},
                now);
  }
}

}  // namespace

bool is_opportunity_status(std::string_view status) {
  static constexpr std::array<std::string_view, 4> statuses{"open", "won", "lost", "abandoned"};
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

bool has_stage(const Document& pipeline, std::string_view stage_id) {
  const Json* stages = holdfast::find_member(pipeline.fields, "stages");
  return stages != nullptr && std::any_of(stages->begin(), stages->end(), [&](const Json& stage) {
           return holdfast::string_member(stage, "id").value_or("") == stage_id;
         });
}

std::string first_stage(const Document& pipeline) {
  const Json* stages = holdfast::find_member(pipeline.fields, "stages");
  if (stages == nullptr || stages->empty()) return "";
  return holdfast::string_member(stages->front(), "id").value_or("");
}

Json opportunity_fields(const std::string& name, const std::string& status, const std::string& pipeline_id,
                        const std::string& stage_id, const std::string& contact_id, Instant now) {
  const std::string at = holdfast::format_iso_utc(now);
  return {{"name", name},
          {"monetaryValue", 0},
          {"pipelineId", pipeline_id},
          {"pipelineStageId", stage_id},
          {"contactId", contact_id},
          {"status", status},
          {"lastStatusChangeAt", at},
          {"lastStageChangeAt", at},
          {"lastActionDate", at},
          {"updatedAt", at},
          {"customFields", Json::array()},
          {"followers", Json::array()}};
}

void read_deals(ObjectReader& reader, DealSeeds& deals) {
  read_list(reader, "pipelines", deals.pipelines, read_pipeline);
  read_list(reader, "lostReasons", deals.lost_reasons, read_lost_reason);
  read_list(reader, "opportunities", deals.opportunities, read_opportunity);
  read_list(reader, "conversations", deals.conversations, read_conversation);
}

void check_deals(const Fixture& fixture, Faults& faults) {
  DealChecker(fixture, faults).run();
}

void plant_deals(State& state, const DealSeeds& deals, Instant now) {
  plant_pipelines(state.documents(), deals, now);
  for (const OpportunitySeed& seed : deals.opportunities) plant_opportunity(state, seed, now);
  for (const ConversationSeed& seed : deals.conversations) plant_conversation(state, seed, now);
}

}  // namespace mock_ghl
