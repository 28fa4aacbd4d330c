#include "control/translate/route/rules.h"

#include <algorithm>

#include "control/mesh/delegates.h"
#include "control/translate/encode.h"
#include "control/translate/names.h"
#include "control/translate/origin_metadata.h"
#include "control/translate/route/policies.h"
#include "control/translate/visibility.h"

namespace weft::control::translate {
namespace {

using envoy::config::route::v3::VirtualHost;

// `<rule>.<match>`, as Istio names routes.
std::string route_name(const api::istio::HttpRoute& rule, const api::istio::HttpMatchRequest* match) {
  if (!match || match->name.empty()) return rule.name;
  return rule.name.empty() ? match->name : rule.name + "." + match->name;
}

void fill_action(const RuleContext& context, const api::istio::HttpRoute& rule, Route& route) {
  if (rule.redirect) {
    apply_redirect(context, *rule.redirect, route);
  } else if (rule.direct_response) {
    apply_direct_response(*rule.direct_response, route);
  } else {
    apply_headers(rule, route);
    apply_destinations(context, rule, route);
    auto& action = *route.mutable_route();
    apply_timeout(rule, action);
    apply_retries(context, rule, action);
    apply_rewrite(rule, action);
    apply_mirrors(context, rule, action);
  }
}

void add_route(const RuleContext& context, const api::istio::HttpRoute& rule, const api::istio::HttpMatchRequest* match,
               VirtualHost& virtual_host) {
  auto& route = *virtual_host.add_routes();
  route.set_name(route_name(rule, match));
  apply_match(match, *route.mutable_match());
  if (match && !match->stat_prefix.empty()) route.set_stat_prefix(match->stat_prefix);
  fill_action(context, rule, route);
  if (rule.redirect || rule.direct_response) apply_headers(rule, route);
  apply_fault(rule, route);
  apply_cors(rule, route);
  add_origin(context.virtual_service.origin, *route.mutable_metadata());
}

bool takes_everything(const api::istio::HttpMatchRequest& match) {
  const bool any_path = !match.uri || match.uri->is_presence() ||
                        (match.uri->prefix && (*match.uri->prefix == "/" || match.uri->prefix->empty()));
  return any_path && !match.scheme && !match.method && !match.authority && match.headers.empty() &&
         match.query_params.empty() && match.without_headers.empty();
}

bool add_delegate(const RuleContext& context, const api::istio::HttpRoute& rule, VirtualHost& virtual_host);

// True when what follows can never be reached. A rule none of whose entries are for this client is passed over: it does
// not become one that matches everything.
bool add_rule(const RuleContext& context, const api::istio::HttpRoute& rule, VirtualHost& virtual_host) {
  if (rule.delegate) return add_delegate(context, rule, virtual_host);
  if (rule.redirect && !is_known_redirect(*rule.redirect)) return false;
  if (rule.match.empty()) {
    if (!context.is_among(context.virtual_service.spec.gateways)) return false;
    add_route(context, rule, nullptr, virtual_host);
    return true;
  }
  for (const auto& match : rule.match) {
    if (!is_for_client(context, match)) continue;
    add_route(context, rule, &match, virtual_host);
    if (takes_everything(match)) return true;
  }
  return false;
}

// The delegate's rules stand in the place of the root's. One that is not there leaves nothing.
bool add_delegate(const RuleContext& context, const api::istio::HttpRoute& rule, VirtualHost& virtual_host) {
  const auto& root = context.virtual_service;
  const auto delegate =
      context.view.virtual_services().delegate(mesh::delegate_name(*rule.delegate, root.space), root.space);
  if (!delegate) return false;
  const auto merged = mesh::merge_delegate(root, rule, *delegate);
  const RuleContext inner{context.view, context.scope, merged, context.port, context.gateway, context.scheme};
  return std::any_of(merged.spec.http.begin(), merged.spec.http.end(),
                     [&](const auto& own) { return add_rule(inner, own, virtual_host); });
}

void add_default_route(const mesh::MeshView& view, const Scope& scope, const RouteTarget& target,
                       VirtualHost& virtual_host) {
  // The route of a rule that says nothing but where to.
  api::istio::HttpRoute rule;
  rule.name = "default";
  rule.route.emplace_back().destination.host = target.host;
  rule.route.front().destination.port = api::istio::PortSelector{target.port, {}};
  mesh::VirtualService nobody;
  nobody.space = target.service->space;
  nobody.origin = target.service->origin;
  add_route({view, scope, nobody, target.port}, rule, nullptr, virtual_host);
}

}  // namespace

void add_rules(const RuleContext& context, VirtualHost& virtual_host) {
  for (const auto& rule : context.virtual_service.spec.http) {
    if (add_rule(context, rule, virtual_host)) break;
  }
}

void add_routes(const mesh::MeshView& view, const Scope& scope, const RouteTarget& target, VirtualHost& virtual_host) {
  if (auto found = visible_virtual_service(view, scope, target.host)) {
    add_rules({view, scope, *found, target.port}, virtual_host);
  }
  if (virtual_host.routes().empty() && target.service) add_default_route(view, scope, target, virtual_host);
}

}  // namespace weft::control::translate
