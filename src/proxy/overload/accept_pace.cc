#include "proxy/overload/accept_pace.h"

namespace weft::proxy {

bool AcceptPace::left_some(Time now) {
  if (!behind_since_) behind_since_ = now;
  last_behind_ = now;
  if (is_overloaded_ || now - *behind_since_ < kBehindFor) return false;
  is_overloaded_ = true;
  return true;
}

bool AcceptPace::caught_up(Time now) {
  behind_since_.reset();
  if (!is_overloaded_ || now - last_behind_ < kCalmFor) return false;
  is_overloaded_ = false;
  return true;
}

std::optional<Time> AcceptPace::look_at() const {
  return is_overloaded_ ? std::optional(last_behind_ + kCalmFor) : std::nullopt;
}

}  // namespace weft::proxy
