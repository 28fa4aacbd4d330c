// UpgradesAllowed: a client may only leave HTTP for a protocol that its route or its listener allows (upgrade_configs);
// 403 otherwise. Where the client and the endpoint of a WebSocket speak different versions of HTTP, it makes the
// handshake keys that one of them does without (RFC 8441 5).
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; ends the exchange where its route allows no such upgrade.
class UpgradesAllowed final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
