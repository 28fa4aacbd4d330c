// AuthorizationCheck: may this client do what it asks for (AuthorizationPolicy, as Envoy's RBAC)? If not, it learns no
// more than that: which rule refused it stands in the log alone.
#pragma once

#include "decide/authorization/authorization.h"
#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless: what guards a chain is part of the snapshot that the exchange was decided by. Ends the exchange with
// `denied`.
class AuthorizationCheck final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
};

// The same for a connection of which no more is known than TCP says. `verdict` views what `authorization` owns.
decide::AccessVerdict check_connection(const decide::Authorization& authorization, const ClientFacts& client);

}  // namespace weft::proxy
