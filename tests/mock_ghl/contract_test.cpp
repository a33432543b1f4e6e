// Shapes, and how the vendor's documents are read.
#include <gtest/gtest.h>

#include "mock_ghl/contract/drift.hpp"
#include "mock_ghl/contract/openapi.hpp"

namespace mock_ghl::tests {
namespace {

using contract::Notation;
using holdfast::Json;

std::vector<std::string> complaints(const Notation& notation, const Json& body) {
  contract::Shapes shapes;
  const auto shape = shapes.read(notation);
  EXPECT_TRUE(shape.has_value());
  return contract::check_body(**shape, body);
}

using Texts = std::vector<std::string>;

TEST(Shape, ATextIsAsLongAsJavaScriptSaysItIs) {
  const Notation shape{{"members", {{"name", {{"type", "text"}, {"min", 2}, {"max", 4}}}}}};
  const auto of = [&](const char* name) { return complaints(shape, {{"name", name}}); };
  EXPECT_EQ(of("abcd"), Texts{});
  EXPECT_EQ(of("äöüß"), Texts{}) << "eight bytes";
  EXPECT_EQ(of("日本語"), Texts{}) << "nine bytes";
  EXPECT_EQ(of("😀😀"), Texts{}) << "two units of UTF-16 each";
  EXPECT_EQ(of("😀😀a"), Texts{"name must be shorter than or equal to 4 characters"});
  EXPECT_EQ(of("ä"), Texts{"name must be longer than or equal to 2 characters"});
  EXPECT_EQ(of("😀"), Texts{});
}

TEST(Shape, ARefusalHasABoundedSize) {
  const Notation numbers{{"members", {{"list", {{"list", "number"}}}}}};
  Json wrong = Json::array();
  for (int i = 0; i < 100'000; ++i) wrong.push_back("x");
  const Texts found = complaints(numbers, {{"list", wrong}});
  EXPECT_EQ(found.size(), 100U);
  EXPECT_EQ(found[99], "list.99 must be a number conforming to the specified constraints");

  Json unknown = Json::object();
  for (int i = 0; i < 1'000; ++i) unknown["surprise" + std::to_string(i)] = 1;
  EXPECT_EQ(complaints(numbers, unknown).size(), 100U);

  const Notation map{{"members", {{"map", {{"map", {{"list", "number"}}}}}}}};
  const Json named{{"map", {{std::string(1'000'000, 'k'), wrong}}}};
  EXPECT_EQ(complaints(map, named).size(), 1U) << "each message would carry the megabyte";
}

Notation document(const Notation& path_item, const Notation& components = Notation::object()) {
  return {{"paths", {{"/things", path_item}}}, {"components", components}};
}

Notation import_only(const Notation& written) {
  const auto imported = contract::import_openapi(written);
  EXPECT_TRUE(imported.has_value()) << imported.error().message;
  return imported ? (*imported)["operations"][0] : Notation();
}

TEST(OpenApi, ResponsesWithoutAStatusAreKeptApart) {
  const Notation operation = import_only(document({{"get",
                                                    {{"operationId", "get-things"},
                                                     {"responses",
                                                      {{"200", {{"description", ""}}},
                                                       {"default", {{"description", ""}}},
                                                       {"4XX", {}},
                                                       {"422", {}},
                                                       {"9", {}}}}}}}));
  EXPECT_EQ(operation["replies"], (Notation{{"200", "any"}}));
  EXPECT_EQ(operation["errors"], Notation::array({422}));
  EXPECT_EQ(operation["other_responses"], Notation::array({"default", "4XX", "9"}));
}

TEST(OpenApi, ParametersOfThePathAreThoseOfItsOperations) {
  const auto parameter = [](const char* name, bool required) {
    return Notation{{"in", "query"}, {"name", name}, {"required", required}, {"schema", {{"type", "string"}}}};
  };
  const Notation shared = {{"$ref", "#/components/parameters/Page"}};
  const Notation operation = import_only(
      document({{"parameters", Notation::array({parameter("a", false), parameter("b", false), shared})},
                {"get", {{"operationId", "get-things"}, {"parameters", Notation::array({parameter("b", true)})}}}},
               {{"parameters", {{"Page", parameter("page", false)}}}}));
  EXPECT_EQ(operation["query"], (Notation{{"a", "text"}, {"b!", "text"}, {"page", "text"}}));
}

TEST(OpenApi, WhatIsMissingBehindAReferenceIsAnything) {
  const Notation missing{{"$ref", "#/components/schemas/Nowhere"}};
  const auto body = [](const Notation& schema) {
    return document({{"post",
                      {{"operationId", "make-thing"},
                       {"requestBody", {{"content", {{"application/json", {{"schema", schema}}}}}}}}}});
  };
  EXPECT_EQ(import_only(body(missing))["body"], "any");
  const Notation merged = import_only(body({{"allOf", Notation::array({missing, missing})}}))["body"];
  EXPECT_EQ(merged, (Notation{{"members", Notation::object()}}));
}

TEST(Drift, PlacesAreNamedTheSameOnBothSides) {
  const Notation none{{"calendars", {{"operations", Notation::array()}, {"shapes", Notation::object()}}}};
  Notation one = none;
  one["calendars"]["shapes"]["Newcomer"] = "text";
  for (const auto& found : {contract::compare(one, none), contract::compare(none, one)}) {
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].where, "calendars shape Newcomer");
  }
}

}  // namespace
}  // namespace mock_ghl::tests
