// Status: how a gRPC call ended, and how it travels: in the trailers grpc-status and grpc-message, or as the HTTP
// status of something in between that speaks no gRPC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/headers.h"

namespace weft::grpc {

// The codes of gRPC, with their numbers on the wire.
enum class Code : uint8_t {
  ok = 0,
  cancelled = 1,
  unknown = 2,
  invalid_argument = 3,
  deadline_exceeded = 4,
  not_found = 5,
  already_exists = 6,
  permission_denied = 7,
  resource_exhausted = 8,
  failed_precondition = 9,
  aborted = 10,
  out_of_range = 11,
  unimplemented = 12,
  internal = 13,
  unavailable = 14,
  data_loss = 15,
  unauthenticated = 16,
};

std::string_view to_string(Code code);  // "UNAVAILABLE"

// A value. `message` is text for people, already decoded.
struct Status {
  Code code = Code::ok;
  std::string message;

  bool is_ok() const { return code == Code::ok; }
};

// The status in a set of trailers (or in the head of a response without body); nothing if there is none.
std::optional<Status> status_of(const http::Headers& fields);

// What an HTTP status means to a gRPC caller when the response is none of gRPC's.
Status status_of_http(uint16_t http_status);

// A status that is not ok, as an error of the peer.
Error error_of(const Status& status);

// grpc-message is percent-encoded: printable ASCII but for '%' stands for itself. A broken escape stays as it is.
std::string decode_message(std::string_view encoded);
std::string encode_message(std::string_view text);

}  // namespace weft::grpc
