// A booking backend that answers by script, for tests of the caller's side.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/clock.hpp"
#include "core/net/transport.hpp"

namespace vapi_sim {

// What the backend does with one tool call.
struct Scripted {
  std::string result;
  std::int64_t delay_ms = 100;
  int status = 200;
  bool lost = false;  // no answer before the deadline
};

// Reads the nested entries of toolCallList only: the shape matrix is tested elsewhere.
class ScriptedBackend final : public holdfast::net::HttpTransport {
 public:
  explicit ScriptedBackend(holdfast::net::Clock& clock) : clock_(clock) {}

  // Answers the `nth` (from 0) request for that tool.
  std::function<Scripted(const holdfast::Json& arguments, int nth)> check = [](const holdfast::Json&, int) {
    return Scripted{.result = offer()};
  };
  std::function<Scripted(const holdfast::Json& arguments, int nth)> book = [](const holdfast::Json&, int) {
    return Scripted{.result = booked()};
  };
  // Every message seen, in the order sent.
  std::vector<holdfast::Json> messages;
  std::vector<holdfast::net::HttpRequest> requests;
  int finished = 0;  // requests that were answered or lost

  // The types of the messages seen, with the status of status-updates.
  std::vector<std::string> types() const {
    std::vector<std::string> seen;
    for (const holdfast::Json& message : messages) {
      std::string type = message.at("type");
      if (type == "status-update") type += " " + message.at("status").get<std::string>();
      seen.push_back(type);
    }
    return seen;
  }

  static std::string offer() {
    return R"({"status":"available","say":"I have ten thirty or eleven.","timezone":"America/New_York","slots":[)"
           R"({"code":"K7QP","label":"Thursday, August 27 at 10:30 AM"},{"code":"M2XR","label":"Thursday, August 27 at 11:00 AM"}]})";
  }
  static std::string booked(const std::string& label = "Thursday, August 27 at 10:30 AM") {
    return R"({"status":"booked","say":"You are booked.","label":")" + label +
           R"(","timezone":"America/New_York","name":"Dana Reed"})";
  }
  static std::string taken() {
    return R"({"status":"taken","say":"That is gone. I have noon.","timezone":"America/New_York","slots":[{"code":"Q9ZZ","label":"Thursday, August 27 at 12:00 PM"}]})";
  }
  static std::string status(const std::string& word) { return R"({"status":")" + word + R"(","say":"Well."})"; }

  holdfast::net::Task<holdfast::net::TransportResult> send(holdfast::net::HttpRequest request,
                                                           holdfast::Instant deadline) override {
    requests.push_back(request);
    const holdfast::Json message = holdfast::Json::parse(request.body).at("message");
    messages.push_back(message);
    holdfast::Json results = holdfast::Json::array();
    Scripted last{.result = "", .delay_ms = 10};
    if (message.at("type") == "tool-calls") {
      for (const holdfast::Json& call : message.at("toolCallList")) {
        const holdfast::Json& function = call.at("function");
        last = function.at("name") == "book_appointment" ? book(function.at("arguments"), books_++)
                                                         : check(function.at("arguments"), checks_++);
        results.push_back({{"toolCallId", call.at("id")}, {"name", function.at("name")}, {"result", last.result}});
      }
    }
    const holdfast::Instant answer_at = clock_.now() + holdfast::milliseconds(last.delay_ms);
    const bool lost = last.lost || answer_at > deadline;
    co_await holdfast::net::sleep_for(clock_, (lost ? deadline : answer_at) - clock_.now());
    ++finished;
    if (lost) {
      co_return std::unexpected(holdfast::net::TransportError{.message = "no answer"});
    }
    holdfast::Json body = holdfast::Json::object();
    if (!results.empty()) body["results"] = results;
    co_return holdfast::net::HttpResponse::json(last.status, body.dump());
  }

 private:
  holdfast::net::Clock& clock_;
  int checks_ = 0;
  int books_ = 0;
};

}  // namespace vapi_sim
