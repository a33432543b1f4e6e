// Changes of JSON for fuzzers that leave most of it JSON, which blind changes seldom do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.hpp"

// libFuzzer's own mutation, there in every fuzzer: changes `size` bytes at `data` to at most `max_size` in place.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace holdfast::tests {

// The texts between quotes in a JSON body, as (position, size) without the quotes; keys are among them.
inline std::vector<std::pair<std::size_t, std::size_t>> texts_of(std::string_view body) {
  std::vector<std::pair<std::size_t, std::size_t>> texts;
  for (auto open = body.find('"'); open != std::string_view::npos; open = body.find('"', open)) {
    auto close = open + 1;
    while (close < body.size() && body[close] != '"') close += body[close] == '\\' ? 2 : 1;
    if (close >= body.size()) break;
    texts.emplace_back(open + 1, close - open - 1);
    open = close + 1;
  }
  return texts;
}

// Lets libFuzzer change a text, by at most `room` more bytes. Only in fuzzers.
inline std::string mutated(std::string text, std::size_t room) {
  const std::size_t size = text.size();
  text.resize(size + room);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

// Changes one text of a JSON body, by at most `room` more bytes, and leaves the rest JSON. Only in fuzzers.
inline std::string with_another_text(std::string body, SplitMix64& random, std::size_t room) {
  const auto texts = texts_of(body);
  if (texts.empty()) return mutated(std::move(body), room);
  const auto [at, size] = texts[random.below(texts.size())];
  std::string changed = body.substr(at, size);
  if (random.chance(0.3)) {
    const auto [other_at, other_size] = texts[random.below(texts.size())];
    changed += body.substr(other_at, other_size);
  } else {
    changed = mutated(std::move(changed), room);
  }
  std::erase_if(changed, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' '; });
  return body.replace(at, size, changed);
}

}  // namespace holdfast::tests
