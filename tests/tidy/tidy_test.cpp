// The rules of the house, checked on the sources themselves. Each rule is a pure function over text, and each has a
// test that shows it failing on a text that breaks it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

const fs::path root = HOLDFAST_SOURCE_DIR;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// All sources of the project's own rooms, relative to the root, in order.
std::vector<std::string> sources(const std::vector<std::string>& folders) {
  std::vector<std::string> found;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cpp" || extension == ".hpp") found.push_back(fs::relative(entry.path(), root).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

// The room a path belongs to: "core/ghl", "mock_ghl", …
std::string room_of(const std::string& path) {
  const auto slash = path.find('/');
  const std::string first = path.substr(0, slash);
  if (first != "core") return first;
  return path.substr(0, path.find('/', slash + 1));
}

// What each room may include: itself and these.
const std::map<std::string, std::set<std::string>> floors{
    {"core/base", {}},
    {"core/net", {"core/base"}},
    {"core/ledger", {"core/base", "core/net"}},
    {"core/ghl", {"core/base", "core/net"}},
    {"core/vapi", {"core/base"}},
    {"core/booking", {"core/base", "core/net", "core/ledger", "core/ghl", "core/vapi"}},
    {"core/daemon", {"core/base", "core/net", "core/ledger", "core/ghl", "core/vapi", "core/booking"}},
    {"mock_ghl", {"core/base", "core/net"}},
    {"vapi_sim", {"core/base", "core/net"}},
    {"scenarios",
     {"core/base", "core/net", "core/ledger", "core/ghl", "core/vapi", "core/booking", "core/daemon", "mock_ghl",
      "vapi_sim"}},
};

std::vector<std::string> upward_includes(const std::string& path, const Lines& lines) {
  std::vector<std::string> broken;
  const auto allowed = floors.find(room_of(path));
  if (allowed == floors.end()) return {path + ": no such room in the table of floors"};
  for (const std::string& line : lines) {
    if (!line.starts_with("#include \"")) continue;
    const std::string target = line.substr(10, line.find('"', 10) - 10);
    const std::string room = room_of(target);
    if (room != allowed->first && !allowed->second.contains(room)) broken.push_back(path + " includes " + target);
  }
  return broken;
}

std::string trimmed(const std::string& line) {
  const auto first = line.find_first_not_of(' ');
  return first == std::string::npos ? "" : line.substr(first);
}

bool is_comment(const std::string& line) {
  return trimmed(line).starts_with("//");
}

std::string word_after(const std::string& text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
  return text.substr(from, end - from);
}

// A line that begins a declaration somebody outside may use. Heuristic, made for this house's format.
bool begins_declaration(const std::string& line) {
  const std::string text = trimmed(line);
  static const std::vector<std::string> not_declarations{
      "#",       "}",       "{",    "public:", "private:", "protected:",          "namespace",   "using ",
      "friend ", "return ", "for ", "if ",     ":",        "const std::string& ", "extern \"C\""};
  if (text.empty() || is_comment(text)) return false;
  for (const std::string& start : not_declarations) {
    if (text.starts_with(start) && !text.starts_with("const std::string& text() ")) return false;
  }
  if (text.find("= delete") != std::string::npos || text.find("= default") != std::string::npos) return false;
  if (text.find(" override") != std::string::npos || text.starts_with("~") || text.starts_with("virtual ~"))
    return false;
  return text.starts_with("class ") || text.starts_with("struct ") || text.starts_with("enum ") ||
         text.find('(') != std::string::npos;
}

// Classes and functions of a header that stand without a comment. A declaration directly under another one, without a
// blank line between, shares its comment.
std::vector<std::string> undocumented(const std::string& path, const Lines& lines) {
  std::vector<std::string> broken;
  if (lines.empty() || !is_comment(lines.front())) broken.push_back(path + ":1 the header has no opening comment");
  int depth = 0;  // of braces, namespaces not counted
  bool in_private = false;
  bool covered = false;    // the line before was a comment or a covered declaration
  bool continues = false;  // the line before has not ended its declaration
  bool in_raw_string = false;
  std::string class_name;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string text = trimmed(lines[i]);
    // What stands in a raw string is text, not code.
    if (in_raw_string) {
      in_raw_string = text.find(")css\"") == std::string::npos && text.find(")\"") == std::string::npos;
      continue;
    }
    in_raw_string = text.find("R\"") != std::string::npos && text.find(")\"") == std::string::npos;
    if (text.starts_with("private:") || text.starts_with("protected:")) in_private = true;
    if (text.starts_with("public:")) in_private = false;
    std::string whole = text;  // the declaration up to its end, where it runs over several lines
    for (std::size_t j = i; j + 1 < lines.size() && whole.find_first_of(";{") == std::string::npos; ++j) {
      whole += " " + trimmed(lines[j + 1]);
    }
    const bool is_type = text.starts_with("class ") || text.starts_with("struct ");
    const bool forward = is_type && text.ends_with(";") && text.find('{') == std::string::npos;
    const bool detail = depth == 0 || (depth == 1 && !in_private);
    if (is_type && !forward && depth == 0) class_name = word_after(text, text.find(' ') + 1);
    // A constructor that does nothing but take its members is explained by its class.
    const bool constructor =
        !class_name.empty() && depth == 1 &&
        whole.find(class_name + "(") < whole.find(' ') + 1 + (whole.starts_with("explicit ") ? 40 : 0);
    if (!text.empty() && !continues && detail && !forward && !constructor && begins_declaration(whole) && !covered) {
      broken.push_back(path + ":" + std::to_string(i + 1) + " has no comment: " + text);
    }
    covered = is_comment(lines[i]) || (covered && !text.empty()) || (begins_declaration(lines[i]) && !text.empty());
    if (text.empty()) covered = false;
    if (text.starts_with("public:")) covered = false;
    if (is_comment(lines[i]) || text.starts_with("#")) {
      continues = false;
      continue;
    }
    if (text.starts_with("namespace ") || text.starts_with("}  // namespace")) continue;
    const auto opened = std::count(text.begin(), text.end(), '{');
    const auto closed = std::count(text.begin(), text.end(), '}');
    depth = std::max(0, depth + static_cast<int>(opened - closed));  // a short namespace closes without its comment
    if (depth == 0) in_private = false;
    continues = !text.empty() && !text.ends_with(";") && !text.ends_with("{") && !text.ends_with("}") &&
                !text.ends_with(":") && !text.ends_with(">");
  }
  return broken;
}

