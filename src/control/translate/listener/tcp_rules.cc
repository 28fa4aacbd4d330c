#include "control/translate/listener/tcp_rules.h"

#include <algorithm>

#include "control/translate/names.h"
#include "control/translate/route/rule_context.h"

namespace weft::control::translate {
namespace {

// destinationSubnets narrow a rule to addresses other than the service's: such an entry is passed over.
bool is_for(const RuleContext& context, const api::istio::TcpMatch& match) {
  if (match.port != 0 && match.port != context.port) return false;
  if (!match.source_namespace.empty() && match.source_namespace != context.scope.space) return false;
  if (!match.destination_subnets.empty()) return false;
  if (!match.gateways.empty())
    return std::find(match.gateways.begin(), match.gateways.end(), "mesh") != match.gateways.end();
  return model::selects(match.source_labels, context.scope.labels);
}

bool is_for(const RuleContext& context, const api::istio::TcpRoute& rule) {
  if (rule.match.empty()) return true;
  return std::any_of(rule.match.begin(), rule.match.end(), [&](const auto& match) { return is_for(context, match); });
}

std::vector<TcpShare> shares_of(const RuleContext& context, const api::istio::TcpRoute& rule) {
  std::vector<TcpShare> shares;
  for (const auto& route : rule.route) {
    if (route.weight <= 0 && rule.route.size() > 1) continue;
    uint32_t weight = route.weight > 0 ? static_cast<uint32_t>(route.weight) : 1;
    shares.push_back({resolve(context, route.destination).cluster, weight});
  }
  return shares;
}

}  // namespace

std::vector<TcpShare> tcp_shares(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                 uint32_t port) {
  if (auto found = view.virtual_services().find(service.host, scope.space)) {
    RuleContext context{view, scope, *found, port};
    for (const auto& rule : found->spec.tcp) {
      if (!is_for(context, rule)) continue;
      if (auto shares = shares_of(context, rule); !shares.empty()) return shares;
    }
  }
  return {{outbound_cluster(port, "", service.host), 1}};
}

}  // namespace weft::control::translate
