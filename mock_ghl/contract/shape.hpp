// Shape: what a JSON value, a body or a query must look like, as data. Requests are held against it in the words of
// GHL's validator; the twin's own replies are held against it in tests and debug builds.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/http.hpp"

namespace mock_ghl::contract {

// The written form of shapes and contracts (contract/README.md); keeps the order of members.
using Notation = nlohmann::ordered_json;

// What a text must hold beyond being a text. The vendor's files never say; each use comes from contract/live.json.
enum class Format { none, instant, email, zone, epoch_ms };

struct Shape;

// A member of an object, or a parameter of a query.
struct Member {
  std::string name;
  bool required = false;
  const Shape* shape = nullptr;
};

// The look of one value. Points into the Shapes that made it.
struct Shape {
  enum class Kind { any, text, number, integer, boolean, list, object, map, any_of };
  Kind kind = Kind::any;
  bool nullable = false;
  Format format = Format::none;
  std::vector<holdfast::Json> choices = {};  // empty: any value of the kind
  std::optional<double> min = {};            // of a number, or of a text's or list's length
  std::optional<double> max = {};
  const Shape* element = nullptr;               // list, map
  std::vector<Member> members = {};             // object; none means that anything may be in it
  std::vector<const Shape*> alternatives = {};  // any_of
};

// Owns shapes and resolves names among them. Pointers it hands out live as long as it does.
class Shapes {
 public:
  Shapes() = default;
  Shapes(const Shapes&) = delete;
  Shapes& operator=(const Shapes&) = delete;

  // Declares the named shapes: {"Name": notation}. Call once, before read().
  holdfast::Result<void> declare(const Notation& named);
  // Reads the notation of contract/README.md. invalid_input names what is wrong.
  holdfast::Result<const Shape*> read(const Notation& notation);

 private:
  holdfast::Result<void> read_into(const Notation& notation, Shape& shape);
  holdfast::Result<void> read_members(const Notation& notation, Shape& shape);

  std::deque<Shape> owned_;
  std::map<std::string, Shape*, std::less<>> named_;
};

// The messages about a request's body, in GHL's words ("property x should not exist", "email must be an email"),
// unknown properties first, then the members in order; nested ones as "teamMembers.0.userId must be a string". Empty:
// it is fine. A null counts as absent. It stops looking at a hundred messages, or 64 KiB of them.
std::vector<std::string> check_body(const Shape& shape, const holdfast::Json& body);
// The same for a query; `shape` is an object. A parameter given as "name[]" or more than once is a list, and is refused
// where its shape is another: what passes, Target::parameter() finds.
std::vector<std::string> check_query(const Shape& shape, const holdfast::net::Target& target);
// What is wrong with a reply: "body.contact.tags is not a list". Members called in `extras` are allowed anywhere.
std::vector<std::string> check_reply(const Shape& shape, const holdfast::Json& reply,
                                     const std::vector<std::string>& extras);

// Whole milliseconds since 1970 within what JavaScript's dates can hold.
std::optional<holdfast::Instant> parse_epoch_ms(std::string_view text);
// "a@b.c": one '@' with something on both sides, a dot in the domain, no spaces.
bool is_email(std::string_view text);

}  // namespace mock_ghl::contract
