// ServerName: the `server` field of responses, as the connection manager says (server_name,
// server_header_transformation). Without a server_name the endpoint's own field passes unchanged.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; the name is the chain's.
class ServerName final : public Policy {
 public:
  void on_response(Exchange& exchange) const override;
};

}  // namespace weft::proxy
