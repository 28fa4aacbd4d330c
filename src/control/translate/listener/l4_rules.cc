#include "control/translate/listener/l4_rules.h"

#include <algorithm>
#include <iterator>

#include "control/translate/names.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

// A match that names its gateways is not asked about labels.
template <class Match>
bool is_for(const RuleContext& context, const Match& match) {
  if (match.port != 0 && match.port != context.port) return false;
  if (!match.source_namespace.empty() && match.source_namespace != context.scope.space) return false;
  if (!match.gateways.empty()) return context.is_among(match.gateways);
  return context.is_among(context.virtual_service.spec.gateways) &&
         model::selects(match.source_labels, context.scope.labels);
}

std::vector<TcpShare> shares_of(const RuleContext& context,
                                const std::vector<api::istio::RouteDestination>& destinations) {
  std::vector<TcpShare> shares;
  for (const auto& route : destinations) {
    if (route.weight <= 0 && destinations.size() > 1) continue;
    uint32_t weight = route.weight > 0 ? static_cast<uint32_t>(route.weight) : 1;
    shares.push_back({resolve(context, route.destination).cluster, weight});
  }
  return shares;
}

bool is_unconditional(const L4Rule& rule) {
  return rule.server_names.empty() && rule.subnets.empty();
}

std::vector<L4Rule> rules_for(const RuleContext& context, mesh::Protocol protocol) {
  return protocol == mesh::Protocol::tls ? tls_rules(context) : tcp_rules(context);
}

}  // namespace

// Subnets of a rule's entries add up: they are one chain. An entry without subnets takes everything.
std::vector<L4Rule> tcp_rules(const RuleContext& context) {
  std::vector<L4Rule> rules;
  for (const auto& rule : context.virtual_service.spec.tcp) {
    L4Rule compiled{{}, {}, shares_of(context, rule.route)};
    bool takes_all = rule.match.empty() && context.is_among(context.virtual_service.spec.gateways);
    for (const auto& match : rule.match) {
      if (!is_for(context, match)) continue;
      takes_all = takes_all || match.destination_subnets.empty();
      std::copy(match.destination_subnets.begin(), match.destination_subnets.end(),
                std::back_inserter(compiled.subnets));
    }
    if (takes_all) compiled.subnets.clear();
    if (compiled.shares.empty() || (!takes_all && compiled.subnets.empty())) continue;
    rules.push_back(std::move(compiled));
    if (takes_all) break;
  }
  return rules;
}

std::vector<L4Rule> tls_rules(const RuleContext& context) {
  std::vector<L4Rule> rules;
  for (const auto& rule : context.virtual_service.spec.tls) {
    auto shares = shares_of(context, rule.route);
    if (shares.empty()) continue;
    for (const auto& match : rule.match) {
      if (is_for(context, match)) rules.push_back({match.sni_hosts, match.destination_subnets, shares});
    }
  }
  return rules;
}

// A TLS port whose VirtualService names server names takes those alone, as Istio's does.
std::vector<L4Rule> service_rules(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                  const mesh::ServicePort& port) {
  std::vector<L4Rule> rules;
  if (auto found = visible_virtual_service(view, scope, service.host)) {
    rules = rules_for({view, scope, *found, port.number}, port.protocol);
  }
  bool is_complete =
      port.protocol == mesh::Protocol::tls ? !rules.empty() : std::any_of(rules.begin(), rules.end(), is_unconditional);
  if (!is_complete) rules.push_back({{}, {}, {{outbound_cluster(port.number, "", service.host), 1}}});
  return rules;
}

std::vector<TcpShare> unconditional_shares(const mesh::MeshView& view, const Scope& scope, const mesh::Service& service,
                                           const mesh::ServicePort& port) {
  for (auto& rule : service_rules(view, scope, service, port)) {
    if (is_unconditional(rule)) return std::move(rule.shares);
  }
  return {{outbound_cluster(port.number, "", service.host), 1}};
}

}  // namespace weft::control::translate
