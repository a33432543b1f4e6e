// Pipelines, lost reasons, opportunities and conversations that are there from the beginning, and what a rule asks of a
// pipeline. Pure: no clock, `now` is a parameter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

class Faults;
class ObjectReader;
class State;
struct Document;
struct Fixture;

// One step of a pipeline; the order is that of the list.
struct StageSeed {
  std::string id = {};
  std::string name = {};
  bool operator==(const StageSeed&) const = default;
};

// A pipeline with its stages, at least one.
struct PipelineSeed {
  std::string id = {};
  std::string location_id = {};
  std::string name = {};
  std::vector<StageSeed> stages = {};
  bool operator==(const PipelineSeed&) const = default;
};

// Why a deal was lost, to choose from.
struct LostReasonSeed {
  std::string id = {};
  std::string location_id = {};
  std::string name = {};
  bool operator==(const LostReasonSeed&) const = default;
};

// An opportunity that is there from the beginning.
struct OpportunitySeed {
  std::string id = {};  // drawn when empty
  std::string location_id = {};
  std::string contact_id = {};
  std::string pipeline_id = {};
  std::string stage_id = {};  // the first stage when empty
  std::string name = {};
  std::string status = "open";  // open, won, lost, abandoned
  std::string assigned_to = {};
  double monetary_value = 0;
  bool operator==(const OpportunitySeed&) const = default;
};

// A message that is there from the beginning, delivered.
struct MessageSeed {
  std::string type = "SMS";
  bool inbound = false;
  std::string body = {};
  bool operator==(const MessageSeed&) const = default;
};

// A contact's conversation, oldest message first.
struct ConversationSeed {
  std::string id = {};  // drawn when empty
  std::string location_id = {};
  std::string contact_id = {};
  std::vector<MessageSeed> messages = {};
  bool operator==(const ConversationSeed&) const = default;
};

// All of them; the part of a Fixture that is not about booking.
struct DealSeeds {
  std::vector<PipelineSeed> pipelines = {};
  std::vector<LostReasonSeed> lost_reasons = {};
  std::vector<OpportunitySeed> opportunities = {};
  std::vector<ConversationSeed> conversations = {};
  bool operator==(const DealSeeds&) const = default;
};

// Reads "pipelines", "lostReasons", "opportunities" and "conversations" of a fixture's outermost object.
void read_deals(ObjectReader& reader, DealSeeds& deals);
// Notes what is not consistent: ids given twice, references that lead nowhere, statuses GHL does not have.
void check_deals(const Fixture& fixture, Faults& faults);
// Puts them into the state's documents. They must have passed check_deals.
void plant_deals(State& state, const DealSeeds& deals, holdfast::Instant now);

// True when the pipeline (a document) has the stage.
bool has_stage(const Document& pipeline, std::string_view stage_id);
// The id of its first stage; "" when it has none.
std::string first_stage(const Document& pipeline);
// The fields of a new opportunity, in GHL's names.
holdfast::Json opportunity_fields(const std::string& name, const std::string& status, const std::string& pipeline_id,
                                  const std::string& stage_id, const std::string& contact_id, holdfast::Instant now);
// One of open, won, lost, abandoned.
bool is_opportunity_status(std::string_view status);

}  // namespace mock_ghl
