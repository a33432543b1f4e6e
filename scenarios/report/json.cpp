#include "scenarios/report/json.hpp"

#include "core/base/json.hpp"

namespace scenarios {

using holdfast::ErrorKind;
using holdfast::Json;

namespace {

constexpr std::string_view format_name = "holdfast-results/1";

Json json_of(const CaseResult& shown);
Json json_of(const MutantResult& mutant);

Json json_of(const Violation& violation) {
  return {{"rule", violation.rule},
          {"sentence", violation.sentence},
          {"at_ms", holdfast::to_epoch_ms(violation.at)},
          {"appointment_ids", violation.appointment_ids},
          {"call_ids", violation.call_ids}};
}

Json json_of(const LaneSpan& span) {
  return {{"lane", span.lane},       {"label", span.label}, {"kind", span.kind},
          {"from_ms", span.from_ms}, {"to_ms", span.to_ms}, {"status", span.status}};
}

template <class T>
Json to_array(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json_of(value));
  return array;
}

Json json_of(const CaseResult& shown) {
  return {{"id", shown.id},
          {"title", shown.title},
          {"why", shown.why},
          {"rules", shown.rules},
          {"verdict", to_string(shown.verdict)},
          {"violations", to_array(shown.violations)},
          {"unknown", shown.unknown},
          {"told", shown.told},
          {"reproduce", shown.reproduce},
          {"seconds", shown.seconds},
          {"began_at_ms", holdfast::to_epoch_ms(shown.began_at)},
          {"timeline", to_array(shown.timeline)}};
}

Json json_of(const MutantResult& mutant) {
  return {{"name", mutant.name},   {"defect", mutant.defect}, {"caught", mutant.caught},    {"seed", mutant.seed},
          {"seeds", mutant.seeds}, {"rule", mutant.rule},     {"sentence", mutant.sentence}};
}

void put_storm(const SimTotals& sim, Json& json) {
  json["first_seed"] = sim.first_seed;
  json["last_seed"] = sim.last_seed;
  json["seeds"] = sim.seeds;
  json["conversations"] = sim.conversations;
  json["bookings"] = sim.bookings;
  json["storm_violations"] = sim.violations;
  json["seeds_violated"] = sim.seeds_violated;
  json["seeds_unknown"] = sim.seeds_unknown;
  json["simulated_seconds"] = sim.simulated_seconds;
  json["wall_seconds"] = sim.wall_seconds;
  json["trace_hash"] = sim.trace_hash;
  json["told"] = sim.told;
  json["probes"] = sim.probes;
  json["faults"] = sim.faults;
}

// Reads members of one object; the first wrong type is kept with its path.
class Reader {
 public:
  Reader(const Json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {
    if (!object.is_object()) note("", "must be an object");
  }

  void read(const char* key, std::string& out) {
    if (const Json* value = typed(key, &Json::is_string, "a string")) out = value->get<std::string>();
  }
  void read(const char* key, bool& out) {
    if (const Json* value = typed(key, &Json::is_boolean, "true or false")) out = value->get<bool>();
  }
  void read(const char* key, double& out) {
    if (const Json* value = typed(key, &Json::is_number, "a number")) out = value->get<double>();
  }
  void read(const char* key, std::uint64_t& out) {
    if (const Json* value = typed(key, &Json::is_number_unsigned, "a whole number from 0")) {
      out = value->get<std::uint64_t>();
    }
  }
  void read(const char* key, std::int64_t& out) {
    if (const Json* value = typed(key, &Json::is_number_integer, "a whole number")) out = value->get<std::int64_t>();
  }
  void read(const char* key, holdfast::Instant& out) {
    std::int64_t epoch_ms = holdfast::to_epoch_ms(out);
    read(key, epoch_ms);
    out = holdfast::from_epoch_ms(epoch_ms);
  }
  void read(const char* key, Verdict& out) {
    std::string name(to_string(out));
    read(key, name);
    for (const Verdict verdict : {Verdict::ok, Verdict::violated, Verdict::unknown}) {
      if (to_string(verdict) == name) {
        out = verdict;
        return;
      }
    }
    note(key, "must be ok, violated or unknown");
  }
  void read(const char* key, std::map<std::string, std::uint64_t>& out) {
    const Json* counts = typed(key, &Json::is_object, "an object");
    if (counts == nullptr) return;
    for (const auto& [name, count] : counts->items()) {
      if (!count.is_number_unsigned()) return note(key, "must hold whole numbers from 0");
      out[name] = count.get<std::uint64_t>();
    }
  }
  void read(const char* key, std::vector<std::string>& out) {
    each(key, [&](const Json& element, const std::string& path) {
      if (!element.is_string()) return note_at(path, "must be a string");
      out.push_back(element.get<std::string>());
    });
  }
  template <class T>
  void read(const char* key, std::vector<T>& out, void (*read_one)(Reader&, T&)) {
    each(key, [&](const Json& element, const std::string& path) {
      Reader reader(element, path, fault_);
      T value;
      read_one(reader, value);
      out.push_back(std::move(value));
    });
  }

 private:
  void note(const std::string& key, std::string_view what) {
    note_at(path_.empty() ? key : key.empty() ? path_ : path_ + "." + key, what);
  }
  void note_at(const std::string& path, std::string_view what) {
    if (fault_.empty()) fault_ = (path.empty() ? "the results" : path) + ": " + std::string(what);
  }
  const Json* typed(const char* key, bool (Json::*is)() const noexcept, std::string_view what) {
    const Json* value = holdfast::find_member(object_, key);
    if (value == nullptr || (value->*is)()) return value;
    note(key, "must be " + std::string(what));
    return nullptr;
  }
  template <class Read>
  void each(const char* key, Read read_one) {
    const Json* array = typed(key, &Json::is_array, "an array");
    if (array == nullptr) return;
    std::size_t i = 0;
    const std::string path = path_.empty() ? key : path_ + "." + key;
    for (const Json& element : *array) read_one(element, path + "[" + std::to_string(i++) + "]");
  }

  const Json& object_;
  std::string path_;
  std::string& fault_;
};

void read_violation(Reader& reader, Violation& violation) {
  reader.read("rule", violation.rule);
  reader.read("sentence", violation.sentence);
  reader.read("at_ms", violation.at);
  reader.read("appointment_ids", violation.appointment_ids);
  reader.read("call_ids", violation.call_ids);
}

void read_span(Reader& reader, LaneSpan& span) {
  reader.read("lane", span.lane);
  reader.read("label", span.label);
  reader.read("kind", span.kind);
  reader.read("from_ms", span.from_ms);
  reader.read("to_ms", span.to_ms);
  reader.read("status", span.status);
}

void read_case(Reader& reader, CaseResult& shown) {
  reader.read("id", shown.id);
  reader.read("title", shown.title);
  reader.read("why", shown.why);
  reader.read("rules", shown.rules);
  // A case that does not say how it ended is not ok.
  shown.verdict = Verdict::unknown;
  reader.read("verdict", shown.verdict);
  reader.read("violations", shown.violations, read_violation);
  reader.read("unknown", shown.unknown);
  reader.read("told", shown.told);
  reader.read("reproduce", shown.reproduce);
  reader.read("seconds", shown.seconds);
  reader.read("began_at_ms", shown.began_at);
  reader.read("timeline", shown.timeline, read_span);
}

void read_mutant(Reader& reader, MutantResult& mutant) {
  reader.read("name", mutant.name);
  reader.read("defect", mutant.defect);
  reader.read("caught", mutant.caught);
  reader.read("seed", mutant.seed);
  reader.read("seeds", mutant.seeds);
  reader.read("rule", mutant.rule);
  reader.read("sentence", mutant.sentence);
}

void read_storm(Reader& reader, SimTotals& sim) {
  reader.read("first_seed", sim.first_seed);
  reader.read("last_seed", sim.last_seed);
  reader.read("seeds", sim.seeds);
  reader.read("conversations", sim.conversations);
  reader.read("bookings", sim.bookings);
  reader.read("storm_violations", sim.violations);
  reader.read("seeds_violated", sim.seeds_violated);
  reader.read("seeds_unknown", sim.seeds_unknown);
  reader.read("simulated_seconds", sim.simulated_seconds);
  reader.read("wall_seconds", sim.wall_seconds);
  reader.read("trace_hash", sim.trace_hash);
  reader.read("told", sim.told);
  reader.read("probes", sim.probes);
  reader.read("faults", sim.faults);
}

}  // namespace

std::string to_json(const Results& results) {
  std::uint64_t violations = results.sim.violations;
  for (const auto& shown : results.cases) violations += shown.is_seed() ? 0 : shown.violations.size();
  Json json{{"format", format_name},
            {"command", results.command},
            {"world", results.world},
            {"target", results.target},
            {"version", results.version},
            {"passed", results.passed()},
            {"failed", results.failed()},
            {"verdict", to_string(results.verdict())},
            {"exit_code", results.exit_code()},
            {"violations", violations},
            {"cases", to_array(results.cases)},
            {"mutants", to_array(results.mutants)}};
  if (results.sim.seeds > 0) put_storm(results.sim, json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

holdfast::Result<Results> results_from_json(std::string_view text) {
  const auto json = holdfast::parse_json(text);
  if (!json) return holdfast::fail(json.error());
  std::string fault;
  Results results;
  Reader reader(*json, "", fault);
  std::string format(format_name);
  reader.read("format", format);
  reader.read("command", results.command);
  reader.read("world", results.world);
  reader.read("target", results.target);
  reader.read("version", results.version);
  reader.read("cases", results.cases, read_case);
  reader.read("mutants", results.mutants, read_mutant);
  read_storm(reader, results.sim);
  if (fault.empty() && format != format_name) fault = "format: must be " + std::string(format_name);
  if (!fault.empty()) return holdfast::fail(ErrorKind::invalid_input, fault);
  return results;
}

}  // namespace scenarios
