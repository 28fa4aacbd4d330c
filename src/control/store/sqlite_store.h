// SqliteStore: the embedded store of one machine. Every commit is one SQLite transaction in write-ahead mode, synced
// before it is acknowledged; everything is held in memory too, so reads touch no disk.
#pragma once

#include <memory>
#include <string>

#include "control/store/database.h"
#include "control/store/ledger.h"

namespace weft::control {

// What a store may grow to.
struct StoreLimits {
  LogLimits log;
  int64_t file_size_bytes = int64_t{2} << 30;  // etcd's default quota; beyond it commits answer unavailable
};

// See Store for the contract. commit() blocks for the sync of the disk (a millisecond or so) and never suspends. Rows
// carry checksums, compared when the store opens: a damaged file is refused, never served.
class SqliteStore final : public Store {
 public:
  // Opens or makes the file. Fails when it is damaged (malformed), from another version, or open elsewhere (denied).
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, StoreLimits limits = {});

  ObjectPtr get(const Key& key) const override { return ledger_.get(key); }
  Listing list_all() const override { return ledger_.list_all(); }
  Listing list(std::string_view type, std::optional<std::string_view> space) const override {
    return ledger_.list(type, space);
  }
  Revision revision() const override { return ledger_.revision(); }
  Result<std::vector<Change>> changes_after(Revision after, size_t limit) const override {
    return ledger_.changes_after(after, limit);
  }
  Subscription subscribe(std::move_only_function<void()> changed) override {
    return ledger_.subscribe(std::move(changed));
  }
  runtime::Task<Result<Revision>> commit(Batch batch) override;

 private:
  // What runs in every commit, prepared once.
  struct Statements {
    Statement begin, commit, rollback, put, remove, log, trim;
  };

  SqliteStore(Database database, Statements statements, LogLimits limits)
      : database_(std::move(database)), statements_(std::move(statements)), ledger_(limits) {}

  static Result<Statements> prepare(Database& database);
  Result<void> load_objects();
  Result<void> load_log();
  Result<void> write(const std::vector<LogEntry>& entries);
  Result<void> write_all(const std::vector<LogEntry>& entries);
  Result<void> write_entry(const LogEntry& entry);

  Database database_;  // before the statements, which must be closed first
  Statements statements_;
  Ledger ledger_;
  Revision trimmed_;  // the log in the file starts after this revision
  bool failed_ = false;
};

}  // namespace weft::control
