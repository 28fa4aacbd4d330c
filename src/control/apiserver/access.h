// Access: who may call the API. The Unix socket is open to who may open it (0600: its owner, the admin). The TCP port
// is on loopback, where every local process and every web page in a browser can reach it: there the caller must name
// the port's own address as Host (a page whose name was rebound to 127.0.0.1 does not) and bring a token, as bearer or
// as the password of basic credentials: the admin's, or one that was made for it, with its role.
#pragma once

#include <cstdint>
#include <string>

#include "control/apiserver/refusal.h"
#include "control/ca/api_tokens.h"
#include "http/message.h"

namespace weft::control {

// Immutable; one per listener. Control thread.
class Access {
 public:
  // For the Unix socket.
  static Access unrestricted() { return Access({}, nullptr); }
  // For the TCP port. `tokens` outlives it.
  static Access with_tokens(std::string admin_token, const ApiTokens& tokens) {
    return Access(std::move(admin_token), &tokens);
  }

  // As whom this request is to be answered; health checks are everybody's. Fails with 403 (wrong Host) or 401.
  Reply<Role> check(const http::RequestHead& head, bool is_health_check) const;

 private:
  Access(std::string admin_token, const ApiTokens* tokens) : admin_token_(std::move(admin_token)), tokens_(tokens) {}

  std::string admin_token_;
  const ApiTokens* tokens_;  // null: unrestricted
};

}  // namespace weft::control
