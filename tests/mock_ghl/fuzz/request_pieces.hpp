// Inputs taken apart into requests and put together again, so that a mutation leaves the rest of an input readable.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mock_ghl::fuzz {

// The requests of an input, by their Content-Length; what cannot be told apart is one piece. Their concatenation is the
// input.
std::vector<std::string> split_requests(std::string_view bytes);
// The request with another body, and the Content-Length that goes with it.
std::string with_body(std::string_view request, std::string_view body);
// The texts between quotes in a JSON body, as (position, size) without the quotes; keys are among them.
std::vector<std::pair<std::size_t, std::size_t>> texts_of(std::string_view body);
// Where its body begins; its end when it has none.
std::size_t body_of(std::string_view request);

}  // namespace mock_ghl::fuzz
