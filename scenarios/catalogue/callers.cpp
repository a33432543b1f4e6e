#include "scenarios/catalogue/callers.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "scenarios/catalogue/ids.hpp"

namespace scenarios {

using holdfast::Json;
using mock_ghl::Faults;
using mock_ghl::for_each_element;
using mock_ghl::ObjectReader;
using mock_ghl::read_choice;
using vapi_sim::Errand;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

constexpr std::array<std::pair<std::string_view, vapi_sim::WhenPending>, 3> when_pending_words{
    {{"ask_again", vapi_sim::WhenPending::ask_again},
     {"take_another", vapi_sim::WhenPending::take_another},
     {"take_another_and_return", vapi_sim::WhenPending::take_another_and_return}}};
constexpr std::array<std::pair<std::string_view, vapi_sim::SecondThought>, 3> second_thought_words{
    {{"none", vapi_sim::SecondThought::none},
     {"add", vapi_sim::SecondThought::add},
     {"replace", vapi_sim::SecondThought::replace}}};
constexpr std::array<std::pair<std::string_view, vapi_sim::Channel>, 4> channel_words{
    {{"call", vapi_sim::Channel::call},
     {"chat_session", vapi_sim::Channel::chat_session},
     {"chat_chain", vapi_sim::Channel::chat_chain},
     {"unnamed", vapi_sim::Channel::unnamed}}};
constexpr std::array<std::pair<std::string_view, vapi_sim::Protocol>, 3> protocol_words{
    {{"tool_calls", vapi_sim::Protocol::tool_calls},
     {"function_call", vapi_sim::Protocol::function_call},
     {"hook", vapi_sim::Protocol::hook}}};
constexpr std::array<std::pair<std::string_view, vapi_sim::ToolCallIds>, 2> id_words{
    {{"unique", vapi_sim::ToolCallIds::unique}, {"reused", vapi_sim::ToolCallIds::reused}}};

// Over sockets nobody waits as long as in virtual time.
vapi_sim::Behaviour socket_behaviour() {
  vapi_sim::Behaviour behaviour;
  behaviour.pending_wait_ms = 800;
  behaviour.server_timeout_ms = 6'000;
  behaviour.think_ms = 100;
  return behaviour;
}

void read_optional_ms(ObjectReader& reader, std::string_view key, std::optional<std::int64_t>& out) {
  if (!reader.has(key)) return;
  std::int64_t value_ms = 0;
  reader.integer(key, value_ms, 0, day_ms);
  out = value_ms;
}

void read_behaviour(const Json& value, std::string path, Faults& faults, vapi_sim::Behaviour& behaviour) {
  ObjectReader reader(value, std::move(path), faults);
  reader.boolean("repeat_book_same_id", behaviour.repeat_book_same_id);
  reader.boolean("repeat_book_concurrently", behaviour.repeat_book_concurrently);
  read_optional_ms(reader, "late_duplicate_ms", behaviour.late_duplicate_ms);
  reader.boolean("reissue_book_new_id", behaviour.reissue_book_new_id);
  reader.boolean("two_tools_one_message", behaviour.two_tools_one_message);
  reader.boolean("book_together", behaviour.book_together);
  reader.boolean("forget_confirm", behaviour.forget_confirm);
  read_choice(reader, "ids", id_words, behaviour.ids);
  reader.boolean("accept_alternative", behaviour.accept_alternative);
  read_optional_ms(reader, "hang_up_after_book_ms", behaviour.hang_up_after_book_ms);
  reader.integer("pending_asks_max", behaviour.pending_asks_max, 0, 100);
  reader.integer("pending_wait_ms", behaviour.pending_wait_ms, 0, day_ms);
  reader.integer("delivery_retries", behaviour.delivery_retries, 0, 10);
  reader.integer("server_timeout_ms", behaviour.server_timeout_ms, 1, 300'000);
  reader.integer("think_ms", behaviour.think_ms, 0, day_ms);
  reader.finish();
}

class CallersReader {
 public:
  CallersReader(const CallersContext& context, Faults& faults) : context_(context), faults_(faults) {}

  void read(const Json& element, const std::string& path) {
    ObjectReader reader(element, path, faults_);
    CallerPlan caller;
    auto& call = caller.call;
    std::string name;
    reader.text("id", name, true);
    if (!name.empty() && !is_kebab_case(name)) reader.fault("id", "must be kebab-case: like-this-1");
    call.call_id = call_id_of(context_.scenario_id, name);
    if (find(call.call_id) != nullptr) reader.fault("id", "is used twice");
    call.target = tenant_target();
    call.secret = vapi_secret();
    read_redial(reader, call);
    reader.text("phone", call.line);
    read_start(reader, caller);
    read_errand(reader, call.errands.front(), call.redial_of.empty());
    if (call.redial_of.empty()) {
      for_each_element(reader.array("more"), reader.path_of("more"), [&](const Json& more, const std::string& place) {
        // Whoever is not named otherwise comes for the second time.
        Errand errand = call.errands.front();
        errand.corrections.clear();
        ObjectReader further(more, place, faults_);
        read_errand(further, errand, false);
        further.finish();
        call.errands.push_back(std::move(errand));
      });
    }
    read_wire(reader, call);
    read_habits(reader, call.behaviour);
    reader.finish();
    callers_.push_back(std::move(caller));
  }

  std::vector<CallerPlan> take() { return std::move(callers_); }

 private:
  const CallerPlan* find(const std::string& call_id) const {
    const auto found = std::ranges::find_if(callers_, [&](const auto& c) { return c.call.call_id == call_id; });
    return found == callers_.end() ? nullptr : &*found;
  }

  // A redial starts as the earlier call was.
  void read_redial(ObjectReader& reader, vapi_sim::CallPlan& call) {
    std::string earlier;
    reader.text("redial_of", earlier);
    if (earlier.empty()) return;
    const CallerPlan* before = find(call_id_of(context_.scenario_id, earlier));
    if (before == nullptr) return reader.fault("redial_of", "must be the id of a caller before this one");
    call.redial_of = vapi_sim::matter_of(before->call);
    call.errands = before->call.errands;
    call.line = before->call.line;
    call.channel = before->call.channel;
    call.protocol = before->call.protocol;
  }

  void read_start(ObjectReader& reader, CallerPlan& caller) {
    reader.integer("start_ms", caller.start_ms, 0, day_ms);
    if (context_.sockets) {
      reader.integer("socket_start_ms", caller.start_ms, 0, 60'000);
    } else {
      reader.has("socket_start_ms");
    }
  }

  static void read_persona(ObjectReader& reader, vapi_sim::Persona& said, bool required) {
    reader.text("first_name", said.first_name, required);
    reader.text("last_name", said.last_name);
    reader.text("says_phone", said.phone);
    reader.text("email", said.email);
  }

  void read_errand(ObjectReader& reader, Errand& errand, bool required) {
    reader.text("person", errand.person);
    read_persona(reader, errand.attendee, required);
    for_each_element(
        reader.array("corrections"), reader.path_of("corrections"), [&](const Json& element, const std::string& place) {
          // Said again as before, but for what is written here.
          vapi_sim::Persona said = errand.corrections.empty() ? errand.attendee : errand.corrections.back();
          ObjectReader correction(element, place, faults_);
          read_persona(correction, said, false);
          correction.finish();
          errand.corrections.push_back(std::move(said));
        });
    read_choice(reader, "when_pending", when_pending_words, errand.when_pending);
    read_choice(reader, "second_thought", second_thought_words, errand.second_thought);
    if (const Json* wish = reader.object("wish")) read_wish(*wish, reader.path_of("wish"), errand.wish);
  }

  void read_wish(const Json& value, std::string path, vapi_sim::Wish& wish) {
    ObjectReader reader(value, std::move(path), faults_);
    reader.text("service", wish.service);
    reader.text("date", wish.date);
    reader.text("time_of_day", wish.time_of_day);
    reader.text("timezone", wish.timezone);
    reader.integer("choice", wish.choice, 0, 20);
    reader.finish();
    if (std::ranges::find(context_.services, wish.service) == context_.services.end()) {
      reader.fault("service", "must be the name of a calendar of the fixture, or of one of the services");
    }
  }

  static void read_wire(ObjectReader& reader, vapi_sim::CallPlan& call) {
    read_choice(reader, "channel", channel_words, call.channel);
    read_choice(reader, "protocol", protocol_words, call.protocol);
    std::string shape;
    reader.text("shape", shape);
    if (const auto read = vapi_sim::parse_shape(shape)) {
      call.shape = *read;
    } else {
      reader.fault("shape", "is not a wire shape, such as flat/string/tool_calls");
    }
  }

  // How a caller behaves; over sockets impatient by default, and once more by "socket_behaviour".
  void read_habits(ObjectReader& reader, vapi_sim::Behaviour& behaviour) {
    const Json* usual = reader.object("behaviour");
    const Json* hurried = reader.object("socket_behaviour");
    if (context_.sockets) behaviour = socket_behaviour();
    if (usual != nullptr) {
      const auto before = behaviour;
      read_behaviour(*usual, reader.path_of("behaviour"), faults_, behaviour);
      if (context_.sockets) {
        // Times of the virtual world would make the real one wait.
        behaviour.pending_wait_ms = before.pending_wait_ms;
        behaviour.server_timeout_ms = before.server_timeout_ms;
        behaviour.think_ms = before.think_ms;
      }
    }
    if (hurried != nullptr && context_.sockets) {
      read_behaviour(*hurried, reader.path_of("socket_behaviour"), faults_, behaviour);
    }
  }

  const CallersContext& context_;
  Faults& faults_;
  std::vector<CallerPlan> callers_;
};

}  // namespace

std::string call_id_of(const std::string& scenario_id, const std::string& caller) {
  return scenario_id + "." + caller;
}

std::vector<CallerPlan> read_callers(const Json* list, const CallersContext& context, Faults& faults) {
  CallersReader reader(context, faults);
  for_each_element(list, "callers", [&](const Json& element, const std::string& path) { reader.read(element, path); });
  return reader.take();
}

}  // namespace scenarios
