#include "scenarios/world/draw_callers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

namespace scenarios {

using holdfast::SplitMix64;
using vapi_sim::Errand;
using vapi_sim::Persona;

namespace {

template <class T, std::size_t N>
const T& pick(SplitMix64& random, const std::array<T, N>& choices) {
  return choices[random.below(N)];
}

constexpr std::array<const char*, 28> first_names{"Dana",  "Omar",   "Lucia", "Wei",   "Priya",   "Jonas",  "Amara",
                                                  "Mateo", "Ines",   "Tomas", "Yuki",  "Noor",    "Elif",   "Kofi",
                                                  "Sofia", "Liam",   "Jon",   "Sara",  "Erik",    "Marc",   "Anna",
                                                  "Hanna", "Zoltan", "Bruno", "Freya", "Gustavo", "Helena", "Viktor"};
constexpr std::array<const char*, 24> last_names{
    "Reed",  "Haddad", "Torres", "Chen",  "Nair",   "Berg",  "Okoye",  "Silva", "Costa", "Novak",  "Tanaka", "Aziz",
    "Demir", "Mensah", "Rossi",  "Walsh", "Larson", "Meyer", "Hansen", "Smith", "Quinn", "Petrov", "Dubois", "Kaplan"};
// Names that are heard as each other.
struct NearMiss {
  const char* one;
  const char* other;
};
constexpr std::array<NearMiss, 10> near_misses{{{"Jon", "John"},
                                                {"Sara", "Sarah"},
                                                {"Erik", "Eric"},
                                                {"Marc", "Mark"},
                                                {"Anna", "Ana"},
                                                {"Hanna", "Hannah"},
                                                {"Larson", "Larsen"},
                                                {"Meyer", "Meier"},
                                                {"Hansen", "Hanson"},
                                                {"Smith", "Smyth"}}};
constexpr std::array<const char*, 4> withheld_lines{"", "", "anonymous", "+266696687"};
constexpr std::array<const char*, 8> zones{"America/New_York", "America/Chicago", "America/Los_Angeles",
                                           "US/Mountain",      "Europe/London",   "Europe/Berlin",
                                           "Australia/Sydney", "Asia/Kolkata"};

// How likely callers of this run do what; zero switches a kind off for the whole run.
struct Habits {
  double same_id = 0, concurrent = 0, new_id = 0, two_tools = 0, hang_up = 0, call_back = 0, other_zone = 0;
  double shared_line = 0, hidden = 0, corrected = 0, reused_ids = 0, two_people = 0, together = 0, change_pending = 0,
         second_thought = 0, chat = 0, unnamed = 0, legacy = 0, hook = 0, late_duplicate = 0, forget_confirm = 0;
};

Habits draw_habits(SplitMix64& random) {
  Habits habits;
  for (double* habit :
       {&habits.same_id,       &habits.concurrent, &habits.new_id,      &habits.two_tools,      &habits.hang_up,
        &habits.call_back,     &habits.other_zone, &habits.shared_line, &habits.hidden,         &habits.corrected,
        &habits.reused_ids,    &habits.two_people, &habits.together,    &habits.change_pending, &habits.second_thought,
        &habits.chat,          &habits.unnamed,    &habits.legacy,      &habits.hook,           &habits.late_duplicate,
        &habits.forget_confirm}) {
    if (random.chance(0.4)) *habit = 0.05 + 0.3 * random.unit();
  }
  return habits;
}

// `name` as it may be misheard or misspelt; "" when it has no such form.
std::string near_miss_of(const std::string& name) {
  for (const NearMiss& pair : near_misses) {
    if (name == pair.one) return pair.other;
    if (name == pair.other) return pair.one;
  }
  return "";
}

// The same name, heard a little wrong; as it is when it has no such form.
Persona misheard(Persona said) {
  if (const std::string first = near_miss_of(said.first_name); !first.empty()) {
    said.first_name = first;
  } else if (const std::string last = near_miss_of(said.last_name); !last.empty()) {
    said.last_name = last;
  }
  return said;
}

// The number with one digit wrong.
std::string one_digit_wrong(SplitMix64& random, std::string phone) {
  const std::size_t place = phone.size() - 1 - random.below(3);
  phone[place] = static_cast<char>('0' + (phone[place] - '0' + 1 + static_cast<int>(random.below(8))) % 10);
  return phone;
}

class CallersDraw {
 public:
  CallersDraw(SplitMix64 random, const CallersSetting& setting, const mock_ghl::Fixture& fixture)
      : random_(random), setting_(setting), fixture_(fixture), habits_(draw_habits(random_)) {
    many_shapes_ = random_.chance(0.5);
  }

