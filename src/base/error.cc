#include "base/error.h"

#include <cerrno>
#include <cstring>

namespace weft {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::cancelled:
      return "cancelled";
    case Reason::timed_out:
      return "timed out";
    case Reason::closed:
      return "closed";
    case Reason::refused:
      return "refused";
    case Reason::reset:
      return "reset";
    case Reason::malformed:
      return "malformed";
    case Reason::too_large:
      return "too large";
    case Reason::not_found:
      return "not found";
    case Reason::already_exists:
      return "already exists";
    case Reason::conflict:
      return "conflict";
    case Reason::invalid:
      return "invalid";
    case Reason::denied:
      return "denied";
    case Reason::unsupported:
      return "unsupported";
    case Reason::unavailable:
      return "unavailable";
    case Reason::no_route:
      return "no route";
    case Reason::no_cluster:
      return "no cluster";
    case Reason::no_healthy_endpoint:
      return "no healthy endpoint";
    case Reason::overflow:
      return "overflow";
    case Reason::internal:
      return "internal";
  }
  return "unknown";
}

Error Error::during(std::string_view what) && {
  detail.insert(0, std::string(what) + ": ");
  return std::move(*this);
}

namespace {

Reason reason_of(int error_number) {
  switch (error_number) {
    case ECONNREFUSED:
    case ENETUNREACH:
    case EHOSTUNREACH:
      return Reason::refused;
    case ECONNRESET:
    case EPIPE:
      return Reason::reset;
    case ETIMEDOUT:
      return Reason::timed_out;
    case ENOENT:
      return Reason::not_found;
    case EEXIST:
    case EADDRINUSE:
      return Reason::already_exists;
    case EACCES:
    case EPERM:
      return Reason::denied;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return Reason::overflow;
    default:
      return Reason::internal;
  }
}

}  // namespace

Error system_error(std::string_view what, int error_number) {
  std::string detail(what);
  detail.append(": ").append(std::strerror(error_number));
  return {.reason = reason_of(error_number), .detail = std::move(detail)};
}

}  // namespace weft
