// What the request fuzzer begins with, drawn from the contract: at least one request of every operation as a client
// would send it, so that coverage starts behind the token check, and the words it mixes in.
#pragma once

#include <string>
#include <vector>

namespace mock_ghl::fuzz {

// One input of the corpus; the name is its file's.
struct Seed {
  std::string name;
  std::string bytes;
};

// Every operation in each dialect, once with the required fields and once with all; the probe's cases as one
// conversation; the admin routes and the consent page.
std::vector<Seed> make_seeds();

// Route words, header names, versions, scopes, fields, ids and tokens, each once.
std::vector<std::string> dictionary_words();

}  // namespace mock_ghl::fuzz
