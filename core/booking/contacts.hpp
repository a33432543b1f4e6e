// ContactDesk: finds or makes the GHL contact of a person, never a second one (peers.md bugs 20-22).
#pragma once

#include <string>
#include <string_view>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// Looks up by phone and by email side by side; where the two name different contacts the one whose name fits better
// wins, the phone's in doubt. A found contact is used as it is: a name misheard on the phone never overwrites the one
// on file. Finding and making are
// apart, so that a caller whose slot is gone leaves no contact behind. Making is an upsert with both fields, which GHL
// matches again on its side.
class ContactDesk {
 public:
  explicit ContactDesk(Context& context) : context_(context) {}

  // The contact of this person, or an empty id when GHL knows nobody by that phone or email.
  net::Task<Result<std::string>> find(Person person, Instant deadline);
  // Makes the contact that find() did not find; its id. A lost or refused answer is settled by looking again.
  net::Task<Result<std::string>> make(Person person, Instant deadline);

 private:
  Context& context_;
};

// How well two names fit: 0 no, 1 alike (same last or first name, or within two edits), 2 the same. Case and spaces
// aside.
int name_fit(std::string_view heard, std::string_view on_file);

}  // namespace holdfast::booking
