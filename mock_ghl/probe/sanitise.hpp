// Sanitise: recorded traffic without secrets and personal data. Equal values become equal stand-ins, so that a
// recording still shows which contact was found again.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/net/http.hpp"

namespace mock_ghl {

// Replaces what identifies a person or opens a door. One per recording: its stand-ins are counted from 1. Ids, times,
// statuses, enumerated values and small numbers stay, and so do the words of a refusal, but for phones and addresses in
// them; free text, names, addresses, phones, e-mails and tokens do not.
class Sanitiser {
 public:
  // One exchange as JSON: {"request":{method,target,headers,body},"response":{status,headers,body}}. Bodies that are
  // JSON stay JSON; of others only the length is kept.
  holdfast::Json exchange(const holdfast::net::HttpRequest& request, const holdfast::net::HttpResponse& response);
  // A path with its query.
  std::string target(std::string_view given);

 private:
  // Whose words a "message" is: GHL's own in a refusal, a person's anywhere else.
  enum class Words { of_a_person, of_a_refusal };

  std::string stand_in(std::string_view kind, const std::string& given);
  std::string phone_stand_in(std::string_view given);
  std::string refusal_words(const std::string& given);
  holdfast::Json value(const holdfast::Json& given, Words words);
  holdfast::Json member(std::string_view key, const holdfast::Json& given, Words words);
  std::string text(std::string_view key, const std::string& given, Words words);
  holdfast::Json number(std::string_view key, const holdfast::Json& given);
  std::string path(std::string_view given);
  holdfast::Json headers(const holdfast::net::HttpHeaders& given) const;
  holdfast::Json body(const holdfast::net::HttpHeaders& headers, const std::string& given, Words words);

  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> stand_ins_;
};

}  // namespace mock_ghl
