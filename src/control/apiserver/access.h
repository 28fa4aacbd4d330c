// Access: who may call the API. The Unix socket is open to who may open it (0600: its owner, the admin). The TCP port
// is on loopback, where every local process and every web page in a browser can reach it: there the caller must name
// the port's own address as Host (a page whose name was rebound to 127.0.0.1 does not) and bring the admin's token, as
// bearer or as the password of basic credentials.
#pragma once

#include <cstdint>
#include <string>

#include "control/apiserver/refusal.h"
#include "http/message.h"

namespace weft::control {

// Immutable; one per listener.
class Access {
 public:
  // For the Unix socket.
  static Access unrestricted() { return Access({}); }
  // For the TCP port.
  static Access with_token(std::string token) { return Access(std::move(token)); }

  // Whether this request may be answered. Fails with 403 (wrong Host) or 401.
  Reply<> check(const http::RequestHead& head, bool is_health_check) const;

 private:
  explicit Access(std::string token) : token_(std::move(token)) {}

  std::string token_;  // empty: unrestricted
};

}  // namespace weft::control
