// Which operations the whole test program drove, in which dialect and with which answers.
#pragma once

#include "core/net/http.hpp"

namespace mock_ghl::tests {

// Takes down one answer of a twin. After a run of all tests the program fails when an operation that is built never
// succeeded in one of its dialects, or never gave one of the errors it declares (issue 3, "Must be shown"). A run of
// some tests (--gtest_filter) or a failed one is not judged. One thread.
void note_answer(const holdfast::net::HttpRequest& request, const holdfast::net::HttpResponse& response);

}  // namespace mock_ghl::tests
