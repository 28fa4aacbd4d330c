#include "proxy/overload/accept_pace.h"

namespace weft::proxy {

bool AcceptPace::left_some(Time now) {
  if (behind_.turns == 0) behind_.since = now;
  ++behind_.turns;
  last_behind_ = now;
  if (is_overloaded_ || now - behind_.since < kBehindFor || behind_.turns < kBehindTurns) return false;
  is_overloaded_ = true;
  return true;
}

bool AcceptPace::caught_up(Time now) {
  behind_ = {};
  if (!is_overloaded_ || now - last_behind_ < kCalmFor) return false;
  is_overloaded_ = false;
  return true;
}

std::optional<Time> AcceptPace::look_at() const {
  return is_overloaded_ ? std::optional(last_behind_ + kCalmFor) : std::nullopt;
}

}  // namespace weft::proxy