  std::vector<CallerPlan> draw() {
    for (int number = 0; number < setting_.conversations; ++number) {
      number_ = number;
      CallerPlan caller;
      caller.start_ms = random_.between(0, setting_.spread_ms);
      const CallerPlan* before = number > 0 && random_.chance(habits_.call_back) ? one_to_call_back() : nullptr;
      if (before != nullptr) {
        draw_redial(caller, *before);
      } else {
        draw_matter(caller);
      }
      draw_conduct(caller.call);
      char id[16];
      std::snprintf(id, sizeof(id), "call-%03d", number);
      caller.call.call_id = id;
      caller.call.target = tenant_target();
      caller.call.secret = vapi_secret();
      callers_.push_back(std::move(caller));
    }
    return std::move(callers_);
  }

 private:
  // A number of its own for everything that is drawn; the second of a call's people has another than the first.
  std::string number_of(int offset) const {
    char phone[16];
    std::snprintf(phone, sizeof(phone), "+1415555%04d", 1000 + 2 * number_ + offset);
    return phone;
  }

  // A name that nobody has yet; misheard it is nobody's either, unless that is wanted.
  Persona new_name(const std::string& last_name) {
    Persona said;
    for (int tries = 0; tries < 200; ++tries) {
      said.first_name = pick(random_, first_names);
      said.last_name = last_name.empty() || tries > 60 ? pick(random_, last_names) : last_name;
      if (!names_.contains(said.full_name()) && !names_.contains(misheard(said).full_name())) break;
    }
    names_.insert(said.full_name());
    return said;
  }

  Errand new_errand(Persona said, int offset) {
    Errand errand;
    char person[16];
    std::snprintf(person, sizeof(person), "p%03d-%d", number_, offset);
    errand.person = person;
    errand.attendee = std::move(said);
    errand.wish = draw_wish();
    return errand;
  }

  vapi_sim::Wish draw_wish() {
    static constexpr std::array<const char*, 5> times{"", "", "morning", "afternoon", "10 am"};
    vapi_sim::Wish wish;
    wish.service = fixture_.calendars[random_.below(fixture_.calendars.size())].name;
    wish.date =
        holdfast::format_date(random_.chance(0.85) ? setting_.popular : holdfast::add_days(setting_.popular, 1));
    if (random_.chance(0.1)) wish.date.clear();
    wish.time_of_day = pick(random_, times);
    wish.timezone = random_.chance(habits_.other_zone) ? pick(random_, zones) : "";
    wish.choice = random_.chance(0.6) ? 0 : static_cast<int>(random_.below(4));
    return wish;
  }

  std::string email_of(int offset) const { return "caller" + std::to_string(2 * number_ + offset) + "@mail.example"; }

  // Somebody calls for the first time.
  void draw_matter(CallerPlan& caller) {
    auto& call = caller.call;
    if (number_ > 0 && random_.chance(habits_.shared_line)) {
      draw_line_mate(caller);
    } else {
      call.errands[0] = new_errand(new_name(""), 0);
      if (random_.chance(0.3)) call.errands[0].attendee.email = email_of(0);
      draw_line(call);
    }
    if (random_.chance(habits_.two_people)) draw_second_errand(call);
    for (Errand& errand : call.errands) {
      // Who shows no number has to say one, and says it wrong.
      const double hidden = vapi_sim::proven_number(call.line).empty() ? 0.3 : 0;
      if (random_.chance(habits_.corrected + hidden)) draw_corrections(call, errand);
      draw_mind(errand);
    }
  }

