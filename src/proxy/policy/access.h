// A client and its request as authorization looks at them.
#pragma once

#include "decide/authorization/access.h"
#include "proxy/policy/exchange.h"

namespace weft::proxy {

inline decide::Access access_of(const ClientFacts& client) {
  return {.peer = client.peer,
          .direct = client.direct_ip(),
          .remote = client.address.ip,
          .destination = client.destination,
          .server_name = client.server_name};
}

// `request` outlives the answer's use.
inline decide::Access access_of(const Exchange& exchange, const decide::RequestHead& request) {
  decide::Access access = access_of(exchange.client);
  access.remote = exchange.origin.ip;
  access.request = &request;
  access.claims = exchange.claims.get();
  return access;
}

}  // namespace weft::proxy
