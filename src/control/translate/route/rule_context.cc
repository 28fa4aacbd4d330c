#include "control/translate/route/rule_context.h"

#include <algorithm>

#include "control/mesh/reading.h"
#include "control/translate/names.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

// An ExternalName Service is another name of the host that it stands for.
std::string host_of(const RuleContext& context, const api::istio::Destination& destination) {
  auto named = model::full_host_name(destination.host, context.virtual_service.space, mesh::kDomain);
  auto target = context.view.aliases().target_of(named);
  return target.empty() ? named : target;
}

uint32_t port_of(const RuleContext& context, const api::istio::Destination& destination, std::string_view host) {
  auto service = context.view.service(host);
  if (destination.port && destination.port->number != 0) return destination.port->number;
  if (!service) return context.port;
  if (destination.port) {  // the old spelling: by name
    auto named = std::find_if(service->ports.begin(), service->ports.end(),
                              [&](const auto& port) { return port.name == destination.port->name; });
    if (named != service->ports.end()) return named->number;
  }
  return service->ports.size() == 1 ? service->ports.front().number : context.port;
}

}  // namespace

bool RuleContext::is_among(const std::vector<std::string>& gateways) const {
  return std::find(gateways.begin(), gateways.end(), gateway) != gateways.end();
}

ResolvedDestination resolve(const RuleContext& context, const api::istio::Destination& destination) {
  ResolvedDestination resolved;
  resolved.host = host_of(context, destination);
  resolved.port = port_of(context, destination, resolved.host);
  resolved.cluster = outbound_cluster(resolved.port, destination.subset, resolved.host);
  return resolved;
}

}  // namespace weft::control::translate
