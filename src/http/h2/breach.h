// Breach: what a peer did against the protocol or beyond our limits, so that its connection has to end (RFC
// 9113 5.4.1).
#pragma once

#include <optional>
#include <string_view>

#include "http/h2/frame.h"

namespace weft::http::h2 {

// `why` is a literal: it goes into the GOAWAY frame and the log.
struct Breach {
  ErrorCode code;
  std::string_view why;
};

// Nothing: all is well.
using Verdict = std::optional<Breach>;

inline Breach protocol_error(std::string_view why) {
  return {ErrorCode::protocol_error, why};
}
inline Breach size_error(std::string_view why) {
  return {ErrorCode::frame_size_error, why};
}
inline Breach too_much(std::string_view why) {
  return {ErrorCode::enhance_your_calm, why};
}

}  // namespace weft::http::h2
