#include "core/ledger/sqlite/schema.hpp"

#include <array>

#include "core/base/assert.hpp"

namespace holdfast::ledger::sqlite {
namespace {

// "HOLD" in ASCII; tells a ledger from any other SQLite file.
constexpr std::int64_t application_id = 0x484f4c44;

// Instants are integers: milliseconds since 1970 UTC.
constexpr const char* first_schema = R"sql(
CREATE TABLE intents(
  sequence       INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT NOT NULL UNIQUE,
  tenant         TEXT NOT NULL,
  key            TEXT NOT NULL,
  generation     INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN
                   ('opened', 'held', 'creating', 'unknown', 'created', 'yielding', 'booked', 'refused')),
  version        INTEGER NOT NULL,
  request        TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  contact_id     TEXT NOT NULL,
  attempted_at   INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX intents_live_key ON intents(tenant, key) WHERE state <> 'refused';
CREATE UNIQUE INDEX intents_generation ON intents(tenant, key, generation);
CREATE INDEX intents_unsettled ON intents(tenant, sequence) WHERE state NOT IN ('booked', 'refused');

CREATE TABLE aliases(
  tenant    TEXT NOT NULL,
  alias     TEXT NOT NULL,
  intent_id TEXT NOT NULL REFERENCES intents(id),
  PRIMARY KEY (tenant, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE holds(
  intent_id     TEXT NOT NULL PRIMARY KEY REFERENCES intents(id),
  resource      TEXT NOT NULL,
  begin_at      INTEGER NOT NULL,
  end_at        INTEGER NOT NULL CHECK (begin_at < end_at),
  fencing_token INTEGER NOT NULL UNIQUE,
  expires_at    INTEGER,
  released      INTEGER NOT NULL CHECK (released IN (0, 1))
) STRICT;
CREATE INDEX holds_of_resource ON holds(resource, end_at, begin_at) WHERE released = 0;
CREATE INDEX holds_released ON holds(released) WHERE released = 1;
CREATE INDEX holds_expiring ON holds(expires_at);
CREATE INDEX holds_ending ON holds(end_at);

CREATE TABLE outbox(
  sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
  id         TEXT NOT NULL UNIQUE,
  intent_id  TEXT NOT NULL REFERENCES intents(id),
  tenant     TEXT NOT NULL,
  kind       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  due_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  dead       INTEGER NOT NULL CHECK (dead IN (0, 1))
) STRICT;
CREATE INDEX outbox_due ON outbox(tenant, due_at, sequence) WHERE dead = 0;

CREATE TABLE offers(
  tenant       TEXT NOT NULL,
  conversation TEXT NOT NULL,
  code         TEXT NOT NULL,
  service      TEXT NOT NULL,
  calendar_id  TEXT NOT NULL,
  zone         TEXT NOT NULL,
  start_at     INTEGER NOT NULL,
  end_at       INTEGER NOT NULL,
  offered_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  PRIMARY KEY (tenant, conversation, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_expiring ON offers(expires_at);

CREATE TABLE counters(name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counters VALUES ('fencing_token', 0);
)sql";

// Wishes in groups, found by links; several claims a hold; reviews and questions. Names of states are the code's alone.
// A released hold is no row: bookings of the first schema kept theirs pinned, GHL's own list has dropped those slots
// long since. `needs_work` is Intent::needs_work(), for the two indexes.
constexpr const char* second_schema = R"sql(
ALTER TABLE intents RENAME TO intents_1;
ALTER TABLE holds RENAME TO holds_1;
ALTER TABLE outbox RENAME TO outbox_1;
DROP INDEX intents_live_key;
DROP INDEX intents_generation;
DROP INDEX intents_unsettled;
DROP INDEX holds_of_resource;
DROP INDEX holds_released;
DROP INDEX holds_expiring;
DROP INDEX holds_ending;
DROP INDEX outbox_due;

CREATE TABLE intents(
  sequence       INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  tenant         TEXT NOT NULL,
  kind           TEXT NOT NULL,
  state          TEXT NOT NULL,
  version        INTEGER NOT NULL,
  group_id       TEXT NOT NULL,
  wanted         INTEGER NOT NULL,
  withdrawn      INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
  needs_work     INTEGER NOT NULL CHECK (needs_work IN (0, 1)),
  request        TEXT NOT NULL,
  outcome        TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  contact_id     TEXT NOT NULL,
  sent_until     INTEGER,
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
) STRICT;
-- Most groups have one member, the one they are named after.
CREATE INDEX intents_joined ON intents(tenant, group_id) WHERE group_id <> id;
CREATE INDEX intents_needing_work ON intents(tenant, sequence) WHERE needs_work = 1;
CREATE INDEX intents_at_rest ON intents(updated_at, sequence) WHERE needs_work = 0;
INSERT INTO intents SELECT sequence, id, tenant, 'booking', state, version, id, sequence, 0,
  state NOT IN ('booked', 'refused'), request, outcome, appointment_id, contact_id, attempted_at, created_at, updated_at
  FROM intents_1;

CREATE TABLE links(
  tenant   TEXT NOT NULL,
  link     TEXT NOT NULL,
  sequence INTEGER NOT NULL REFERENCES intents(sequence),
  PRIMARY KEY (tenant, link, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_of_intent ON links(sequence, link);
INSERT INTO links SELECT a.tenant, 'call:' || a.alias, i.sequence FROM aliases a JOIN intents i ON i.id = a.intent_id;
INSERT INTO links SELECT tenant, 'appointment:' || appointment_id, sequence FROM intents WHERE appointment_id <> '';
INSERT INTO links SELECT tenant,
  'slot:' || json_extract(request, '$.calendar_id') || '|' || json_extract(request, '$.start_ms'), sequence
  FROM intents WHERE json_valid(request) AND json_type(request, '$.calendar_id') = 'text'
    AND json_type(request, '$.start_ms') = 'integer';
INSERT INTO links SELECT tenant, 'number:' || json_extract(request, '$.phone'), sequence
  FROM intents WHERE json_valid(request) AND json_type(request, '$.phone') = 'text'
    AND json_extract(request, '$.phone') <> '';

CREATE TABLE holds(
  intent_id     TEXT NOT NULL REFERENCES intents(id),
  resource      TEXT NOT NULL,
  begin_at      INTEGER NOT NULL,
  end_at        INTEGER NOT NULL CHECK (begin_at < end_at),
  fencing_token INTEGER NOT NULL,
  expires_at    INTEGER,
  PRIMARY KEY (intent_id, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_of_resource ON holds(resource, end_at, begin_at);
CREATE INDEX holds_expiring ON holds(expires_at) WHERE expires_at IS NOT NULL;
INSERT INTO holds SELECT h.intent_id, h.resource, h.begin_at, h.end_at, h.fencing_token, h.expires_at
  FROM holds_1 h JOIN intents i ON i.id = h.intent_id WHERE h.released = 0 AND i.needs_work = 1;

CREATE TABLE outbox(
  sequence   INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  intent_id  TEXT NOT NULL,
  tenant     TEXT NOT NULL,
  kind       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  due_at     INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  dead       INTEGER NOT NULL CHECK (dead IN (0, 1))
) STRICT;
CREATE INDEX outbox_due ON outbox(tenant, due_at, sequence) WHERE dead = 0;
CREATE INDEX outbox_of_intent ON outbox(intent_id);
INSERT INTO outbox SELECT sequence, id, intent_id, tenant, kind, payload, due_at, attempts, last_error, dead
  FROM outbox_1;

CREATE TABLE reviews(
  sequence    INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  tenant      TEXT NOT NULL,
  intent_id   TEXT NOT NULL,
  kind        TEXT NOT NULL,
  text        TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  resolved_at INTEGER,
  resolution  TEXT NOT NULL
) STRICT;
CREATE INDEX reviews_open ON reviews(sequence) WHERE resolved_at IS NULL;
CREATE INDEX reviews_of_intent ON reviews(intent_id);

CREATE TABLE questions(
  tenant     TEXT NOT NULL,
  question   TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (tenant, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX questions_expiring ON questions(expires_at);

INSERT INTO counters SELECT 'wanted', coalesce(max(sequence), 0) FROM intents;
INSERT INTO counters VALUES ('touched', 0);
DROP TABLE aliases;
DROP TABLE holds_1;
DROP TABLE outbox_1;
DROP TABLE intents_1;
)sql";

constexpr std::array<Migration, 2> migrations_known{
    {{.to_version = 1, .sql = first_schema}, {.to_version = 2, .sql = second_schema}}};

std::int64_t read_integer(Database& database, const std::string& sql) {
  Cursor cursor = database.query(sql);
  return cursor.next() ? cursor.integer(0) : 0;
}

Result<void> check_identity(Database& database, std::int64_t version, std::int64_t newest) {
  const bool empty = read_integer(database, "SELECT count(*) FROM sqlite_schema") == 0;
  const bool ours = read_integer(database, "PRAGMA application_id") == application_id;
  if (!ours && !empty) {
    return fail(ErrorKind::configuration, "The file '" + database.path() +
                                              "' is a database of another program. Name another path for the ledger.");
  }
  if (version > newest) {
    return fail(ErrorKind::configuration,
                "The ledger '" + database.path() + "' has version " + std::to_string(version) +
                    ", but this program knows only up to version " + std::to_string(newest) +
                    ". Run the newer program that wrote it, or restore the backup made before "
                    "that upgrade.");
  }
  return {};
}

void apply(Database& database, const Migration& migration) {
  database.execute("BEGIN IMMEDIATE");
  try {
    database.execute(migration.sql);
    // PRAGMAs take no parameters; both numbers are ours.
    database.execute(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
    database.execute(("PRAGMA user_version = " + std::to_string(migration.to_version)).c_str());
    database.execute("COMMIT");
  } catch (...) {
    if (database.in_transaction()) database.execute("ROLLBACK");
    throw;
  }
}

}  // namespace

std::span<const Migration> all_migrations() {
  return migrations_known;
}

Result<void> migrate(Database& database, std::span<const Migration> migrations) {
  HOLDFAST_ASSERT(!migrations.empty());
  const std::int64_t version = read_integer(database, "PRAGMA user_version");
  if (auto known = check_identity(database, version, migrations.back().to_version); !known) return known;
  {
    Cursor check = database.query("PRAGMA quick_check(1)");
    const std::string verdict = check.next() ? check.text(0) : "no answer";
    if (verdict != "ok") {
      return fail(ErrorKind::storage, "The ledger '" + database.path() + "' is damaged (" + verdict +
                                          "). Stop, keep the file and its -wal file for repair, and restore a backup.");
    }
  }
  for (const Migration& migration : migrations) {
    if (migration.to_version > version) apply(database, migration);
  }
  return {};
}

}  // namespace holdfast::ledger::sqlite
