#include "core/base/file.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace holdfast {
namespace {

TEST(ReadFile, GivesTheBytesAsTheyAre) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "holdfast_read_file";
  const std::string text("line\r\n\0end", 10);
  std::ofstream(path, std::ios::binary) << text;
  const auto read = read_file(path.string());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, text);
  std::filesystem::remove(path);
}

TEST(ReadFile, SaysWhyItCannot) {
  const auto missing = read_file("/nonexistent/file");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::configuration);
  EXPECT_EQ(missing.error().message, "the file cannot be read: No such file or directory");
  const auto folder = read_file("/");
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, "it is a folder; name a file");
}

}  // namespace
}  // namespace holdfast
