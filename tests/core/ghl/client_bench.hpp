// A client in front of a scripted GHL.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ghl/client.hpp"
#include "tests/core/ghl/fake_transport.hpp"

namespace holdfast::ghl::tests {

inline constexpr const char* made_body = R"({"id":"evt1","status":"booked","appointmentStatus":"confirmed"})";
inline constexpr const char* taken_body =
    R"({"message":"The slot you have selected is no longer available.","error":"Bad Request","statusCode":400})";

// A client in front of a scripted server.
struct Bench {
  explicit Bench(std::vector<Answer> answers, RetryPolicy retry = {},
                 std::shared_ptr<TokenSource> tokens = std::make_shared<StaticToken>(Secret("pit-secret")))
      : transport(loop.clock(), std::move(answers)),
        client(loop.runtime(), transport, {.location_id = "loc", .tokens = std::move(tokens), .retry = retry}) {}

  Instant in(Duration duration) { return loop.clock().now() + duration; }
  const net::HttpRequest& request(std::size_t index = 0) { return transport.requests.at(index); }
  std::size_t count() const { return transport.requests.size(); }

  Result<Appointment> create(Duration within = seconds(10)) {
    return loop.run(client.create_appointment({.calendar_id = "cal",
                                               .contact_id = "con",
                                               .start_text = "2026-08-27T10:30:00-05:00",
                                               .title = "Cut",
                                               .description = "HF-1",
                                               .assigned_user_id = ""},
                                              in(within)));
  }
  Result<Contact> upsert(std::string phone = "+14155550100", Duration within = seconds(30)) {
    return loop.run(client.upsert_contact({.first_name = "Jane",
                                           .last_name = "Doe",
                                           .email = "",
                                           .phone = std::move(phone),
                                           .timezone = "",
                                           .source = ""},
                                          in(within)));
  }

  holdfast::tests::Loop loop;
  FakeTransport transport;
  Client client;
};

// The kind of a failure; internal for a success, which no call answers with.
inline ErrorKind kind_of(const auto& result) {
  return result ? ErrorKind::internal : result.error().kind;
}

inline const Interval window{from_epoch_ms(1'790'000'000'000), from_epoch_ms(1'790'086'400'000)};

}  // namespace holdfast::ghl::tests
