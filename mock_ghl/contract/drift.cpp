#include "mock_ghl/contract/drift.hpp"

#include <fstream>

#include "core/base/file.hpp"
#include "core/base/json.hpp"
#include "mock_ghl/contract/openapi.hpp"

namespace mock_ghl::contract {

using holdfast::Result;

namespace {

auto unusable(const std::string& path, const std::string& why) {
  return holdfast::fail(holdfast::ErrorKind::configuration, path + ": " + why);
}

std::string file_name(std::string_view resource, Dialect dialect) {
  return std::string(resource) + (dialect == Dialect::v3 ? "-v3" : "") + ".json";
}

Result<Notation> import_file(const std::string& path) {
  const auto text = holdfast::read_file(path);
  if (!text) {
    return unusable(path, text.error().message + "; --spec names the folder with calendars.json and v3/");
  }
  const Notation document = Notation::parse(*text, nullptr, false);
  if (document.is_discarded()) return unusable(path, holdfast::parse_json(*text).error().message);
  auto imported = import_openapi(document);
  if (!imported) return unusable(path, imported.error().message);
  return imported;
}

// Operations by "METHOD path": ids repeat, and their order means nothing.
Notation by_route(const Notation& operations) {
  Notation made = Notation::object();
  for (const Notation& operation : operations) made[operation.value("route", "")] = operation;
  return made;
}

void compare_value(const Notation& vendor, const Notation& ours, const std::string& where,
                   std::vector<Difference>& found) {
  if (vendor == ours) return;
  if (!vendor.is_object() || !ours.is_object()) return found.push_back({where, vendor.dump(), ours.dump()});
  const std::string begin = where + (where.ends_with(' ') ? "" : ".");
  for (const auto& [key, value] : vendor.items()) {
    if (ours.contains(key)) {
      compare_value(value, ours[key], begin + key, found);
    } else {
      found.push_back({begin + key, value.dump(), ""});
    }
  }
  for (const auto& [key, value] : ours.items()) {
    if (!vendor.contains(key)) found.push_back({begin + key, "", value.dump()});
  }
}

}  // namespace

Result<Notation> import_folder(const std::string& folder, Dialect dialect) {
  Notation documents = Notation::object();
  for (const std::string_view resource : resource_names) {
    const std::string path = folder + (dialect == Dialect::v3 ? "/v3/" : "/") + file_name(resource, dialect);
    auto document = import_file(path);
    if (!document) return document;
    documents[std::string(resource)] = std::move(*document);
  }
  return documents;
}

std::vector<Difference> compare(const Notation& vendor, const Notation& ours) {
  std::vector<Difference> found;
  for (const std::string_view name : resource_names) {
    const std::string resource(name);
    const Notation none{{"operations", Notation::array()}, {"shapes", Notation::object()}};
    const Notation& theirs = vendor.contains(resource) ? vendor[resource] : none;
    const Notation& mine = ours.contains(resource) ? ours[resource] : none;
    compare_value(by_route(theirs["operations"]), by_route(mine["operations"]), resource + " ", found);
    compare_value(theirs["shapes"], mine["shapes"], resource + " shape ", found);
  }
  return found;
}

Result<void> write_vendor_files(const Notation& documents, Dialect dialect, const std::string& folder) {
  for (const auto& [resource, document] : documents.items()) {
    const std::string path = folder + "/" + file_name(resource, dialect);
    std::string text = "{\"operations\": [";
    const char* separator = "\n";
    for (const Notation& operation : document["operations"]) {
      text += separator + operation.dump();
      separator = ",\n";
    }
    text += "\n],\n\"shapes\": {";
    separator = "\n";
    for (const auto& [name, shape] : document["shapes"].items()) {
      text += separator + Notation(name).dump() + ": " + shape.dump();
      separator = ",\n";
    }
    text += "\n}}\n";
    std::ofstream file(path, std::ios::binary);
    file << text;
    if (!file.flush()) return unusable(path, "the file cannot be written");
  }
  return {};
}

}  // namespace mock_ghl::contract
