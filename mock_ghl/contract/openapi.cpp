#include "mock_ghl/contract/openapi.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <vector>

namespace mock_ghl::contract {

using holdfast::Result;

namespace {

constexpr std::array<std::string_view, 5> methods{"get", "post", "put", "patch", "delete"};

std::string ref_name(const std::string& ref) {
  return ref.substr(ref.rfind('/') + 1);
}

// Translates schemas, and remembers which named ones they use.
class Importer {
 public:
  explicit Importer(const Notation& document) : document_(document) {}

  Notation shape(const Notation& schema) {
    if (!schema.is_object()) return "any";
    if (const auto ref = schema.find("$ref"); ref != schema.end()) return reference(ref->get<std::string>());
    if (schema.contains("allOf")) return all_of(schema);
    for (const char* key : {"oneOf", "anyOf"}) {
      if (!schema.contains(key)) continue;
      Notation made{{"any_of", Notation::array()}};
      for (const Notation& alternative : schema[key]) made["any_of"].push_back(shape(alternative));
      return nullable(schema, std::move(made));
    }
    return nullable(schema, plain(schema));
  }

  // What a reference within the document points to, if `node` is one; else itself.
  const Notation& resolved(const Notation& node) const {
    if (!node.is_object() || !node.contains("$ref")) return node;
    const std::string ref = node["$ref"];
    if (!ref.starts_with("#/")) return node;
    const Notation::json_pointer place(ref.substr(1));
    return document_.contains(place) ? document_[place] : node;
  }

  // The named shapes that were used, with those they use themselves.
  Notation used_shapes() {
    Notation made = Notation::object();
    while (!wanted_.empty()) {
      const std::string name = *wanted_.begin();
      wanted_.erase(wanted_.begin());
      done_.insert(name);
      made[name] = shape(*schema_called(name));
    }
    std::set<std::string> names;
    for (const auto& [name, ignored] : made.items()) names.insert(name);
    Notation sorted = Notation::object();
    for (const std::string& name : names) sorted[name] = made[name];
    return sorted;
  }

 private:
  // nullptr when the document has no schema of this name.
  const Notation* schema_called(const std::string& name) const {
    const Notation::json_pointer place = Notation::json_pointer("/components/schemas") / name;
    return document_.contains(place) ? &document_[place] : nullptr;
  }

  Notation reference(const std::string& ref) {
    const std::string name = ref_name(ref);
    const bool local = ref.starts_with("#/components/schemas/");
    // Schemas of other documents are the errors' only; GHL's errors are in api/call.hpp.
    if (!local || schema_called(name) == nullptr) return "any";
    if (!done_.contains(name)) wanted_.insert(name);
    return "@" + name;
  }

  // One schema behind an allOf is that schema; several are merged when they all are objects.
  Notation all_of(const Notation& schema) {
    const Notation& parts = schema["allOf"];
    if (parts.size() == 1) {
      Notation made = shape(parts[0]);
      return schema.value("nullable", false) ? nullable(schema, std::move(made)) : made;
    }
    Notation members = Notation::object();
    for (const Notation& part : parts) {
      const Notation made = plain(resolved(part));
      if (made.is_object() && made.contains("members")) members.update(made["members"]);
    }
    return {{"members", members}};
  }

  Notation nullable(const Notation& schema, Notation made) {
    if (!schema.value("nullable", false)) return made;
    if (made.is_string()) {
      const std::string name = made.get<std::string>();
      if (name.starts_with('@')) return {{"any_of", Notation::array({made})}, {"nullable", true}};
      made = {{"type", name}};
    }
    made["nullable"] = true;
    return made;
  }

  Notation plain(const Notation& schema) {
    // The vendor gives some types as objects ({"type": {"type": "string"}}) and some texts as objects with an example.
    const Notation& given = schema.contains("type") ? schema["type"] : Notation("object");
    std::string type = given.is_string() ? given.get<std::string>() : "any";
    if (type == "array") return list(schema);
    if (type == "object") return object(schema);
    if (type == "string") type = "text";
    if (type != "text" && type != "number" && type != "integer" && type != "boolean") return "any";
    Notation made{{"type", type}};
    if (schema.contains("format") && schema["format"] == "binary") return "any";
    if (schema.contains("enum") && schema["enum"].is_array()) made["enum"] = schema["enum"];
    copy(schema, "default", made, "default");
    copy(schema, "minimum", made, "min");
    copy(schema, "maximum", made, "max");
    copy(schema, "minLength", made, "min");
    copy(schema, "maxLength", made, "max");
    return made.size() == 1 ? Notation(type) : made;
  }

  static void copy(const Notation& from, const char* key, Notation& to, const char* as) {
    if (from.contains(key)) to[as] = from[key];
  }

  Notation list(const Notation& schema) {
    Notation made{{"list", schema.contains("items") ? shape(schema["items"]) : Notation("any")}};
    copy(schema, "maxItems", made, "max");
    return made;
  }

  Notation object(const Notation& schema) {
    if (schema.contains("properties") && !schema["properties"].empty()) return members(schema);
    if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object()) {
      return {{"map", shape(schema["additionalProperties"])}};
    }
    const bool really_text = schema.contains("example") && schema["example"].is_string();
    return really_text ? "text" : "object";
  }

