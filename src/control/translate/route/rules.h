// The routes of one host on one port: those of the VirtualService that speaks for it, or one default route. Pure.
#pragma once

#include <envoy/config/route/v3/route_components.pb.h>

#include "control/translate/client.h"
#include "control/translate/route/rule_context.h"

namespace weft::control::translate {

// What the routes are for: a host that clients address, and the service behind it (null for a host in no registry).
struct RouteTarget {
  std::string_view host;
  const mesh::Service* service = nullptr;
  uint32_t port = 0;
};

// Adds the routes in their order of match. Adds nothing when there is neither a rule nor a service.
void add_routes(const mesh::MeshView& view, const Scope& scope, const RouteTarget& target,
                envoy::config::route::v3::VirtualHost& virtual_host);

// Adds the rules of one VirtualService, for whom `context` says, in their order of match.
void add_rules(const RuleContext& context, envoy::config::route::v3::VirtualHost& virtual_host);

}  // namespace weft::control::translate
