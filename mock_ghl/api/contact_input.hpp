// What the handlers of contacts share: finding one, and reading what a client writes into one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The living contact that the path's first capture names, else the refusal: 400 in the short form when there is none
// (quirk 38), 403 when it is another location's.
std::optional<Answer> find_contact(Call& call, const Contact*& contact);

// Writes what a create, upsert or update holds over `fields`; what is absent or null stays. Refuses only a dateOfBirth
// in a format that GHL does not read.
std::optional<Answer> read_contact_fields(const Call& call, ContactFields& fields);

// The date in one of GHL's eight formats (facts/ghl.md 5.1) as "YYYY-MM-DD"; "" when it is in none.
std::string read_date_of_birth(std::string_view text);

// Makes the tags that the location does not have yet: a tag that is put on a contact is the location's from then on.
void keep_tags(Call& call, const std::vector<std::string>& names);

// {"succeded": true}; v3 spells it right as well (quirk 40).
holdfast::Json succeeded(const Call& call);

// The texts of a list in the body.
std::vector<std::string> texts_of(const holdfast::Json& body, std::string_view key);
// The same, each once, where it stands first.
std::vector<std::string> distinct_texts_of(const holdfast::Json& body, std::string_view key);

}  // namespace mock_ghl::api
