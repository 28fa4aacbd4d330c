// How metrics name a listener's direction.
#pragma once

#include <string_view>

#include "decide/listener.h"

namespace weft::proxy {

inline std::string_view direction_name(decide::Direction direction) {
  switch (direction) {
    case decide::Direction::inbound:
      return "inbound";
    case decide::Direction::outbound:
      return "outbound";
    case decide::Direction::unspecified:
      break;
  }
  return "unspecified";
}

}  // namespace weft::proxy
