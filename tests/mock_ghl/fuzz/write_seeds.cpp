// write_seeds DIR: the seed corpus as DIR/corpus/NAME and the dictionary as DIR/words.dict, for libFuzzer.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/mock_ghl/fuzz/request_seeds.hpp"

namespace {

// libFuzzer refuses a dictionary with longer words.
constexpr std::size_t word_max = 64;

std::string escaped(const std::string& word) {
  std::string text;
  for (const char c : word) {
    char code[8];
    const bool plain = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    std::snprintf(code, sizeof code, plain ? "%c" : "\\x%02X", static_cast<unsigned char>(c));
    text += code;
  }
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "write_seeds DIR\n");
    return 3;
  }
  const std::filesystem::path folder = arguments[1];
  std::filesystem::remove_all(folder / "corpus");
  std::filesystem::create_directories(folder / "corpus");
  for (const mock_ghl::fuzz::Seed& seed : mock_ghl::fuzz::make_seeds()) {
    std::ofstream(folder / "corpus" / seed.name, std::ios::binary) << seed.bytes;
  }
  std::ofstream dictionary(folder / "words.dict");
  for (const std::string& word : mock_ghl::fuzz::dictionary_words()) {
    if (!word.empty() && word.size() <= word_max) dictionary << '"' << escaped(word) << "\"\n";
  }
  dictionary.close();
  return dictionary ? 0 : 4;
}
