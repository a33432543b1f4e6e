#include "core/booking/replies.hpp"

#include <nlohmann/json.hpp>

#include "core/booking/speech.hpp"

namespace holdfast::booking {
namespace {

// Members in the order written, so that a person reading a log sees the status first.
using OrderedJson = nlohmann::ordered_json;

std::string dump(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::string plain_reply(std::string_view status, std::string_view say, std::string_view question) {
  OrderedJson reply{{"status", status}, {"say", say}};
  if (!question.empty()) reply["question"] = question;
  return dump(reply);
}

std::string with_own_wishes(std::string reply, const std::vector<OwnWish>& wishes, const Zone& zone) {
  if (wishes.empty()) return reply;
  OrderedJson json = OrderedJson::parse(reply);
  OrderedJson& yours = json["yours"] = OrderedJson::array();
  std::string say;
  for (const OwnWish& wish : wishes) {
    const std::string label = spoken_label(wish.request.start, zone);
    yours.push_back(OrderedJson{
        {"status", wish.is_booked ? "booked" : "pending"}, {"label", label}, {"service", wish.request.service}});
    say += (wish.is_booked ? "You have " : "I'm still confirming ") + label + ". ";
  }
  json["say"] = say + json["say"].get<std::string>();
  return dump(json);
}

std::string slots_reply(std::string_view status, std::string_view say, const std::vector<OfferedSlot>& slots,
                        const std::string& zone_name) {
  OrderedJson list = OrderedJson::array();
  for (const OfferedSlot& slot : slots) list.push_back(OrderedJson{{"code", slot.code}, {"label", slot.label}});
  return dump(OrderedJson{{"status", status}, {"say", say}, {"timezone", zone_name}, {"slots", std::move(list)}});
}

std::string booked_reply(const BookingRequest& request) {
  const auto zone = Zone::find(request.zone);
  const std::string label = spoken_label(request.start, zone ? *zone : Zone::utc());
  const std::string name = request.person.full_name();
  return dump(OrderedJson{{"status", "booked"},
                          {"say", "You're booked for " + label + "."},
                          {"label", label},
                          {"timezone", request.zone},
                          {"name", name}});
}

std::string offer_sentence(const std::vector<OfferedSlot>& slots, bool closest) {
  std::vector<std::string> labels;
  for (const OfferedSlot& slot : slots) labels.push_back(slot.label);
  return (closest ? "The closest I have is " : "I have ") + spoken_choices(labels) + ".";
}

}  // namespace holdfast::booking
