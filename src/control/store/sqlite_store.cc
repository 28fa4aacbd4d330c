#include "control/store/sqlite_store.h"

#include <fmt/format.h>

#include "base/log.h"

namespace weft::control {
namespace {

constexpr int64_t kApplicationId = 0x57656674;  // "Weft"
constexpr int64_t kVersion = 1;
constexpr int64_t kPageSizeBytes = 4096;

// synchronous=FULL: the write-ahead log is synced before a commit answers, so that an acknowledged write also survives
// the machine's power cut. Exclusive locking: one weftd per state folder, and no shared-memory file. A short wait
// covers the moment in which a killed predecessor still holds its lock.
constexpr const char* kSettings =
    "PRAGMA busy_timeout=500;"
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA cell_size_check=ON;";

constexpr const char* kSchema =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE objects(type TEXT NOT NULL, space TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,"
    " json TEXT NOT NULL, checksum INTEGER NOT NULL, UNIQUE(type, space, name)) STRICT;"
    "CREATE TABLE changes(revision INTEGER PRIMARY KEY, kind INTEGER NOT NULL, type TEXT NOT NULL, space TEXT NOT NULL,"
    " name TEXT NOT NULL, json TEXT NOT NULL, ends_commit INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;"
    "PRAGMA application_id=1466263156;"
    "PRAGMA user_version=1;"
    "COMMIT;";
static_assert(kApplicationId == 1466263156);

// FNV-1a, 64 bits (Fowler, Noll, Vo; public domain): finds flipped bits and torn rows; it is no defence against malice.
class Checksum {
 public:
  Checksum& add(std::string_view bytes) {
    for (const char byte : bytes) sum_ = (sum_ ^ static_cast<uint8_t>(byte)) * 0x100000001b3;
    sum_ = (sum_ ^ 0x1ff) * 0x100000001b3;  // a mark between fields that no byte can imitate
    return *this;
  }
  int64_t sum() const { return static_cast<int64_t>(sum_); }

 private:
  uint64_t sum_ = 0xcbf29ce484222325;
};

int64_t checksum(const Object& object, int64_t mark) {
  return Checksum()
      .add(object.key.type)
      .add(object.key.space)
      .add(object.key.name)
      .add(std::to_string(object.revision.value()))
      .add(std::to_string(mark))
      .add(object.json)
      .sum();
}

constexpr int64_t kObjectMark = -1;
int64_t log_mark(Change::Kind kind, bool ends_commit) {
  return static_cast<int64_t>(kind) * 2 + (ends_commit ? 1 : 0);
}

ObjectPtr read_object(const Statement& row, int first) {
  Object object;
  object.revision = Revision(static_cast<uint64_t>(row.number(first)));
  object.key = {std::string(row.text(first + 1)), std::string(row.text(first + 2)), std::string(row.text(first + 3))};
  object.json = std::string(row.text(first + 4));
  return std::make_shared<const Object>(std::move(object));
}

std::unexpected<Error> damaged(std::string_view where, int64_t revision) {
  return fail(
      Reason::malformed,
      fmt::format("the store's table \"{}\" is damaged at revision {}: the checksum of the row is wrong; restore "
                  "weft.db from a copy, or remove it and apply the resources again",
                  where, revision));
}

Result<void> prepare_file(Database& database, const StoreLimits& limits) {
  WEFT_CHECK(database.run(kSettings));
  WEFT_TRY(const int64_t version, database.query_number("PRAGMA user_version"));
  WEFT_TRY(const int64_t tables, database.query_number("SELECT count(*) FROM sqlite_schema"));
  if (version == 0 && tables == 0) {
    WEFT_CHECK(database.run(kSchema));
  } else {
    WEFT_TRY(const int64_t application, database.query_number("PRAGMA application_id"));
    if (application != kApplicationId)
      return fail(Reason::invalid, "the file is a database, but not a store of Weft's");
    if (version != kVersion)
      return fail(Reason::invalid,
                  fmt::format("the store was written in format {}, this weftd reads format {}", version, kVersion));
    WEFT_TRY(Statement check, database.prepare("PRAGMA quick_check(1)"));
    WEFT_CHECK(check.step());
    if (check.text(0) != "ok") return fail(Reason::malformed, fmt::format("the store is damaged: {}", check.text(0)));
  }
  return database.run(fmt::format("PRAGMA max_page_count={}", limits.file_size_bytes / kPageSizeBytes).c_str());
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, StoreLimits limits) {
  const auto opening = [&](Error error) { return fail(std::move(error).during(fmt::format("opening {}", path))); };
  auto database = Database::open(path);
  if (!database) return opening(std::move(database).error());
  if (auto ready = prepare_file(*database, limits); !ready) return opening(std::move(ready).error());
  auto statements = prepare(*database);
  if (!statements) return opening(std::move(statements).error());
  std::unique_ptr<SqliteStore> store(new SqliteStore(*std::move(database), *std::move(statements), limits.log));
  if (auto loaded = store->load_objects(); !loaded) return opening(std::move(loaded).error());
  if (auto loaded = store->load_log(); !loaded) return opening(std::move(loaded).error());
  return store;
}

Result<SqliteStore::Statements> SqliteStore::prepare(Database& database) {
  WEFT_TRY(Statement begin, database.prepare("BEGIN IMMEDIATE"));
  WEFT_TRY(Statement commit, database.prepare("COMMIT"));
  WEFT_TRY(Statement rollback, database.prepare("ROLLBACK"));
  WEFT_TRY(Statement put,
           database.prepare("INSERT INTO objects(revision, type, space, name, json, checksum)"
                            " VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                            " ON CONFLICT(type, space, name) DO UPDATE SET"
                            " revision=excluded.revision, json=excluded.json, checksum=excluded.checksum"));
  WEFT_TRY(Statement remove, database.prepare("DELETE FROM objects WHERE type=?1 AND space=?2 AND name=?3"));
  WEFT_TRY(Statement log, database.prepare("INSERT INTO changes(revision, type, space, name, json, checksum, kind,"
                                           " ends_commit) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"));
  WEFT_TRY(Statement trim, database.prepare("DELETE FROM changes WHERE revision <= ?1"));
  return Statements{std::move(begin),  std::move(commit), std::move(rollback), std::move(put),
                    std::move(remove), std::move(log),    std::move(trim)};
}

Result<void> SqliteStore::load_objects() {
  WEFT_TRY(Statement rows, database_.prepare("SELECT revision, type, space, name, json, checksum FROM objects"));
  while (true) {
    WEFT_TRY(const bool row, rows.step());
    if (!row) return {};
    ObjectPtr object = read_object(rows, 0);
    if (checksum(*object, kObjectMark) != rows.number(5)) return damaged("objects", rows.number(0));
    ledger_.restore_object(std::move(object));
  }
}

Result<void> SqliteStore::load_log() {
  WEFT_TRY(Statement rows, database_.prepare("SELECT revision, type, space, name, json, checksum, kind, ends_commit"
                                             " FROM changes ORDER BY revision"));
  std::map<Key, ObjectPtr> latest;  // the previous version of each key, as far as the log tells
  while (true) {
    WEFT_TRY(const bool row, rows.step());
    if (!row) break;
    LogEntry entry{{static_cast<Change::Kind>(rows.number(6)), read_object(rows, 0), nullptr}, rows.number(7) != 0};
    const ObjectPtr& object = entry.change.object;
    if (checksum(*object, log_mark(entry.change.kind, entry.ends_commit)) != rows.number(5))
      return damaged("changes", rows.number(0));
    if (const auto current = ledger_.get(object->key); current && current->revision == object->revision)
      entry.change.object = current;  // one copy in memory, not two
    ObjectPtr& before = latest[object->key];
    if (entry.change.kind != Change::Kind::created) entry.change.before = before;
    before = entry.change.object;
    ledger_.restore_entry(std::move(entry));
  }
  trimmed_ = ledger_.log_start();
  return {};
}

runtime::Task<Result<Revision>> SqliteStore::commit(Batch batch) {
  if (failed_)
    co_return fail(Reason::internal, "the disk failed under the store: it takes no more writes until weftd restarts");
  WEFT_CO_TRY(std::vector<LogEntry> entries, ledger_.plan(std::move(batch)));
  if (entries.empty()) co_return ledger_.revision();
  if (auto written = write(entries); !written)
    co_return fail(std::move(written).error().during("writing to the store"));
  ledger_.apply(std::move(entries));
  co_return ledger_.revision();
}

Result<void> SqliteStore::write(const std::vector<LogEntry>& entries) {
  auto written = write_all(entries);
  if (written) return {};
  // What is not a full disk is a disk that can't be trusted: whether the sync reached it is unknown, and asking again
  // would only pretend so (a failed fsync marks the pages clean).
  (void)statements_.rollback.run();  // SQLite may have done it already
  if (written.error().reason != Reason::unavailable) {
    failed_ = true;
    log::error("store: {}; no more writes are taken", written.error().detail);
  }
  return written;
}

Result<void> SqliteStore::write_all(const std::vector<LogEntry>& entries) {
  WEFT_CHECK(statements_.begin.run());
  for (const LogEntry& entry : entries) WEFT_CHECK(write_entry(entry));
  if (ledger_.log_start() > trimmed_) {
    WEFT_CHECK(statements_.trim.bind(1, static_cast<int64_t>(ledger_.log_start().value())).run());
    trimmed_ = ledger_.log_start();
  }
  return statements_.commit.run();
}

Result<void> SqliteStore::write_entry(const LogEntry& entry) {
  const auto& [kind, object, before] = entry.change;
  const auto& [key, revision, json] = *object;
  const auto number = static_cast<int64_t>(revision.value());
  if (kind == Change::Kind::removed) {
    WEFT_CHECK(statements_.remove.bind(1, key.type).bind(2, key.space).bind(3, key.name).run());
  } else {
    Statement& put = statements_.put;
    put.bind(1, number).bind(2, key.type).bind(3, key.space).bind(4, key.name).bind(5, json);
    WEFT_CHECK(put.bind(6, checksum(*object, kObjectMark)).run());
  }
  Statement& log = statements_.log;
  log.bind(1, number).bind(2, key.type).bind(3, key.space).bind(4, key.name).bind(5, json);
  log.bind(6, checksum(*object, log_mark(kind, entry.ends_commit)));
  return log.bind(7, static_cast<int64_t>(kind)).bind(8, static_cast<int64_t>(entry.ends_commit)).run();
}

}  // namespace weft::control
