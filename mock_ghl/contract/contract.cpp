#include "mock_ghl/contract/contract.hpp"

#include <algorithm>
#include <array>

#include "core/base/assert.hpp"
#include "mock_ghl/contract/embedded.hpp"
#include "mock_ghl/contract/openapi.hpp"

namespace mock_ghl::contract {

using holdfast::Result;

namespace {

constexpr std::array<std::pair<std::string_view, Evidence>, 5> evidence_names{{{"observed", Evidence::observed},
                                                                               {"docs", Evidence::docs},
                                                                               {"sdk", Evidence::sdk},
                                                                               {"spec", Evidence::spec},
                                                                               {"inferred", Evidence::inferred}}};

auto unreadable(const std::string& where, const std::string& why) {
  return holdfast::fail(holdfast::ErrorKind::invalid_input, where + ": " + why);
}

bool speaks(const Notation& correction, Dialect dialect) {
  const std::string asked = correction.value("dialect", "both");
  return asked == "both" || asked == to_string(dialect);
}

std::string bare(const std::string& member) {
  return member.ends_with('!') ? member.substr(0, member.size() - 1) : member;
}

// Applies {"set": {member: shape}, "optional": […], "required": […], "remove": […]} to the members of an object shape.
void patch_members(Notation& members, const Notation& patch) {
  const Notation none = Notation::object();
  const auto listed = [&](const char* key, const std::string& name) {
    const Notation list = patch.value(key, Notation::array());
    return std::find(list.begin(), list.end(), Notation(name)) != list.end();
  };
  const Notation set = patch.value("set", none);
  const auto find_set = [&](const std::string& name) {
    for (auto it = set.begin(); it != set.end(); ++it) {
      if (bare(it.key()) == name) return it;
    }
    return set.end();
  };
  Notation made = none;
  for (const auto& [key, shape] : members.items()) {
    const std::string name = bare(key);
    if (listed("remove", name)) continue;
    if (const auto it = find_set(name); it != set.end()) {
      made[it.key()] = it.value();
      continue;
    }
    const bool required = listed("required", name) || (key.ends_with('!') && !listed("optional", name));
    made[required ? name + "!" : name] = shape;
  }
  for (const auto& [key, shape] : set.items()) made[key] = shape;
  members = std::move(made);
}

// A shape with members of its own, so that a correction changes this place only.
Notation opened(const Notation& shape, const Notation& shapes) {
  if (shape.is_string() && shape.get<std::string>().starts_with('@')) {
    return opened(shapes.value(shape.get<std::string>().substr(1), Notation::object()), shapes);
  }
  if (shape.is_object() && shape.contains("members")) return shape;
  return {{"members", Notation::object()}};
}

void correct_operation(Notation& operation, const Notation& correction, const Notation& shapes) {
  if (correction.contains("status")) {
    operation["live_status"] = correction["status"];
    operation["status_evidence"] = correction["evidence"];
  }
  if (correction.contains("also_status")) operation["also_status"] = correction["also_status"];
  if (correction.contains("auth")) operation["auth"] = correction["auth"];
  if (correction.contains("query")) {
    Notation query = operation.value("query", Notation::object());
    patch_members(query, correction["query"]);
    operation["query"] = std::move(query);
  }
  if (correction.contains("body")) {
    Notation body = opened(operation.value("body", Notation("object")), shapes);
    patch_members(body["members"], correction["body"]);
    operation["body"] = std::move(body);
  }
  if (correction.contains("reply")) {
    for (auto& [status, reply] : operation["replies"].items()) {
      if (correction["reply"].contains("is")) {
        reply = correction["reply"]["is"];
        continue;
      }
      Notation changed = opened(reply, shapes);
      patch_members(changed["members"], correction["reply"]);
      reply = std::move(changed);
    }
  }
}

std::string place_of(const Notation& correction) {
  const std::string resource = correction.value("in", "");
  if (correction.contains("shape")) return resource + " shape " + correction["shape"].get<std::string>();
  if (correction.contains("add")) return resource + " " + correction["add"].value("route", "");
  std::string place = resource + " " + correction.value("operation", "");
  for (const char* part : {"status", "also_status", "auth", "query", "body", "reply"}) {
    if (correction.contains(part)) place += std::string(" ") + part;
  }
  return place;
}

// The vendor's document of one resource with the corrections that concern it. Says when a correction finds nothing to
// correct: it would be dead.
Result<Notation> corrected(const std::string& resource, Notation document, const Notation& live, Dialect dialect) {
  for (const Notation& correction : live["corrections"]) {
    if (correction.value("in", "") != resource || !speaks(correction, dialect)) continue;
    if (correction.contains("add")) {
      document["operations"].push_back(correction["add"]);
      continue;
    }
    bool applied = false;
    if (correction.contains("shape")) {
      const std::string name = correction["shape"];
      if (document["shapes"].contains(name)) {
        patch_members(document["shapes"][name]["members"], correction);
        applied = true;
      } else if (correction.contains("new")) {
        document["shapes"][name] = correction["new"];
        applied = true;
      }
    }
    for (Notation& operation : document["operations"]) {
      if (operation["id"] != correction.value("operation", "")) continue;
      correct_operation(operation, correction, document["shapes"]);
      applied = true;
    }
    const bool both = correction.value("dialect", "both") == "both";
    if (!applied && !(both && dialect == Dialect::v3)) {
      return unreadable("live.json, " + place_of(correction), "the vendor's files have nothing of this name");
    }
  }
  return document;
}

std::string without_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

Result<const Shape*> read_optional(Shapes& shapes, const Notation& operation, const char* key) {
  if (!operation.contains(key)) return static_cast<const Shape*>(nullptr);
  return shapes.read(operation[key]);
}

Result<Operation> read_operation(const Notation& written, const std::string& resource, Shapes& shapes) {
  const std::string route = written["route"];
  const auto space = route.find(' ');
  Operation made{.id = written["id"],
                 .resource = resource,
                 .method = route.substr(0, space),
                 .pattern = without_slash(route.substr(space + 1)),
                 .versions = written.value("versions", std::vector<std::string>{}),
                 .deprecated = written.value("deprecated", false),
                 .body_types = written.value("body_types", std::vector<std::string>{}),
                 .errors = written.value("errors", std::vector<int>{})};
  for (const auto& [scheme, scopes] : written["auth"].items()) made.auth.push_back({scheme, scopes});
  if (written.contains("query")) {
    auto query = shapes.read({{"members", written["query"]}});
    if (!query) return holdfast::fail(query.error());
    made.query = *query;
  }
  auto body = read_optional(shapes, written, "body");
  if (!body) return holdfast::fail(body.error());
  made.body = *body;
  const Notation& replies = written["replies"];
  if (!replies.empty()) {
    made.spec_status = std::stoi(replies.begin().key());
    auto reply = shapes.read(replies.begin().value());
    if (!reply) return holdfast::fail(reply.error());
    made.reply = *reply;
  }
  made.live_status = written.value("live_status", made.spec_status);
  made.also_status = written.value("also_status", 0);
  const std::string evidence = written.value("status_evidence", "spec");
  for (const auto& [name, value] : evidence_names) {
    if (name == evidence) made.status_evidence = value;
  }
  return made;
}

Notation parse_built_in(std::string_view text) {
  Notation parsed = Notation::parse(text, nullptr, false);
  HOLDFAST_ASSERT(!parsed.is_discarded() && "a contract file is not JSON");
  return parsed;
}

}  // namespace

bool Operation::takes(std::string_view content_type) const {
  if (body_types.empty()) return content_type == "application/json";
  return std::find(body_types.begin(), body_types.end(), content_type) != body_types.end();
}

std::string_view Operation::scope() const {
  if (auth.empty() || auth.front().scopes.empty()) return "";
  return auth.front().scopes.front();
}

Result<void> Contract::read_half(const Notation& vendor, const Notation& live, Dialect dialect, Half& half) {
  std::size_t index = 0;
  for (const auto& [resource, document] : vendor.items()) {
    if (index == std::size(half.shapes)) return unreadable(resource, "too many resources");
    auto made = corrected(resource, document, live, dialect);
    if (!made) return holdfast::fail(made.error());
    Shapes& shapes = half.shapes[index++];
    if (auto declared = shapes.declare((*made)["shapes"]); !declared) {
      return unreadable(resource, declared.error().message);
    }
    for (const Notation& written : (*made)["operations"]) {
      auto operation = read_operation(written, resource, shapes);
      if (!operation) return unreadable(resource + " " + written.value("id", ""), operation.error().message);
      half.operations.push_back(std::move(*operation));
    }
  }
  return {};
}

Result<std::unique_ptr<const Contract>> Contract::read(const Notation& dated, const Notation& v3,
                                                       const Notation& live) try {
  auto made = std::make_unique<Contract>();
  if (auto read = made->read_half(dated, live, Dialect::dated, made->dated_); !read) {
    return holdfast::fail(read.error());
  }
  if (auto read = made->read_half(v3, live, Dialect::v3, made->v3_); !read) return holdfast::fail(read.error());
  made->extras_ = live.value("extra_members", std::vector<std::string>{});
  for (const Notation& written : live["corrections"]) {
    Correction correction{.where = place_of(written),
                          .dialect = written.value("dialect", "both") == "v3" ? Dialect::v3 : Dialect::dated,
                          .source = written.value("source", ""),
                          .why = written.value("why", "")};
    for (const auto& [name, value] : evidence_names) {
      if (name == written.value("evidence", "")) correction.evidence = value;
    }
    made->corrections_.push_back(std::move(correction));
  }
  return std::unique_ptr<const Contract>(std::move(made));
} catch (const nlohmann::json::exception& error) {
  return unreadable("the contract", error.what());
}

const Notation& shipped_vendor(Dialect dialect) {
  static const std::array<Notation, 2> documents = [] {
    std::array<Notation, 2> made{Notation::object(), Notation::object()};
    for (const auto& [name, text] : embedded_vendor_files()) {
      const bool v3 = name.ends_with("-v3");
      made[v3 ? 1 : 0][std::string(v3 ? name.substr(0, name.size() - 3) : name)] = parse_built_in(text);
    }
    return made;
  }();
  return documents[dialect == Dialect::dated ? 0 : 1];
}

const Notation& shipped_live() {
  static const Notation live = parse_built_in(embedded_live_file());
  return live;
}

const Contract& Contract::shipped() {
  static const std::unique_ptr<const Contract> contract = [] {
    auto made = read(shipped_vendor(Dialect::dated), shipped_vendor(Dialect::v3), shipped_live());
    if (!made) std::fprintf(stderr, "the built-in contract is broken: %s\n", made.error().message.c_str());
    HOLDFAST_ASSERT(made.has_value() && "the built-in contract is broken");
    return std::move(*made);
  }();
  return *contract;
}

const std::vector<Rule>& shipped_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> made;
    const Notation file = parse_built_in(embedded_rules_file());
    for (const Notation& rule : file["rules"]) {
      made.push_back({.id = rule.value("id", ""),
                      .kind = rule.value("kind", ""),
                      .evidence = rule.value("evidence", ""),
                      .source = rule.value("source", ""),
                      .switch_name = rule.value("switch", ""),
                      .behaviour = rule.value("behaviour", "")});
    }
    return made;
  }();
  return rules;
}

std::string_view to_string(Evidence evidence) {
  for (const auto& [name, value] : evidence_names) {
    if (value == evidence) return name;
  }
  return "";
}

std::string_view to_string(Dialect dialect) {
  return dialect == Dialect::dated ? "dated" : "v3";
}

}  // namespace mock_ghl::contract
