#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

Answer get_location(Call& call) {
  if (call.captures.at(0) != call.location->id) return foreign_location(call);
  const Location& location = *call.location;
  JsonText text;
  text.begin_object().begin_object("location").member("id", location.id).member("name", location.name);
  text.member("country", location.country).member("timezone", location.timezone);
  text.begin_object("settings").member("allowDuplicateContact", location.allow_duplicate_contact);
  text.member("allowDuplicateOpportunity", location.allow_duplicate_opportunity)
      .member("allowFacebookNameMerge", false);
  text.member("disableContactTimezone", false).end_object().end_object();
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
