// ContactDesk: finds or makes the GHL contact of a person, never a second one and never somebody else's (peers.md bugs
// 20-22, docs/saga.md 1).
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// What GHL knows of the person's number and address.
struct KnownContacts {
  std::string fitting_id;       // the contact that is this person; empty: there is none, make one
  bool phone_is_taken = false;  // by a contact whose name is another person's
  bool email_is_taken = false;
};

// As people call the contact.
std::string name_of(const ghl::Contact& contact);

// Whose an appointment of ours is, by the contact that it is at now.
enum class Owner {
  same,    // the contact that it was made for
  merged,  // another, into which the office merged that one: the same person
  other,   // somebody else's: the office gave it away
};
// One read or two where the contact has changed. An error where GHL cannot say.
net::Task<Result<Owner>> owner_of(Context& context, ghl::Appointment stored, ledger::Intent intent, Instant deadline);

// The contact a booking is made for.
struct PreparedContact {
  std::string id;
  bool made = false;  // by this wish: a correction may change it
};

// A found contact is used only when its name fits the attendee's; a name misheard on the phone never overwrites the one
// on file. Finding and making are apart, so that a caller whose slot is gone leaves no contact behind.
class ContactDesk {
 public:
  explicit ContactDesk(Context& context) : context_(context) {}

  // Looks up by phone and by e-mail side by side. Where both name fitting contacts the phone's is taken.
  net::Task<Result<KnownContacts>> find(Person person, Instant deadline);
  // Makes the contact that find() did not find. What belongs to somebody else is left out (the note on the booking
  // names it). A lost or refused answer is settled by looking again.
  net::Task<Result<PreparedContact>> make(Person person, KnownContacts known, Instant deadline);

 private:
  // Whose number or address it is since a moment ago; the id is empty when the answer was lost.
  struct Recent {
    std::string id;
    std::string name;
    Instant at{};
    bool may_exist = false;  // its making was asked for and the answer lost
  };

  net::Task<Result<PreparedContact>> create(Person person, KnownContacts known, Instant deadline);
  net::Task<bool> is_gone(std::string id, Instant made_at, Instant deadline);
  static std::vector<std::string> keys_of(const Person& person);
  void forget_old();

  Context& context_;
  std::set<std::string> busy_;            // numbers and addresses of contacts being made
  std::map<std::string, Recent> recent_;  // by number and by address
  Instant forget_at_{};                   // when the old ones are looked for next
};

}  // namespace holdfast::booking
