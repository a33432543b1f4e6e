#include "tests/mock_ghl/fuzz/request_pieces.hpp"

#include <algorithm>
#include <charconv>

namespace mock_ghl::fuzz {
namespace {

constexpr std::string_view length_field = "\r\nContent-Length: ";

std::size_t length_of(std::string_view head) {
  std::size_t length = 0;
  if (const auto at = head.find(length_field); at != std::string_view::npos) {
    const std::string_view digits = head.substr(at + length_field.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
  }
  return length;
}

}  // namespace

std::size_t body_of(std::string_view request) {
  const auto end = request.find("\r\n\r\n");
  return end == std::string_view::npos ? request.size() : end + 4;
}

std::vector<std::string> split_requests(std::string_view bytes) {
  std::vector<std::string> requests;
  while (!bytes.empty()) {
    const std::size_t head = body_of(bytes);
    const std::size_t size = head + std::min(length_of(bytes.substr(0, head)), bytes.size() - head);
    requests.emplace_back(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
  return requests;
}

std::string with_body(std::string_view request, std::string_view body) {
  std::string head(request.substr(0, body_of(request)));
  if (const auto at = head.find(length_field); at != std::string::npos) {
    const auto digits = at + length_field.size();
    const auto end = std::min(head.find("\r\n", digits), head.size());
    head.replace(digits, end - digits, std::to_string(body.size()));
  }
  head += body;
  return head;
}

}  // namespace mock_ghl::fuzz
