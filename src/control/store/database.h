// A thin hold on SQLite: connections and prepared statements that close themselves and answer with Results.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "base/error.h"

namespace weft::control {

// One prepared statement, run many times. Lives no longer than its Database. Bound text must outlive the run.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  // Parameters are numbered from 1, columns from 0, as in SQL and SQLite.
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, int64_t number);

  // True: a row can be read. False: the run is over. Afterwards reset() makes it ready for the next run.
  Result<bool> step();
  void reset() { sqlite3_reset(handle_.get()); }

  // Runs to its end and resets.
  Result<void> run();

  std::string_view text(int column) const;
  int64_t number(int column) const { return sqlite3_column_int64(handle_.get(), column); }

 private:
  // Ends a statement together with its handle.
  struct Close {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Close> handle_;
};

// One connection, one thread. Errors: unavailable (the disk is full), malformed (not a database, or damaged), denied (a
// file that can't be opened or belongs to a running process), internal (the disk failed).
class Database {
 public:
  static Result<Database> open(const std::string& path);

  Result<void> run(const char* sql);
  Result<Statement> prepare(std::string_view sql);
  // The only number in the first row of a query, such as a PRAGMA's answer.
  Result<int64_t> query_number(std::string_view sql);

 private:
  // Ends a connection together with its handle; its statements are gone by then.
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace weft::control
