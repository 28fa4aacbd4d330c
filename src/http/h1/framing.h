// Framing: where the body of an HTTP/1.1 message ends, and what its head says about the connection (RFC 9112 6, 9.3).
// Decided once, strictly, when the head is complete; everything after works from this value.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "http/body.h"
#include "http/message.h"

namespace weft::http::h1 {

// Why bytes from a peer are refused: the status to answer a client with, and the reason for the log. No allocation.
struct Violation {
  // 0: none. 400, 414, 417, 431, 501, 503 or 505; an endpoint's violation becomes a 502 in the proxy.
  uint16_t status = 0;
  const char* what = "";

  explicit operator bool() const { return status != 0; }
};

// The same for those who branch on reasons: too_large, unsupported, overflow or malformed.
Error to_error(const Violation& violation);

// What one head says about its message. A value.
struct Framing {
  BodyLength body;
  bool keep_alive = true;         // the sender will take another message on this connection
  bool expects_continue = false;  // "Expect: 100-continue" (requests)
  bool wants_upgrade = false;     // an Upgrade field, named by Connection; h2c is not counted
};

// Checks and reads the framing fields of a request. Strict (RFC 9112 6.1, 6.3): both lengths, repeated or odd
// Content-Length, any Transfer-Encoding but one exact "chunked" are refused. A Content-Length with leading zeros is
// rewritten canonically.
Violation request_framing(RequestHead& head, Framing& out);

// The same for a response to a request with this method. Bodyless responses (HEAD, 1xx, 204, 304) that announce a body
// all the same get keep_alive = false, as nobody can tell what follows (RFC 9112 6.3).
Violation response_framing(ResponseHead& head, std::string_view request_method, Framing& out);

}  // namespace weft::http::h1
