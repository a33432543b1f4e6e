#include "core/booking/bookings.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/outbox_jobs.hpp"

namespace holdfast::booking {

using ledger::Intent;
using ledger::IntentState;
using ledger::Opening;

namespace {

// A question that was asked this long ago is asked anew.
constexpr Duration question_ttl = hours(1);
constexpr Duration fastest_answer = seconds(2);
// Whoever delivers a message again does so after having waited for the answer: Vapi 20 s (facts/vapi.md 1).
constexpr Duration second_delivery = seconds(25);
// Two questions about one wish are answered one after the other.
constexpr Duration answer_ttl = minutes(2);
constexpr int answers_counted_max = 8;
constexpr int looks_max = 3;
constexpr int amend_tries_max = 5;

// A question about a wish, or an answer to one.
std::string question_key(const Asked& asked, std::string_view question) {
  const BookingRequest& request = asked.request;
  const std::string& who = !request.conversation.empty() ? request.conversation
                           : !request.line.empty()       ? request.line
                                                         : request.person.phone + request.person.email;
  return who + "|" + slot_link(request.calendar_id, request.start) + "|" + request.person.full_name() + "|" +
         std::string(question);
}

std::string answer_key(const Asked& asked, std::string_view question, int number) {
  return question_key(asked, question) + "|answer " + std::to_string(number);
}

IdentityQuestion question_of(Confirm answer) {
  const bool is_of_person = answer == Confirm::same || answer == Confirm::another;
  return is_of_person ? IdentityQuestion::same_or_another : IdentityQuestion::add_or_replace;
}

// What of the person's data is new; empty where nothing is.
Person corrected(const BookingRequest& known, const BookingRequest& asked) {
  Person person;
  if (!asked.person.phone.empty() && asked.person.phone != known.person.phone) person.phone = asked.person.phone;
  if (!asked.person.email.empty() && asked.person.email != known.person.email) person.email = asked.person.email;
  return person;
}

Standing failed(const Error& error) {
  Standing standing;
  standing.kind = Standing::Kind::failed;
  standing.error = error;
  return standing;
}

std::string cancel_key(const std::string& intent_id) {
  return "cancelled|" + intent_id;
}

}  // namespace

net::Task<Result<ledger::OpenedIntent>> Bookings::begin(Asked asked, Instant deadline) {
  if (asked.confirm != Confirm::none) {
    const auto counted = co_await count_answer(asked);
    if (!counted) co_return fail(counted.error());
  }
  const auto earlier = co_await earlier_answer(asked);
  if (!earlier) co_return fail(earlier.error());
  asked.earlier = *earlier;
  auto opened = co_await open_looked_at(asked, deadline);
  if (!opened || opened->kind != Opening::Kind::none || opened->reason.empty()) co_return opened;
  const auto answers = co_await answers_to(asked, opened->reason);
  if (!answers) co_return fail(answers.error());
  // Answered of one time, it may have to be asked of another; and what was answered may have to be asked again.
  const std::string key =
      question_key(asked, opened->reason) + "|" + opened->intent.id + "|" + std::to_string(*answers);
  // The transport's second delivery of the very call is no answer; without ids, nobody answers so fast.
  Duration repeat_window = question_ttl;
  if (may_be_reused(asked.call_link)) repeat_window = second_delivery;
  if (asked.call_link.empty()) repeat_window = fastest_answer;
  const std::string of_call = key + "|" + asked.call_link;
  const auto repeated = co_await note_question(of_call, Duration{0});
  if (!repeated) co_return fail(repeated.error());
  if (*repeated) co_return opened;
  // Only now, so that the window does not move with every repeat.
  if (const auto noted = co_await note_question(of_call, repeat_window); !noted) co_return fail(noted.error());
  // Of a conversation that nobody names only a moment is one.
  const Duration ttl = asked.request.conversation.empty() ? answer_ttl : question_ttl;
  // Models call again without the answer: asked anew once, then the cautious reading.
  for (const char* time : {"first", "second"}) {
    const auto known = co_await note_question(key + "|" + time, ttl);
    if (!known) co_return fail(known.error());
    if (!*known) co_return opened;
  }
  asked.asked_before = true;
  co_return co_await open_looked_at(asked, deadline);
}

// What was answered just now to the other question about this wish: one tool call brings one answer, and both may be
// needed. None where both answers to it were given: then it comes again.
net::Task<Result<Confirm>> Bookings::earlier_answer(Asked asked) {
  if (asked.confirm == Confirm::none || asked.confirm == Confirm::same) co_return Confirm::none;
  const auto noted = co_await note_question(question_key(asked, to_string(asked.confirm)), answer_ttl);
  if (!noted) co_return fail(noted.error());
  std::vector<Confirm> others{Confirm::another};  // after "same" there is nothing more to ask
  if (asked.confirm == Confirm::another) others = {Confirm::add, Confirm::replace};
  Confirm earlier = Confirm::none;
  for (const Confirm other : others) {
    const auto known = co_await note_question(question_key(asked, to_string(other)), Duration{0});
    if (!known) co_return fail(known.error());
    if (*known && earlier != Confirm::none) co_return Confirm::none;
    if (*known) earlier = other;
  }
  co_return earlier;
}

// How often the question about this wish was answered.
net::Task<Result<int>> Bookings::answers_to(Asked asked, std::string question) {
  int answers = 0;
  for (; answers < answers_counted_max; ++answers) {
    const auto known = co_await note_question(answer_key(asked, question, answers), Duration{0});
    if (!known) co_return fail(known.error());
    if (!*known) break;
  }
  co_return answers;
}

net::Task<Result<bool>> Bookings::count_answer(Asked asked) {
  const std::string question(to_string(question_of(asked.confirm)));
  const auto answers = co_await answers_to(asked, question);
  if (!answers) co_return fail(answers.error());
  co_return co_await note_question(answer_key(asked, question, *answers), question_ttl);
}

// What a person cancelled in GHL is looked at once more, and is told once, before the rules decide; and so is what a
// question is about.
net::Task<Result<ledger::OpenedIntent>> Bookings::open_looked_at(Asked& asked, Instant deadline) {
  for (;;) {
    auto opened = co_await open(asked);
    if (!opened || opened->kind != Opening::Kind::none) co_return opened;
    if (const std::string id(intent_to_know_of(opened->reason)); !id.empty()) {
      const auto known = co_await note_question(cancel_key(id), question_ttl);
      if (!known) co_return fail(known.error());
      asked.knows_of_cancel = *known;
      continue;
    }
    std::string id(intent_to_look_at(opened->reason));
    // Nobody is asked about a time that they do not have any more.
    if (id.empty() && opened->intent.state == IntentState::booked) id = opened->intent.id;
    if (id.empty() || std::ranges::find(asked.looked_at, id) != asked.looked_at.end()) co_return opened;
    asked.looked_at.push_back(id);
    auto intent = co_await context_.ledger.find_intent(id);
    if (!intent) co_return fail(intent.error());
    // Where GHL cannot say, it counts as it was seen last; and there has to be time left to ask the question.
    co_await steps_.refresh(std::move(*intent), context_.now() + (deadline - context_.now()) / 2);
  }
}

net::Task<Result<bool>> Bookings::note_question(std::string question, Duration ttl) {
  const Instant now = context_.now();
  return context_.ledger.note_question(context_.tenant.id, std::move(question), now, now + ttl);
}

net::Task<Standing> Bookings::wait(Asked asked, Result<ledger::OpenedIntent> begun, Instant deadline) {
  if (!begun) co_return co_await not_begun(std::move(asked), begun.error());
  Standing standing;
  if (begun->kind == Opening::Kind::none) {
    standing.kind = begun->reason.empty() ? Standing::Kind::nothing : Standing::Kind::question;
    standing.question = identity_question_from(begun->reason);
    standing.is_booked = begun->intent.state == IntentState::booked;
    standing.may_be_told = !begun->intent.id.empty() && may_be_told(asked, begun->intent);
    if (const auto request = decode_request(begun->intent.request)) standing.request = *request;
    co_return standing;
  }
  if (begun->kind == Opening::Kind::found) {
    // It may have taken the place of another one just now.
    if (asked.confirm != Confirm::none && !begun->intent.needs_work()) {
      const auto synced = co_await context_.ledger.sync();
      if (!synced) co_return failed(synced.error());
      steps_.settled(begun->intent);
    }
    const auto known = decode_request(begun->intent.request);
    const Person correction = known ? corrected(*known, asked.request) : Person{};
    const bool is_given = !correction.phone.empty() || !correction.email.empty();
    if (is_given && may_be_told(asked, begun->intent)) {
      context_.tasks.spawn(amend_later(begun->intent, correction));
    }
  }
  co_return co_await stand(std::move(asked), std::move(begun->intent), deadline);
}

// The ledger failed before the wish was found or opened. That proves nothing: an earlier call may have opened it, and
// so may this one. What the ledger shows now does.
net::Task<Standing> Bookings::not_begun(Asked asked, Error error) {
  constexpr std::size_t most = 1'000;
  std::vector<Intent> candidates;
  for (const std::string& link : candidates_of(asked)) {
    const auto found = co_await context_.ledger.find_intents(context_.tenant.id, link, most);
    if (!found) co_return failed(error);
    for (const Intent& intent : *found) {
      if (std::ranges::find(candidates, intent.id, &Intent::id) == candidates.end()) candidates.push_back(intent);
    }
  }
  asked.may_open = false;
  asked.knows_of_cancel = true;
  asked.now = context_.now();
  asked.wall_now = context_.wall_now();
  const Opening opening = judge_wish(asked, candidates);
  Standing standing = failed(error);
  if (opening.kind != Opening::Kind::none) co_return standing;
  standing.kind = opening.reason.empty() ? Standing::Kind::unwritten : Standing::Kind::question;
  standing.question = identity_question_from(opening.reason);
  co_return standing;
}

net::Task<Result<ledger::OpenedIntent>> Bookings::open(Asked asked) {
  ledger::OpenIntent opening{.id = net::random_id(context_.runtime.entropy),
                             .tenant = context_.tenant.id,
                             .kind = std::string(booking_kind),
                             .request = encode(asked.request),
                             .links = links_of(asked),
                             .look_up = candidates_of(asked),
                             .now = context_.now()};
  asked.now = opening.now;
  asked.wall_now = context_.wall_now();
  return context_.ledger.open_intent(
      std::move(opening),
      [asked = std::move(asked)](const std::vector<Intent>& candidates) { return judge_wish(asked, candidates); });
}

net::Task<Standing> Bookings::stand(Asked asked, Intent intent, Instant deadline) {
  const auto at_rest = co_await settled(intent, deadline);
  Standing standing = co_await tell(std::move(asked), at_rest.has_value(), std::move(intent), deadline);
  if (standing.kind != Standing::Kind::pending) co_return standing;
  // Pending is a promise too: what it is about survives from here on.
  const auto synced = co_await context_.ledger.sync();
  if (!synced) co_return failed(synced.error());
  co_return standing;
}

// The intent at rest and as GHL has it now, or nullopt when nobody can say before the deadline.
net::Task<std::optional<Intent>> Bookings::settled(Intent intent, Instant deadline) {
  const bool is_recorded =
      (intent.state == IntentState::booked && !intent.withdrawn) || was_cancelled_by_person(intent);
  if (!is_recorded) co_return co_await driver_.drive_until(std::move(intent), deadline);
  auto now = co_await steps_.refresh(intent, deadline);
  if (now) co_return std::move(*now);
  context_.tasks.spawn(refresh_later(std::move(intent)));
  co_return std::nullopt;
}

// What is told is how the wanted wish of the group stands: one that was replaced is not told of, whatever it became.
net::Task<Standing> Bookings::tell(Asked asked, bool at_rest, Intent last_known, Instant deadline) {
  Standing standing;
  standing.may_be_told = may_be_told(asked, last_known);
  const auto group = co_await context_.ledger.find_group(last_known.tenant, last_known.group);
  if (!group) co_return failed(group.error());
  const auto own = std::ranges::find(*group, last_known.id, &Intent::id);
  if (own == group->end()) co_return standing;
  const auto wanted =
      std::ranges::find_if(*group, [](const Intent& member) { return member.state != IntentState::refused; });
  if (own->state == IntentState::refused) {
    standing.kind = Standing::Kind::refused;
    standing.refusal = decode_refusal(own->outcome);
    if (was_cancelled_by_person(*own)) co_await note_question(cancel_key(own->id), question_ttl);
    if (const auto request = decode_request(own->request)) standing.request = *request;
    if (wanted == group->end() || wanted->withdrawn) co_return standing;
    if (!may_be_told(asked, *wanted)) co_return standing;
    co_return co_await tell_kept(std::move(asked), std::move(standing), *wanted, deadline);
  }
  if (wanted->state != IntentState::booked || wanted->withdrawn) co_return standing;
  // Booked is told of what was looked at just now.
  Intent told = *wanted;
  if (told.id != own->id) {
    auto now = co_await steps_.refresh(told, deadline);
    if (!now || now->state != IntentState::booked) co_return standing;
    told = std::move(*now);
    standing.may_be_told = may_be_told(asked, told);
  } else if (!at_rest) {
    co_return standing;
  }
  const auto request = decode_request(told.request);
  if (!request) co_return failed(request.error());
  standing.kind = Standing::Kind::booked;
  standing.request = *request;
  co_return standing;
}

// What was refused leaves another time standing, where it stands now: perhaps the office moved it to the very time.
net::Task<Standing> Bookings::tell_kept(Asked asked, Standing standing, Intent kept, Instant deadline) {
  bool is_booked = kept.state == IntentState::booked;
  if (is_booked) {
    auto now = co_await steps_.refresh(kept, deadline);
    if (now && now->state != IntentState::booked) co_return standing;
    is_booked = now.has_value();
    if (now) kept = std::move(*now);
  }
  const auto request = decode_request(kept.request);
  if (!request) co_return standing;
  if (is_booked && request->start == asked.request.start && request->calendar_id == asked.request.calendar_id) {
    standing.kind = Standing::Kind::booked;
    standing.request = *request;
    co_return standing;
  }
  standing.kept = Standing::Kept{*request, is_booked};
  co_return standing;
}

// GHL could not say in time: found out in the background, so that the next call hears it.
net::Task<void> Bookings::refresh_later(Intent intent) {
  const Limits& limits = context_.tenant.limits;
  co_await steps_.refresh(std::move(intent), context_.in(limits.settle_timeout_ms + 2 * limits.read_lag_ms));
}

// Corrected data goes to what was booked, once it is.
net::Task<void> Bookings::amend_later(Intent intent, Person corrected) {
  const auto last = co_await driver_.drive_until(intent, Instant::max());
  for (int tries = 0; last && tries < amend_tries_max; ++tries) {
    auto known = co_await context_.ledger.find_intent(intent.id);
    if (!known || known->state != IntentState::booked) co_return;
    auto request = decode_request(known->request);
    if (!request) co_return;
    if (!corrected.phone.empty()) request->person.phone = corrected.phone;
    if (!corrected.email.empty()) request->person.email = corrected.email;
    ledger::Advance change;
    change.intent_id = known->id;
    change.expected_version = known->version;
    change.to = known->state;
    change.request = encode(*request);
    change.enqueue.push_back(amend_job(*known, corrected, context_.now()));
    change.now = context_.now();
    const auto amended = co_await context_.ledger.advance(std::move(change));
    if (amended || amended.error().kind != ErrorKind::conflict) co_return;
  }
}

net::Task<Result<std::vector<OwnWish>>> Bookings::of_conversation(std::string conversation, std::string line,
                                                                  Instant deadline) {
  if (conversation.empty()) co_return std::vector<OwnWish>{};
  for (int looks = 1;; ++looks) {
    auto seen = co_await look_at_wishes(conversation, line, deadline);
    if (!seen) co_return fail(seen.error());
    // What was restored just now may have taken the place of another.
    if (!seen->has_changed || looks == looks_max) co_return std::move(seen->wishes);
  }
}

net::Task<Result<Bookings::Seen>> Bookings::look_at_wishes(std::string conversation, std::string line,
                                                           Instant deadline) {
  constexpr std::size_t most = 50;
  const auto intents = co_await context_.ledger.find_intents(context_.tenant.id, conversation_link(conversation), most);
  if (!intents) co_return fail(intents.error());
  Seen seen;
  for (const Intent& intent : *intents) {
    // What the office cancelled it may have restored.
    const bool may_be_back = was_cancelled_by_person(intent);
    if ((intent.state == IntentState::refused && !may_be_back) || intent.withdrawn) continue;
    // Of a group only the wanted one is told of.
    const bool is_replaced = std::ranges::any_of(*intents, [&](const Intent& other) {
      return other.group == intent.group && other.state != IntentState::refused && other.wanted > intent.wanted;
    });
    auto request = decode_request(intent.request);
    // Who only named somebody's number hears nothing of theirs but the time that they asked for themselves.
    const bool is_trusted =
        request && (request->conversation == conversation || (!line.empty() && request->line == line));
    const auto may_hear = [&](const BookingRequest& stands) {
      return is_trusted || stands.start == stands.asked_start;
    };
    if (is_replaced || !request || !may_hear(*request) || request->end <= context_.wall_now()) continue;
    if (intent.state != IntentState::booked && !may_be_back) {
      seen.wishes.push_back({std::move(*request), false});
      continue;
    }
    const auto now = co_await steps_.refresh(intent, deadline);
    if (now && now->state != intent.state) {
      seen.has_changed = true;
      steps_.settled(*now);
    }
    if (now ? now->state != IntentState::booked : may_be_back) continue;
    if (now) request = decode_request(now->request);
    if (request && may_hear(*request)) seen.wishes.push_back({std::move(*request), now.has_value()});
  }
  co_return seen;
}

}  // namespace holdfast::booking
