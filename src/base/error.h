// Error and Result: how every fallible function in Weft answers. An Error is a value; it says what went wrong, on whose
// side, whether trying again is safe, and one sentence for the operator. Exceptions stay at third-party borders.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace weft {

// What went wrong, in words that callers branch on. Grows with the product; each entry has one meaning.
enum class Reason : uint8_t {
  cancelled,            // the waiter was told to stop
  timed_out,            // a deadline passed
  closed,               // the peer ended the stream where more was due
  refused,              // a connection was refused or the address is unreachable
  reset,                // the peer reset the connection
  malformed,            // bytes that do not parse
  too_large,            // a limit on size or count was passed
  not_found,            // the named thing does not exist
  already_exists,       // the named thing exists
  conflict,             // the thing changed meanwhile (compare-and-swap lost)
  invalid,              // well formed, but not acceptable
  denied,               // the caller may not do this
  unsupported,          // understood, but not available here
  unavailable,          // try again later
  no_route,             // no route matches the request
  no_cluster,           // the route names a cluster that is not known
  no_healthy_endpoint,  // the cluster has no endpoint to send to
  overflow,             // a pool, queue or budget is full
  internal,             // a bug or a broken invariant on our side
};

std::string_view to_string(Reason reason);

// Whose fault it is, as an operator would place it.
enum class Side : uint8_t { client, endpoint, us };

// Whether the same operation may be tried again without risk of doing it twice.
enum class Retry : uint8_t { unsafe, safe };

// One failure. A value: copied, moved, given context on the way up, turned into text or a response in one place.
struct [[nodiscard]] Error {
  Reason reason = Reason::internal;
  std::string detail;  // one sentence for the operator, without a final full stop
  Side side = Side::us;
  Retry retry = Retry::unsafe;

  // The same error with what was being done in front: "reading pod.yaml: no such file".
  Error during(std::string_view what) &&;
};

template <class T = void>
using Result = std::expected<T, Error>;

// `return fail(Reason::malformed, "no colon in header line");`
inline std::unexpected<Error> fail(Reason reason, std::string detail, Side side = Side::us,
                                   Retry retry = Retry::unsafe) {
  return std::unexpected(Error{reason, std::move(detail), side, retry});
}
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

// The error of a failed system call: `what` and the text of errno, with the reason that fits.
Error system_error(std::string_view what, int error_number);

}  // namespace weft

// WEFT_TRY(auto x, call()): x is the value, or the enclosing function returns the error. WEFT_CO_TRY in coroutines.
#define WEFT_CONCAT_(a, b) a##b
#define WEFT_CONCAT(a, b) WEFT_CONCAT_(a, b)
#define WEFT_TRY_(leave, temporary, target, ...)                       \
  auto temporary = (__VA_ARGS__);                                      \
  if (!temporary) leave std::unexpected(std::move(temporary).error()); \
  target = *std::move(temporary)
#define WEFT_TRY(target, ...) WEFT_TRY_(return, WEFT_CONCAT(weft_try_, __LINE__), target, __VA_ARGS__)
#define WEFT_CO_TRY(target, ...) WEFT_TRY_(co_return, WEFT_CONCAT(weft_try_, __LINE__), target, __VA_ARGS__)
// The same for calls whose Result holds nothing.
#define WEFT_CHECK(...) \
  if (auto weft_check = (__VA_ARGS__); !weft_check) return std::unexpected(std::move(weft_check).error())
#define WEFT_CO_CHECK(...) \
  if (auto weft_check = (__VA_ARGS__); !weft_check) co_return std::unexpected(std::move(weft_check).error())
