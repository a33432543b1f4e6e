// Authentication: does a request present the secret it must.
#pragma once

#include "core/base/secret.hpp"
#include "core/net/http.hpp"

namespace holdfast::daemon {

// True when `headers` present `secret`, as "Authorization: Bearer <secret>" or "X-Vapi-Secret: <secret>"; either is
// enough (facts/vapi.md 1). The scheme is read without case and spaces around the token do not count. An empty secret
// is presented by nobody: nothing configured is not the same as anything goes. The time it takes tells nothing but
// lengths.
bool presents(const net::HttpHeaders& headers, const Secret& secret);

}  // namespace holdfast::daemon
