// The two pages of the consent flow as HTML: complete documents without scripts or anything from elsewhere.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/net/http.hpp"

namespace mock_ghl::api {

// A place the app can be installed on.
struct ConsentChoice {
  std::string value;  // of the form field "resource"
  std::string name;
  std::string detail;
  bool installed = false;
};

// What the page shows. Texts are plain; the page escapes them.
struct ConsentView {
  std::string app_name;
  std::string redirect_host;
  std::vector<std::string> scopes;
  std::vector<ConsentChoice> choices;
  std::vector<std::pair<std::string, std::string>> hidden;  // form fields that come back with the choice
  std::string complaint;                                    // shown above the choices unless empty
};

// The page on which a person picks a location and agrees.
holdfast::net::HttpResponse consent_page(int status, const ConsentView& view);
// GHL's error page: a code such as "error.noversionid", and what it means.
holdfast::net::HttpResponse consent_error_page(std::string_view code, std::string_view explanation);
// Text that is safe as HTML, in attributes too; bytes that are not ASCII stay.
std::string escape_html(std::string_view text);

}  // namespace mock_ghl::api
