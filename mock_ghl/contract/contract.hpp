// Contract: every operation of the booking resources as data: route, scopes, fields and statuses from the vendor's
// OpenAPI files (contract/vendor), corrected by what is known of the live service (contract/live.json). The twin's
// routing, its validation and `mock-ghl routes|rules|drift` all read it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_ghl/contract/shape.hpp"

namespace mock_ghl::contract {

// How sure a rule is (facts/ghl.md 0), best first.
enum class Evidence { observed, docs, sdk, spec, inferred };
// The two dialects that the Version header picks: the dated versions, and "v3".
enum class Dialect { dated, v3 };

// A security scheme that an operation accepts, with the scopes it asks for. An operation accepts any one of its
// schemes.
struct Security {
  std::string scheme;  // "bearer", "Location-Access", "Agency-Access", … (facts/ghl.md 1.4)
  std::vector<std::string> scopes;
};

// One operation in one dialect.
struct Operation {
  std::string id;        // GHL's operationId
  std::string resource;  // "calendars"
  std::string method;
  std::string pattern;  // "/calendars/{calendarId}", without a trailing slash
  std::vector<std::string> versions;
  std::vector<Security> auth = {};  // empty: none declared
  bool deprecated = false;
  std::vector<std::string> body_types = {};  // content types; empty: no body
  const Shape* query = nullptr;              // nullptr: no parameter is declared
  const Shape* body = nullptr;
  const Shape* reply = nullptr;  // of the success status; nullptr when nothing is declared
  int spec_status = 200;
  int live_status = 200;
  int also_status = 0;  // a second status of success; 0: none
  Evidence status_evidence = Evidence::spec;
  std::vector<int> errors = {};  // declared statuses

  // True when a body of that content type is read. Where the vendor declares none it is JSON.
  bool takes(std::string_view content_type) const;
  // The first scope of its first scheme; "" when none is asked for.
  std::string_view scope() const;
};

// Where the twin follows something else than the vendor's files.
struct Correction {
  std::string where;  // "calendars create-appointment body"
  Dialect dialect = Dialect::dated;
  Evidence evidence = Evidence::inferred;
  std::string source;  // section or quirk of facts/ghl.md
  std::string why;
};

// A behaviour of GHL that its files do not tell (facts/ghl.md 9).
struct Rule {
  std::string id;    // "quirk-01" … "quirk-68"
  std::string kind;  // "default": always on; "fault": off until the switch is used; "config": the fixture decides
  std::string evidence;
  std::string source;
  std::string switch_name;  // what turns it on, off or over; "" for what cannot be turned off
  std::string behaviour;
};
// The built-in rules, by id.
const std::vector<Rule>& shipped_rules();

// Immutable once read; safe to share between threads.
class Contract {
 public:
  // The one that is built in. Read on first use (a few milliseconds).
  static const Contract& shipped();
  // Reads vendor documents {"calendars": {"operations":…,"shapes":…}, …} for both dialects and the corrections on top.
  // invalid_input names the place.
  static holdfast::Result<std::unique_ptr<const Contract>> read(const Notation& dated, const Notation& v3,
                                                                const Notation& live);

  // Every operation of a dialect, in the order of the vendor's files.
  std::span<const Operation> operations(Dialect dialect) const {
    return dialect == Dialect::dated ? dated_.operations : v3_.operations;
  }
  // Where it differs from the vendor's files, in the order written.
  std::span<const Correction> corrections() const { return corrections_; }
  // Members that live answers carry beyond the schemas, anywhere.
  const std::vector<std::string>& extra_members() const { return extras_; }

 private:
  struct Half {
    Shapes shapes[16];
    std::vector<Operation> operations;
  };
  holdfast::Result<void> read_half(const Notation& vendor, const Notation& live, Dialect dialect, Half& half);

  Half dated_;
  Half v3_;
  std::vector<Correction> corrections_;
  std::vector<std::string> extras_;
};

// The built-in vendor documents of a dialect and the built-in corrections, as written.
const Notation& shipped_vendor(Dialect dialect);
const Notation& shipped_live();

// The names that the files and the tables use.
std::string_view to_string(Evidence evidence);
std::string_view to_string(Dialect dialect);

}  // namespace mock_ghl::contract
