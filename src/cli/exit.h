// How a verb ends: with an exit code, or with a Failure that main prints once, on stderr.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "base/error.h"

namespace weft::cli {

// The exit codes scripts rely on (docs/reference/cli.md).
enum class Exit : int {
  ok = 0,
  failed = 1,
  usage = 2,
  findings = 3,
  invalid = 4,
  unreachable = 5,
  not_allowed = 6,
  timed_out = 124,
  interrupted = 130,
};

// Why a verb did not do what it was asked: what happened (with names and numbers), further lines of evidence, and one
// command that fixes it or shows more. A value; text is without signs or colours, those are added where it is printed.
struct [[nodiscard]] Failure {
  Exit exit = Exit::failed;
  std::string what;
  std::string details = {};  // further lines, each ended by a line feed; may be empty
  std::string hint = {};     // "weft up"
};

using Outcome = std::expected<Exit, Failure>;
template <class T>
using Expected = std::expected<T, Failure>;

// `return stop(Exit::failed, "no pod is called x", "weft get pods");`
inline std::unexpected<Failure> stop(Exit exit, std::string what, std::string hint = {}) {
  return std::unexpected(Failure{.exit = exit, .what = std::move(what), .hint = std::move(hint)});
}
inline std::unexpected<Failure> stop(Failure failure) {
  return std::unexpected(std::move(failure));
}

// A system's error as the end of a verb.
inline std::unexpected<Failure> stop(Error error, std::string hint = {}) {
  return stop(Exit::failed, std::move(error.detail), std::move(hint));
}

}  // namespace weft::cli
