// The calls of a Client about people: contacts, their notes and tasks (facts/ghl.md 5).
#include <utility>

#include "core/ghl/caller.hpp"
#include "core/ghl/client.hpp"
#include "core/ghl/codec.hpp"
#include "core/ghl/request.hpp"

namespace holdfast::ghl {
namespace {

std::optional<CreatedContact> accept_duplicate(const net::HttpResponse& response) {
  if (response.status != 400) return std::nullopt;
  CreatedContact found = decode_duplicate(response.body);
  if (!is_usable_id(found.contact.id)) return std::nullopt;
  return found;
}

std::optional<Contact> accept_upsert_duplicate(const net::HttpResponse& response) {
  auto found = accept_duplicate(response);
  if (!found) return std::nullopt;
  return std::move(found->contact);
}

}  // namespace

net::Task<Result<Contact>> Client::find_contact(std::string parameter, std::string value, Instant deadline) {
  if (value.empty()) co_return bad_input("a phone number or an email is needed to find a contact");
  const std::string target = net::make_target("/contacts/search/duplicate",
                                              {{"locationId", location_id_}, {std::move(parameter), std::move(value)}});
  Call<Contact> call{
      .request = make_request("GET", target, contacts_version), .deadline = deadline, .decode = decode_found_contact};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<Contact>> Client::find_contact_by_phone(std::string e164, Instant deadline) {
  return find_contact("number", std::move(e164), deadline);
}

net::Task<Result<Contact>> Client::find_contact_by_email(std::string email, Instant deadline) {
  return find_contact("email", std::move(email), deadline);
}

net::Task<Result<Contact>> Client::get_contact(std::string contact_id, Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  Call<Contact> call{.request = make_request("GET", path("/contacts/", contact_id), contacts_version),
                     .deadline = deadline,
                     .decode = decode_contact};
  auto found = co_await caller_->perform(std::move(call));
  if (found && found->id != contact_id)
    co_return fail(ErrorKind::transient, "GHL answered with another contact; try again");
  co_return found;
}

net::Task<Result<CreatedContact>> Client::create_contact(ContactDraft draft, Instant deadline) {
  Call<CreatedContact> call{
      .request = make_request("POST", "/contacts/", contacts_version, encode_contact(draft, location_id_)),
      .repeat = Repeat::if_refused,
      .deadline = deadline,
      .decode = decode_created_contact,
      .accept = accept_duplicate};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<Contact>> Client::update_contact(std::string contact_id, ContactDraft draft, Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  std::string body = encode_contact(draft, "");
  if (body == "{}") co_return bad_input("nothing is given that a contact could be changed in");
  Call<Contact> call{.request = make_request("PUT", path("/contacts/", contact_id), contacts_version, std::move(body)),
                     .repeat = Repeat::idempotent,
                     .deadline = deadline,
                     .decode = decode_updated_contact};
  auto updated = co_await caller_->perform(std::move(call));
  if (!updated) co_return updated;
  if (updated->id.empty()) updated->id = contact_id;
  if (updated->id != contact_id)
    co_return fail(ErrorKind::unknown_outcome, "GHL answered with another contact; read back whether it was done");
  co_return updated;
}

net::Task<Result<Contact>> Client::upsert_contact(ContactDraft draft, Instant deadline) {
  const bool has_key = !draft.phone.empty() || !draft.email.empty();
  Call<Contact> call{
      .request = make_request("POST", "/contacts/upsert", contacts_version, encode_contact(draft, location_id_)),
      .repeat = has_key ? Repeat::idempotent : Repeat::if_refused,
      .deadline = deadline,
      .decode = decode_contact,
      .accept = accept_upsert_duplicate};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<Note>>> Client::list_notes(std::string contact_id, Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  Call<std::vector<Note>> call{
      .request = make_request("GET", path("/contacts/", contact_id, "/notes"), contacts_version),
      .deadline = deadline,
      .decode = decode_notes};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<Note>> Client::add_note(std::string contact_id, std::string body, Instant deadline) {
  if (!is_usable_id(contact_id) || body.empty()) co_return bad_input("a contact id and a text are needed for a note");
  Call<Note> call{
      .request = make_request("POST", path("/contacts/", contact_id, "/notes"), contacts_version, encode_note(body)),
      .repeat = Repeat::if_refused,
      .deadline = deadline,
      .decode = decode_note};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<ContactTask>>> Client::list_tasks(std::string contact_id, Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  Call<std::vector<ContactTask>> call{
      .request = make_request("GET", path("/contacts/", contact_id, "/tasks"), contacts_version),
      .deadline = deadline,
      .decode = decode_tasks};
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<ContactTask>> Client::create_task(TaskDraft draft, Instant deadline) {
  if (!is_usable_id(draft.contact_id) || draft.title.empty())
    co_return bad_input("a contact id and a title are needed for a task");
  Call<ContactTask> call{.request = make_request("POST", path("/contacts/", draft.contact_id, "/tasks"),
                                                 contacts_version, encode_task(draft)),
                         .repeat = Repeat::if_refused,
                         .deadline = deadline,
                         .decode = decode_task};
  co_return co_await caller_->perform(std::move(call));
}

}  // namespace holdfast::ghl
