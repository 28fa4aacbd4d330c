#include "control/store/database.h"

#include <fmt/format.h>

namespace weft::control {
namespace {

Reason reason_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Reason::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Reason::malformed;
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Reason::denied;
    default:
      return Reason::internal;
  }
}

std::unexpected<Error> fail_with(sqlite3* handle, int code) {
  const char* text = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  if ((code & 0xff) == SQLITE_BUSY) text = "another process has this database open";
  return fail(reason_of(code), fmt::format("{} (SQLite code {})", text, code));
}

}  // namespace

Statement& Statement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), parameter, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind(int parameter, int64_t number) {
  sqlite3_bind_int64(handle_.get(), parameter, number);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail_with(sqlite3_db_handle(handle_.get()), code);
}

Result<void> Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return fail(stepped.error());
  return {};
}

std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return {bytes ? bytes : "", static_cast<size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

Result<Database> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database(handle);  // also after a failure SQLite hands out a handle that must be closed
  if (code != SQLITE_OK) return fail_with(handle, code);
  return database;
}

Result<void> Database::run(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail_with(handle_.get(), code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail_with(handle_.get(), code);
  return Statement(statement);
}

Result<int64_t> Database::query_number(std::string_view sql) {
  WEFT_TRY(Statement statement, prepare(sql));
  WEFT_TRY(const bool row, statement.step());
  return row ? statement.number(0) : 0;
}

}  // namespace weft::control
