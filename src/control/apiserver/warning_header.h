// Warning headers (RFC 7234 5.5, as Kubernetes uses them): how kubectl learns what is odd about an accepted object.
#pragma once

#include <string>
#include <string_view>

namespace weft::control {

// `299 - "text"`, with everything that a header can't carry replaced; cut where it grows too long for one.
std::string warning_header(std::string_view text);

}  // namespace weft::control
