// Waits for a client's first bytes and tells what it speaks, leaving the bytes where they are.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "net/stream.h"
#include "proxy/detect/client_hello.h"
#include "proxy/detect/protocol.h"
#include "runtime/task.h"

namespace weft::proxy {

// What a listener wants to know of a connection. Each is asked by a listener filter of its own, per port.
struct Inspection {
  bool for_http = false;
  bool for_tls = false;

  bool is_needed() const { return for_http || for_tls; }
};

// What was found out. `protocol` is never undecided.
struct Detected {
  Protocol protocol = Protocol::opaque;
  std::unique_ptr<const ClientHello> hello =
      nullptr;  // of TLS alone, whose clients say more; kept as long as they stay

  // SNI in lower case; empty: there is none.
  std::string_view server_name() const { return hello ? std::string_view(hello->server_name) : std::string_view(); }
  // ALPN, or what was recognized in plain text.
  std::span<const std::string> application_protocols() const {
    return hello ? std::span<const std::string>(hello->protocols) : proxy::application_protocols(protocol);
  }
};

// A client that stops sending before it has said enough is opaque: what it said may still be for the endpoint. Fails
// with `timed_out` at the deadline, with `malformed` or `too_large` for a TLS hello that no server would take, and as
// reading did when the connection broke. The stream must be a socket.
runtime::Task<Result<Detected>> detect(net::Stream& client, Inspection inspection, Time deadline);

}  // namespace weft::proxy
