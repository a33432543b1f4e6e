#include "vapi_sim/wire/shape.hpp"

#include <gtest/gtest.h>

#include <set>

namespace vapi_sim {
namespace {

TEST(Shape, EveryCombinationOnceAndTheCapturedOneFirst) {
  const auto shapes = all_shapes();
  EXPECT_EQ(shapes.size(), 64U);
  EXPECT_EQ(shapes.front(), Shape{});
  std::set<std::string> names;
  for (const Shape& shape : shapes) names.insert(to_string(shape));
  EXPECT_EQ(names.size(), 64U);
}

TEST(Shape, NamesReadBack) {
  for (const Shape& shape : all_shapes()) EXPECT_EQ(parse_shape(to_string(shape)), shape);
  EXPECT_EQ(to_string(Shape{}), "all/nested/object/arguments/artifact");
  EXPECT_EQ(parse_shape(""), Shape{});
  EXPECT_EQ(parse_shape("string/flat"),
            (Shape{.nesting = Shape::Nesting::flat, .arguments = Shape::Arguments::string}));
  EXPECT_EQ(parse_shape("flat/round"), std::nullopt);
}

}  // namespace
}  // namespace vapi_sim
