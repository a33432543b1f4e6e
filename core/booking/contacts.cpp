#include "core/booking/contacts.hpp"

#include <algorithm>
#include <utility>

#include "core/booking/identity.hpp"

namespace holdfast::booking {
namespace {

constexpr Duration busy_pause = milliseconds(50);
// Longer than any search lags.
constexpr Duration recent_for = minutes(10);

net::Task<Result<ghl::Contact>> nobody() {
  co_return ghl::Contact{};
}

bool may_have_happened(const Error& error) {
  return !error.not_sent && (error.kind == ErrorKind::unknown_outcome || error.kind == ErrorKind::deadline_exceeded ||
                             error.kind == ErrorKind::transient);
}

ghl::ContactDraft draft_of(const Person& person, const KnownContacts& known) {
  return {.first_name = person.first_name,
          .last_name = person.last_name,
          .email = known.email_is_taken ? "" : person.email,
          .phone = known.phone_is_taken ? "" : person.phone,
          .timezone = "",
          .source = "phone assistant"};
}

}  // namespace

std::string name_of(const ghl::Contact& contact) {
  const std::string name = Person{contact.first_name, contact.last_name, "", ""}.full_name();
  return name.empty() ? contact.full_name : name;
}

// A contact that is gone was deleted, or merged into one that knows the person by name, number or address: a line often
// stands there as "Wireless Caller".
net::Task<Result<Owner>> owner_of(Context& context, ghl::Appointment stored, ledger::Intent intent, Instant deadline) {
  if (stored.contact_id.empty() || stored.contact_id == intent.contact_id) co_return Owner::same;
  const auto made_for = co_await context.client.get_contact(intent.contact_id, deadline);
  if (made_for) co_return Owner::other;
  if (made_for.error().kind != ErrorKind::not_found) co_return fail(made_for.error());
  const auto holder = co_await context.client.get_contact(stored.contact_id, deadline);
  if (!holder && holder.error().kind == ErrorKind::not_found) co_return Owner::other;
  if (!holder) co_return fail(holder.error());
  const auto request = decode_request(intent.request);
  if (!request) co_return fail(request.error());
  const Person& person = request->person;
  const bool has_phone = !holder->phone.empty() && (holder->phone == person.phone || holder->phone == request->line);
  const bool has_email = !holder->email.empty() && holder->email == person.email;
  const bool has_name = fit(person.full_name(), name_of(*holder)) == Fit::same;
  co_return has_phone || has_email || has_name ? Owner::merged : Owner::other;
}

net::Task<Result<KnownContacts>> ContactDesk::find(Person person, Instant deadline) {
  auto [by_phone, by_email] = co_await net::both(
      context_.runtime, person.phone.empty() ? nobody() : context_.client.find_contact_by_phone(person.phone, deadline),
      person.email.empty() ? nobody() : context_.client.find_contact_by_email(person.email, deadline));
  if (!by_phone) co_return fail(by_phone.error());
  if (!by_email) co_return fail(by_email.error());
  const std::string heard = person.full_name();
  const Fit phone_fit = fit(heard, name_of(*by_phone));
  const Fit email_fit = fit(heard, name_of(*by_email));
  // A near miss may be another person of the family: a booking never lands on somebody else's contact.
  const bool phone_fits = !by_phone->id.empty() && phone_fit == Fit::same;
  const bool email_fits = !by_email->id.empty() && email_fit == Fit::same;
  KnownContacts known;
  known.phone_is_taken = !by_phone->id.empty() && !phone_fits;
  known.email_is_taken = !by_email->id.empty() && !email_fits;
  if (phone_fits) {
    known.fitting_id = by_phone->id;
  } else if (email_fits) {
    known.fitting_id = by_email->id;
  }
  co_return known;
}

std::vector<std::string> ContactDesk::keys_of(const Person& person) {
  std::vector<std::string> keys;
  if (!person.phone.empty()) keys.push_back(person.phone);
  if (!person.email.empty()) keys.push_back(person.email);
  return keys;
}

// Two people of one line at the same time would each find nobody: whoever comes second waits, and hears
// from here, not from a search that may lag, whose number it is by now.
net::Task<Result<PreparedContact>> ContactDesk::make(Person person, KnownContacts known, Instant deadline) {
  const std::vector<std::string> keys = keys_of(person);
  const auto is_busy = [&] {
    return std::ranges::any_of(keys, [&](const std::string& key) { return busy_.contains(key); });
  };
  while (is_busy()) {
    if (context_.now() >= deadline)
      co_return fail(ErrorKind::transient, "another contact of this number is being made");
    co_await net::sleep_for(context_.runtime.clock, busy_pause);
  }
  forget_old();
  const std::string name = person.full_name();
  for (const std::string& key : keys) {
    const auto recent = recent_.find(key);
    if (recent == recent_.end()) continue;
    if (fit(name, recent->second.name) != Fit::same) {
      (key == person.phone ? known.phone_is_taken : known.email_is_taken) = true;
    } else if (!recent->second.id.empty()) {
      const std::string id = recent->second.id;
      if (!co_await is_gone(id, recent->second.at, deadline)) co_return PreparedContact{id, false};
      recent_.erase(key);
    } else if (recent->second.may_exist) {
      // What was asked for a moment ago may be there: a search shows it once its lag has passed.
      const Instant shown_at = recent->second.at + Duration(context_.tenant.limits.read_lag_ms);
      if (shown_at >= deadline) co_return fail(ErrorKind::transient, "a contact of this person is perhaps being made");
      co_await net::sleep_for(context_.runtime.clock, shown_at - context_.now());
      const auto found = co_await find(person, deadline);
      if (!found) co_return fail(found.error());
      if (!found->fitting_id.empty()) co_return PreparedContact{found->fitting_id, false};
    }
  }
  busy_.insert(keys.begin(), keys.end());
  auto made = co_await create(person, known, deadline);
  for (const std::string& key : keys) {
    busy_.erase(key);
    const bool is_taken = key == person.phone ? known.phone_is_taken : known.email_is_taken;
    const bool may_exist = !made && may_have_happened(made.error());
    if (!is_taken) recent_[key] = {made ? made->id : "", name, context_.now(), may_exist};
  }
  co_return made;
}

// Deleted by the office, or merged into another. One that was made just now may not be shown yet.
net::Task<bool> ContactDesk::is_gone(std::string id, Instant made_at, Instant deadline) {
  if (context_.now() - made_at < Duration(context_.tenant.limits.read_lag_ms)) co_return false;
  const auto contact = co_await context_.client.get_contact(std::move(id), deadline);
  co_return !contact && contact.error().kind == ErrorKind::not_found;
}

// Now and then, so that a busy line does not look through all of them for each caller.
void ContactDesk::forget_old() {
  const Instant now = context_.now();
  if (now < forget_at_) return;
  forget_at_ = now + recent_for / 10;
  std::erase_if(recent_, [&](const auto& entry) { return now - entry.second.at > recent_for; });
}

// Never an upsert: GHL would match addresses that no search shows and write this person over whose they are, for good.
net::Task<Result<PreparedContact>> ContactDesk::create(Person person, KnownContacts known, Instant deadline) {
  for (int tries = 0; tries < 3; ++tries) {
    const auto created = co_await context_.client.create_contact(draft_of(person, known), deadline);
    if (created && created->made && !created->contact.id.empty()) co_return PreparedContact{created->contact.id, true};
    if (created && !created->contact.id.empty()) {
      // A duplicate that a lagging search did not show.
      const auto holder = co_await context_.client.get_contact(created->contact.id, deadline);
      if (!holder) co_return fail(holder.error());
      if (fit(person.full_name(), name_of(*holder)) == Fit::same) co_return PreparedContact{holder->id, false};
      const bool by_phone =
          created->matching_field == "phone" || (!person.phone.empty() && holder->phone == person.phone);
      (by_phone ? known.phone_is_taken : known.email_is_taken) = true;
      continue;
    }
    // A refusal or a lost answer may hide a contact that was made (facts/ghl.md quirk 30): look before failing.
    const auto found = co_await find(person, deadline);
    if (found && !found->fitting_id.empty()) co_return PreparedContact{found->fitting_id, false};
    if (!created) co_return fail(created.error());
    co_return fail(ErrorKind::transient, "GHL answered the new contact without an id; try again");
  }
  co_return fail(ErrorKind::refused, "GHL refuses a contact for this person whatever is left out; add it by hand");
}

}  // namespace holdfast::booking