const std::vector<std::string> rooms{"core", "mock_ghl", "vapi_sim", "scenarios"};

TEST(Tidy, NoIncludeRunsUpwards) {
  std::size_t files = 0;
  for (const std::string& path : sources(rooms)) {
    ++files;
    for (const std::string& broken : upward_includes(path, lines_of(read(root / path)))) ADD_FAILURE() << broken;
  }
  EXPECT_GT(files, 50U) << "the sources were not found";
}

TEST(Tidy, AnUpwardIncludeIsNoticed) {
  EXPECT_EQ(upward_includes("core/net/a.hpp", {"#include \"core/ghl/client.hpp\""}).size(), 1U);
  EXPECT_EQ(upward_includes("core/booking/a.hpp", {"#include \"mock_ghl/twin.hpp\""}).size(), 1U);
  EXPECT_TRUE(upward_includes("core/ghl/a.hpp", {"#include \"core/net/http.hpp\"", "#include <map>"}).empty());
}

TEST(Tidy, EveryPublicHeaderIsDocumented) {
  for (const std::string& path : sources(rooms)) {
    if (!path.ends_with(".hpp")) continue;
    for (const std::string& broken : undocumented(path, lines_of(read(root / path)))) ADD_FAILURE() << broken;
  }
}

TEST(Tidy, AMissingCommentIsNoticed) {
  EXPECT_EQ(undocumented("a.hpp", {"#pragma once"}).size(), 1U);
  EXPECT_EQ(
      undocumented("a.hpp", {"// A.", "", "class Bare {", " public:", "  // Says.", "  int said();", "};"}).size(), 1U);
  EXPECT_EQ(undocumented("a.hpp", {"// A.", "", "// B.", "class Bare {", " public:", "  int unsaid();", "};"}).size(),
            1U);
  EXPECT_TRUE(undocumented("a.hpp", {"// A.", "", "// B.", "class Bare {", " public:", "  // Says.", "  int said();",
                                     "", " private:", "  int hidden();", "};"})
                  .empty());
}

TEST(Tidy, FilesCanBeFinishedInOneSitting) {
  for (const std::string& path : sources({"core", "mock_ghl", "vapi_sim", "scenarios", "tests", "bench"})) {
    EXPECT_LE(lines_of(read(root / path)).size(), 700U) << path << " is too long: split it by topic";
  }
}

TEST(Tidy, EveryRoomSaysWhatLivesThere) {
  for (const auto& [room, below] : floors) {
    const fs::path readme = root / room / "README.md";
    EXPECT_TRUE(fs::exists(readme)) << readme;
    EXPECT_GT(read(readme).size(), 100U) << readme;
  }
}

}  // namespace
