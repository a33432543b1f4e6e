// libFuzzer's entry points: raw bytes through the server's parser into the twin. HOLDFAST_FUZZ_SUMMARY=1 prints how far
// the inputs came when it ends.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>

#include "core/base/random.hpp"
#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/api/routes.hpp"
#include "tests/mock_ghl/fuzz/request_pieces.hpp"
#include "tests/mock_ghl/fuzz/request_world.hpp"
#include "tests/support/json_mutation.hpp"

namespace {

using namespace mock_ghl;
using holdfast::SplitMix64;
using holdfast::tests::mutated;
using holdfast::tests::with_another_text;

struct Summary {
  std::uint64_t inputs = 0;
  std::uint64_t refused = 0;  // by the parser
  std::uint64_t admin = 0;
  std::map<int, std::uint64_t> by_class;         // of the answers without the admin's: 2 for 2xx, 0 for none
  std::set<std::string, std::less<>> succeeded;  // operations
};

Summary& summary() {
  static Summary kept;
  return kept;
}

void count(const fuzz::Played& played) {
  Summary& sum = summary();
  ++sum.inputs;
  sum.refused += played.refusal.has_value();
  for (const fuzz::Exchange& exchange : played.exchanges) {
    if (is_admin_request(exchange.request)) {
      ++sum.admin;
      continue;
    }
    ++sum.by_class[exchange.response.abandoned ? 0 : exchange.response.status / 100];
    const auto target = holdfast::net::parse_target(exchange.request.target);
    const api::RouteMatch match = api::match_route(exchange.request.method, target.path);
    if (match.route != nullptr && exchange.response.status / 100 == 2) sum.succeeded.emplace(match.route->operation);
  }
}

void print_summary() {
  const Summary& sum = summary();
  std::fprintf(stderr, "summary: %llu inputs, %llu refused by the parser, %llu admin requests, answers:",
               static_cast<unsigned long long>(sum.inputs), static_cast<unsigned long long>(sum.refused),
               static_cast<unsigned long long>(sum.admin));
  for (const auto& [status_class, times] : sum.by_class) {
    std::fprintf(stderr, " %dxx %llu", status_class, static_cast<unsigned long long>(times));
  }
  std::fprintf(stderr, "; %zu operations with a 2xx\n", sum.succeeded.size());
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// As much of the requests as fits.
std::size_t put(const std::vector<std::string>& requests, std::uint8_t* data, std::size_t max_size) {
  std::size_t size = 0;
  for (const std::string& request : requests) {
    if (size + request.size() > max_size) break;
    std::memcpy(data + size, request.data(), request.size());
    size += request.size();
  }
  return size;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  // Read before the first input, whose time limit is not for this.
  fuzz::fuzz_fixture();
  summary();
  if (std::getenv("HOLDFAST_FUZZ_SUMMARY") != nullptr) std::atexit(print_summary);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Played played = fuzz::play(view(data, size));
  count(played);
  for (const std::string& fault : played.faults) std::fprintf(stderr, "fault: %s\n", fault.c_str());
  if (!played.faults.empty()) std::abort();
  return 0;
}

// One request is changed: sometimes as it stands, otherwise its head or its body alone, and then its
// Content-Length stays true and the requests behind it keep their meaning.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  SplitMix64 random(seed);
  std::vector<std::string> requests = fuzz::split_requests(view(data, size));
  if (requests.empty() || random.chance(0.15)) return LLVMFuzzerMutate(data, size, max_size);
  const std::size_t room = std::min<std::size_t>(max_size - std::min(size, max_size), 128);
  std::string& request = requests[random.below(requests.size())];
  const std::size_t body = fuzz::body_of(request);
  if (body < request.size() && random.chance(0.7)) {
    std::string old = request.substr(body);
    request = fuzz::with_body(
        request, random.chance(0.6) ? with_another_text(std::move(old), random, room) : mutated(std::move(old), room));
  } else {
    request = mutated(request.substr(0, body), room) + request.substr(body);
  }
  const std::size_t made = put(requests, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}

// Some requests of one input, and then some of another.
extern "C" std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                                 const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                                 std::size_t out_size_max, unsigned int seed) {
  SplitMix64 random(seed);
  std::vector<std::string> requests = fuzz::split_requests(view(first, first_size));
  const std::vector<std::string> more = fuzz::split_requests(view(second, second_size));
  if (!requests.empty()) requests.resize(1 + random.below(requests.size()));
  const std::size_t from = more.empty() ? 0 : random.below(more.size());
  requests.insert(requests.end(), more.begin() + static_cast<std::ptrdiff_t>(from), more.end());
  return put(requests, out, out_size_max);
}
