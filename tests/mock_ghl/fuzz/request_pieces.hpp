// Inputs taken apart into requests and put together again, so that a mutation leaves the rest of an input readable.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mock_ghl::fuzz {

// The requests of an input, by their Content-Length; what cannot be told apart is one piece. Their concatenation is the
// input.
std::vector<std::string> split_requests(std::string_view bytes);
// The request with another body, and the Content-Length that goes with it.
std::string with_body(std::string_view request, std::string_view body);
// Where its body begins; its end when it has none.
std::size_t body_of(std::string_view request);

}  // namespace mock_ghl::fuzz
