// dispatch(): a table of routes as a server. What every family of routes shares.
#pragma once

#include <string>

#include "core/net/http.hpp"
#include "core/net/router.hpp"

namespace holdfast::daemon::routes {

// {"error": sentence}; the sentence says what to do instead.
net::HttpResponse error_response(int status, const std::string& sentence);

// Answers `request` by its route; never throws. 404 with `nothing_here` when no path fits, 405 with Allow when only the
// method does not, 500 when the handler threw (the log says what). A HEAD goes to the GET's handler. `router` must
// outlive the answer.
net::Task<net::HttpResponse> dispatch(const net::Router& router, net::HttpRequest request, std::string nothing_here);

}  // namespace holdfast::daemon::routes