  Notation members(const Notation& schema) {
    std::set<std::string> required;
    if (schema.contains("required") && schema["required"].is_array()) {
      for (const Notation& name : schema["required"]) required.insert(name.get<std::string>());
    }
    Notation made = Notation::object();
    for (const auto& [name, member] : schema["properties"].items()) {
      made[required.contains(name) ? name + "!" : name] = shape(member);
    }
    return {{"members", made}};
  }

  const Notation& document_;
  std::set<std::string> wanted_;
  std::set<std::string> done_;
};

// An operation's parameters, with those of its path that it does not declare anew.
std::vector<Notation> all_parameters(const Importer& importer, const Notation& path_item, const Notation& operation) {
  std::vector<Notation> all;
  for (const Notation* owner : {&path_item, &operation}) {
    for (const Notation& written : owner->value("parameters", Notation::array())) {
      const Notation& parameter = importer.resolved(written);
      const auto same = [&](const Notation& other) {
        return other.value("in", "") == parameter.value("in", "") &&
               other.value("name", "") == parameter.value("name", "");
      };
      const auto known = std::ranges::find_if(all, same);
      if (known == all.end()) {
        all.push_back(parameter);
      } else {
        *known = parameter;
      }
    }
  }
  return all;
}

Notation read_query(Importer& importer, const std::vector<Notation>& parameters, Notation& versions) {
  Notation query = Notation::object();
  for (const Notation& parameter : parameters) {
    const std::string place = parameter.value("in", "");
    const std::string name = parameter.value("name", "");
    const Notation schema = parameter.value("schema", Notation::object());
    if (place == "header" && name == "Version" && schema.contains("enum")) versions = schema["enum"];
    if (place != "query") continue;
    query[parameter.value("required", false) ? name + "!" : name] = importer.shape(schema);
  }
  return query;
}

// The status that a response stands under; nullopt for "default" and "4XX".
std::optional<int> read_status(std::string_view text) {
  int status = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && text.size() == 3 && status >= 100 ? std::optional(status) : std::nullopt;
}

void import_responses(Importer& importer, const Notation& operation, Notation& made) {
  made["replies"] = Notation::object();
  made["errors"] = Notation::array();
  for (const auto& [written, given] : operation.value("responses", Notation::object()).items()) {
    const std::optional<int> status = read_status(written);
    if (!status) {  // no status to answer with: kept for drift to see
      made["other_responses"].push_back(written);
      continue;
    }
    if (*status < 200 || *status > 299) {
      made["errors"].push_back(*status);
      continue;
    }
    const Notation& response = importer.resolved(given);
    const bool json = response.contains("content") && response["content"].contains("application/json");
    const Notation none;
    const Notation& schema = json ? response["content"]["application/json"].value("schema", none) : none;
    made["replies"][written] = schema.is_object() ? importer.shape(schema) : Notation("any");
  }
}

Notation import_operation(Importer& importer, std::string_view method, const std::string& path,
                          const Notation& path_item, const Notation& operation) {
  std::string upper(method);
  for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
  Notation made{{"id", operation.value("operationId", "")}, {"route", upper + " " + path}};
  Notation versions = Notation::array();
  Notation query = read_query(importer, all_parameters(importer, path_item, operation), versions);
  made["versions"] = std::move(versions);
  Notation auth = Notation::object();
  for (const Notation& alternative : operation.value("security", Notation::array())) {
    for (const auto& [scheme, scopes] : alternative.items()) auth[scheme] = scopes;
  }
  made["auth"] = std::move(auth);
  if (operation.value("deprecated", false)) made["deprecated"] = true;
  if (!query.empty()) made["query"] = std::move(query);
  const Notation none = Notation::object();
  const Notation& request_body = importer.resolved(operation.contains("requestBody") ? operation["requestBody"] : none);
  if (request_body.contains("content")) {
    for (const auto& [type, content] : request_body["content"].items()) {
      if (made.contains("body")) {
        made["body_types"].push_back(type);
        continue;
      }
      made["body_types"] = Notation::array({type});
      made["body"] = importer.shape(content.value("schema", Notation::object()));
    }
  }
  import_responses(importer, operation, made);
  return made;
}

}  // namespace

Result<Notation> import_openapi(const Notation& document) try {
  if (!document.is_object() || !document.contains("paths") || !document.contains("components")) {
    return holdfast::fail(holdfast::ErrorKind::invalid_input, "this is no OpenAPI document: it has no paths");
  }
  Importer importer(document);
  Notation operations = Notation::array();
  for (const auto& [path, by_method] : document["paths"].items()) {
    for (const std::string_view method : methods) {
      const auto operation = by_method.find(method);
      if (operation == by_method.end()) continue;
      operations.push_back(import_operation(importer, method, path, by_method, *operation));
    }
  }
  return Notation{{"operations", std::move(operations)}, {"shapes", importer.used_shapes()}};
} catch (const nlohmann::json::exception& error) {
  return holdfast::fail(holdfast::ErrorKind::invalid_input,
                        std::string("the OpenAPI document is not as expected: ") + error.what());
}

}  // namespace mock_ghl::contract