  // The line, and what a caller says instead who shows none.
  void draw_line(vapi_sim::CallPlan& call) {
    Persona& said = call.errands[0].attendee;
    call.line = number_of(0);
    if (random_.chance(habits_.chat)) {
      call.channel = random_.chance(0.6) ? vapi_sim::Channel::chat_session : vapi_sim::Channel::chat_chain;
    } else if (random_.chance(habits_.unnamed)) {
      call.channel = vapi_sim::Channel::unnamed;
    }
    // Without a line an unnamed message would be nobody's.
    if (call.channel == vapi_sim::Channel::unnamed) return;
    const bool is_chat = call.channel != vapi_sim::Channel::call;
    if (!is_chat && !random_.chance(0.03 + habits_.hidden)) return;
    call.line = is_chat ? "" : pick(random_, withheld_lines);
    if (random_.chance(0.6)) said.phone = number_of(0);
    if (said.phone.empty() || random_.chance(0.3)) said.email = email_of(0);
  }

  // Another person calls from the line of an earlier caller: family, or somebody at the same office. Often for the same
  // slot; now and then their names are nearly the same.
  void draw_line_mate(CallerPlan& caller) {
    const CallerPlan& before = callers_[random_.below(callers_.size())];
    const Errand& theirs = before.call.errands[0];
    const bool family = random_.chance(0.5);
    Persona said = new_name(family ? theirs.attendee.last_name : "");
    const Persona near = misheard(theirs.attendee);
    const bool on_a_line = !vapi_sim::proven_number(before.call.line).empty();
    const bool is_namesake = on_a_line && random_.chance(0.5) && names_.insert(near.full_name()).second;
    if (is_namesake) {
      said.first_name = near.first_name;
      said.last_name = near.last_name;
      know_of_namesake(theirs.person);
    }
    if (random_.chance(0.3)) said.email = email_of(0);
    // Of a hidden line only the spoken number can be shared.
    if (!on_a_line) {
      said.phone = theirs.attendee.phone;
      if (said.phone.empty()) said.email = email_of(0);
    }
    auto& call = caller.call;
    call.line = before.call.line;
    call.channel = before.call.channel;
    call.errands[0] = new_errand(std::move(said), 0);
    call.errands[0].has_namesake = is_namesake;
    if (random_.chance(0.7)) {
      call.errands[0].wish = theirs.wish;
      caller.start_ms = before.start_ms + random_.between(0, 20'000);
    }
  }

  void know_of_namesake(const std::string& person) {
    for (CallerPlan& caller : callers_) {
      for (Errand& errand : caller.call.errands) errand.has_namesake |= errand.person == person;
    }
  }

  // Somebody who wants one appointment: of who has several already, "instead" does not say instead of which.
  const CallerPlan* one_to_call_back() {
    const CallerPlan& before = callers_[random_.below(callers_.size())];
    const bool wants_one =
        before.call.errands.size() == 1 && before.call.errands[0].second_thought != vapi_sim::SecondThought::add;
    return wants_one ? &before : nullptr;
  }

  // The same people call once more because of the same matter, now and then over another line or with a name heard a
  // little differently.
  void draw_redial(CallerPlan& caller, const CallerPlan& before) {
    // After the first call: nobody is in two at once.
    caller.start_ms = before.start_ms + random_.between(90'000, 180'000);
    auto& call = caller.call;
    call.redial_of = vapi_sim::matter_of(before.call);
    call.errands = before.call.errands;
    call.line = before.call.line;
    call.channel = before.call.channel;
    for (Errand& errand : call.errands) {
      // They know by now what is right.
      if (!errand.corrections.empty()) errand.attendee = errand.corrections.back();
      errand.corrections.clear();
      if (random_.chance(habits_.corrected)) errand.attendee = heard_wrong(errand.attendee);
    }
    change_line(call);
  }

  // Hidden first and visible then, or the other way round.
  void change_line(vapi_sim::CallPlan& call) {
    if (call.channel != vapi_sim::Channel::call || !random_.chance(0.3)) return;
    const std::string proven = vapi_sim::proven_number(call.line);
    const std::string own = call.errands[0].attendee.phone;
    if (!proven.empty()) {
      call.line = pick(random_, withheld_lines);
      for (Errand& errand : call.errands) errand.attendee.phone = proven;
    } else if (!own.empty()) {
      call.line = own;
    }
  }

  // The same name heard a little wrong, unless that is somebody else's name.
  Persona heard_wrong(const Persona& said) {
    Persona wrong = misheard(said);
    return names_.insert(wrong.full_name()).second ? wrong : said;
  }

  // A second appointment in the same call: for a child or a colleague, at times for the caller again.
  void draw_second_errand(vapi_sim::CallPlan& call) {
    const Errand& first = call.errands[0];
    if (fixture_.calendars.size() > 1 && random_.chance(0.25)) {
      Errand again = first;
      again.corrections.clear();
      const auto other =
          std::ranges::find_if(fixture_.calendars, [&](const auto& c) { return c.name != first.wish.service; });
      again.wish.service = other->name;
      call.errands.push_back(std::move(again));
      return;
    }
    Persona said = new_name(random_.chance(0.7) ? first.attendee.last_name : "");
    if (vapi_sim::proven_number(call.line).empty()) {
      said.phone = first.attendee.phone;
      if (said.phone.empty()) said.email = random_.chance(0.5) ? first.attendee.email : email_of(1);
    }
    Errand second = new_errand(std::move(said), 1);
    if (random_.chance(0.7)) second.wish = first.wish;
    call.errands.push_back(std::move(second));
  }

  // What was first said is made wrong, so that it can be put right; or what is right is made more or less.
  void draw_corrections(const vapi_sim::CallPlan& call, Errand& errand) {
    const Persona right = errand.attendee;
    Persona& first = errand.attendee;
    switch (random_.below(right.phone.empty() ? 3 : 6)) {
      case 0:
        first.email = "heard." + errand.person + "@mail.example";
        if (right.email.empty()) errand.corrections.push_back(right);  // and then left out
        break;
      case 1:
        // Completed; a caller without a line has to be reached somehow before.
        if (right.email.empty() || (right.phone.empty() && vapi_sim::proven_number(call.line).empty())) return;
        first.email.clear();
        break;
      case 2:
        first = heard_wrong(right);
        break;
      default:
        first.phone = wrong_phone(right.phone);
        break;
    }
    if (first == right) return;
    if (errand.corrections.empty()) errand.corrections.push_back(right);
    // And once more without the phone: the e-mail alone is left to know them by.
    if (!right.phone.empty() && !right.email.empty() && random_.chance(0.3)) {
      Persona rest = right;
      rest.phone.clear();
      errand.corrections.push_back(std::move(rest));
    }
  }

  // One digit off; at times that is somebody else's number.
  std::string wrong_phone(const std::string& right) {
    if (!callers_.empty() && random_.chance(0.4)) {
      const auto& other = callers_[random_.below(callers_.size())].call;
      const std::string theirs = other.errands[0].attendee.phone.empty() ? vapi_sim::proven_number(other.line)
                                                                         : other.errands[0].attendee.phone;
      if (!theirs.empty() && theirs != right) return theirs;
    }
    return one_digit_wrong(random_, right);
  }

  void draw_mind(Errand& errand) {
    if (random_.chance(habits_.change_pending)) {
      errand.when_pending =
          random_.chance(0.6) ? vapi_sim::WhenPending::take_another : vapi_sim::WhenPending::take_another_and_return;
    } else if (random_.chance(habits_.second_thought)) {
      errand.second_thought = random_.chance(0.5) ? vapi_sim::SecondThought::add : vapi_sim::SecondThought::replace;
    }
  }

  // How the caller, their model and the wire behave.
  void draw_conduct(vapi_sim::CallPlan& call) {
    auto& behaviour = call.behaviour;
    behaviour.repeat_book_same_id = random_.chance(habits_.same_id);
    behaviour.repeat_book_concurrently = random_.chance(habits_.concurrent);
    behaviour.reissue_book_new_id = random_.chance(habits_.new_id);
    behaviour.two_tools_one_message = random_.chance(habits_.two_tools);
    behaviour.book_together = random_.chance(habits_.together);
    behaviour.forget_confirm = random_.chance(habits_.forget_confirm);
    if (random_.chance(habits_.hang_up)) behaviour.hang_up_after_book_ms = random_.between(0, 6'000);
    behaviour.accept_alternative = random_.chance(0.7);
    behaviour.think_ms = random_.between(300, 12'000);
    behaviour.pending_wait_ms = random_.between(1'000, 8'000);
    behaviour.delivery_retries = static_cast<int>(random_.below(3));
    if (random_.chance(habits_.reused_ids)) {
      behaviour.ids = vapi_sim::ToolCallIds::reused;
    } else if (random_.chance(habits_.late_duplicate)) {
      behaviour.late_duplicate_ms = random_.between(2'000, 60'000);
    }
    if (random_.chance(habits_.legacy)) {
      call.protocol = vapi_sim::Protocol::function_call;
    } else if (random_.chance(habits_.hook)) {
      call.protocol = vapi_sim::Protocol::hook;
    }
    // Without ids of its own a message cannot be told from a new wish, so it may not come again late.
    if (call.protocol != vapi_sim::Protocol::tool_calls || call.channel == vapi_sim::Channel::unnamed)
      behaviour.late_duplicate_ms.reset();
    const auto shapes = vapi_sim::all_shapes();
    call.shape = many_shapes_ ? shapes[random_.below(shapes.size())] : shapes.front();
    // Long bodies cost time and prove nothing that the shapes' own tests do not.
    call.shape.artifact = false;
  }

  SplitMix64 random_;
  const CallersSetting& setting_;
  const mock_ghl::Fixture& fixture_;
  Habits habits_;
  bool many_shapes_ = false;
  int number_ = 0;
  std::set<std::string> names_;
  std::vector<CallerPlan> callers_;
};

}  // namespace

std::vector<CallerPlan> draw_callers(SplitMix64 random, const CallersSetting& setting,
                                     const mock_ghl::Fixture& fixture) {
  return CallersDraw(random, setting, fixture).draw();
}

void draw_known_contacts(SplitMix64 random, const std::vector<CallerPlan>& callers, mock_ghl::Fixture& fixture) {
  std::set<std::string> known;
  for (std::size_t i = 0; i < callers.size(); ++i) {
    const auto& call = callers[i].call;
    // The last correction is what is right.
    const Errand& errand = call.errands[0];
    const Persona& said = errand.corrections.empty() ? errand.attendee : errand.corrections.back();
    const std::string proven = vapi_sim::proven_number(call.line);
    const std::string phone = proven.empty() ? said.phone : proven;
    if (!random.chance(0.15) || phone.empty() || !known.insert(phone).second) continue;
    mock_ghl::ContactSeed seed{
        .id = "conKnown" + std::to_string(i), .location_id = fixture.locations[0].id, .fields = {}};
    seed.fields.first_name = random.chance(0.8) ? said.first_name : "Alexander";
    seed.fields.last_name = said.last_name;
    seed.fields.phone = phone;
    if (seed.fields.first_name == said.first_name) seed.fields.email = said.email;
    fixture.contacts.push_back(std::move(seed));
  }
}

}  // namespace scenarios
