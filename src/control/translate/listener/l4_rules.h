// VirtualService.tcp and .tls: where opaque connections go. What holds for a client and port is decided here; what only
// the connection tells (server name, address dialled) is left to its filter chain. Pure.
#pragma once

#include <string>
#include <vector>

#include "control/translate/listener/filters.h"
#include "control/translate/route/rule_context.h"

namespace weft::control::translate {

// One way for connections that meet the conditions.
struct L4Rule {
  std::vector<std::string> server_names;  // SNI: exact, "*.x" or "*"; empty: any, or no TLS
  std::vector<std::string> subnets;       // of the address that the client dialled; empty: any
  std::vector<TcpShare> shares;           // never empty
};

// The rules that hold in `context`, in their order. Of tcp they end with the first one without a condition.
std::vector<L4Rule> tcp_rules(const RuleContext& context);
std::vector<L4Rule> tls_rules(const RuleContext& context);

// The rules of a service's port as its clients have them: those of its VirtualService, else the port's own cluster.
// Never empty.
std::vector<L4Rule> service_rules(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                  const mesh::ServicePort& port);

// Of these, the way of connections that meet no condition.
std::vector<TcpShare> unconditional_shares(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                           const mesh::ServicePort& port);

}  // namespace weft::control::translate
