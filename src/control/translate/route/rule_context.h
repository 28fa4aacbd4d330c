// What the policies of a route are told: the VirtualService whose rule it is, and for whom it is made. Pure.
#pragma once

#include <string>

#include "control/translate/client.h"

namespace weft::control::translate {

// References outlive the translation of one route.
struct RuleContext {
  const mesh::MeshView& view;
  const Scope& scope;
  const mesh::VirtualService& virtual_service;
  uint32_t port = 0;                  // the service port (or the gateway's) that the request came in on
  std::string_view gateway = "mesh";  // where it came in: by a sidecar, or by the gateway NAMESPACE/NAME
  std::string_view scheme = "http";   // of the URLs that clients write for it

  // Whether rules bound to these gateways hold there.
  bool is_among(const std::vector<std::string>& gateways) const;
};

// A destination with its full host name and port: explicit, else the service's only one, else the request's.
struct ResolvedDestination {
  std::string host;
  uint32_t port = 0;
  std::string cluster;
};
ResolvedDestination resolve(const RuleContext& context, const api::istio::Destination& destination);

}  // namespace weft::control::translate
