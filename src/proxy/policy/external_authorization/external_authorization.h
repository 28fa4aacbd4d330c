// ExternalCheck: asks an authorization service whether a request or connection may pass (AuthorizationPolicy's CUSTOM,
// Envoy's ext_authz), and does what it says. A client that is refused sees what the service says, and nothing else.
#pragma once

#include "proxy/policy/policy.h"

namespace weft::proxy {

// Stateless; suspends the exchange until the service has answered or its time is up. Ends it with a local reply, or
// goes on without an answer where the settings allow that.
class ExternalCheck final : public Policy {
 public:
  Eventually<Result<>> on_request(Exchange& exchange) const override;
  // What the service wants clients to be told.
  void on_response(Exchange& exchange) const override;
};

// The same for a connection of which no more is known than TCP says; `external` and `client` outlive the call. Nothing:
// the service need not be asked.
Eventually<std::optional<Consulted>> check_externally(Shard& shard, const decide::ExternalAuthorization* external,
                                                      const ClientFacts& client);

// Of what was not let pass, for the log; belongs to the rule.
std::string_view denial_of(const Consulted& consulted);

inline bool lets_pass(const Consulted& consulted) {
  return consulted.outcome == Consulted::Outcome::allowed || consulted.outcome == Consulted::Outcome::failed_open;
}

}  // namespace weft::proxy
