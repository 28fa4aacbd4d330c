#include "control/mesh/virtual_services.h"

#include <algorithm>
#include <utility>

#include "control/mesh/delegates.h"
#include "control/mesh/reading.h"
#include "control/mesh/wildcards.h"
#include "model/host_name.h"

namespace weft::control::mesh {
namespace {

constexpr std::string_view kMesh = "mesh";

bool names_mesh(const std::vector<std::string>& gateways) {
  return std::find(gateways.begin(), gateways.end(), kMesh) != gateways.end();
}

bool is_older_service(const VirtualServicePtr& a, const VirtualServicePtr& b) {
  return a->age < b->age;
}

bool is_same(const VirtualService& a, const VirtualService& b) {
  return a.age.name == b.age.name && a.space == b.space;
}

std::string full_name(const VirtualService& virtual_service) {
  return virtual_service.space + "/" + virtual_service.age.name;
}

constexpr int kInvisible = 3;

// What index keys an object stands under.
using Keys = std::set<std::string>;

template <class Rules>
void add_route_hosts(const Rules& rules, std::string_view space, Keys& hosts) {
  for (const auto& rule : rules) {
    for (const auto& route : rule.route) hosts.insert(model::full_host_name(route.destination.host, space, kDomain));
  }
}

}  // namespace

bool applies_to_mesh(const api::istio::VirtualService& spec) {
  if (spec.gateways.empty() || names_mesh(spec.gateways)) return true;
  auto in_match = [](const auto& match) { return names_mesh(match.gateways); };
  auto in_rule = [&](const auto& rule) { return std::any_of(rule.match.begin(), rule.match.end(), in_match); };
  return std::any_of(spec.http.begin(), spec.http.end(), in_rule) ||
         std::any_of(spec.tls.begin(), spec.tls.end(), in_rule) ||
         std::any_of(spec.tcp.begin(), spec.tcp.end(), in_rule);
}

bool applies_to_gateways(const api::istio::VirtualService& spec) {
  return std::any_of(spec.gateways.begin(), spec.gateways.end(), [](const auto& name) { return name != kMesh; });
}

Keys destinations_of(const VirtualService& virtual_service) {
  Keys hosts;
  const auto& spec = virtual_service.spec;
  const auto add = [&](const api::istio::Destination& destination) {
    hosts.insert(model::full_host_name(destination.host, virtual_service.space, kDomain));
  };
  add_route_hosts(spec.http, virtual_service.space, hosts);
  add_route_hosts(spec.tls, virtual_service.space, hosts);
  add_route_hosts(spec.tcp, virtual_service.space, hosts);
  for (const auto& rule : spec.http) {
    if (rule.mirror) add(*rule.mirror);
    for (const auto& mirror : rule.mirrors) add(mirror.destination);
  }
  return hosts;
}

Keys delegates_of(const VirtualService& virtual_service) {
  Keys names;
  for (const auto& rule : virtual_service.spec.http) {
    if (rule.delegate) names.insert(delegate_name(*rule.delegate, virtual_service.space));
  }
  return names;
}

// 0 private to the client's own namespace, 1 exported to it by name, 2 public, kInvisible.
int VirtualServices::visibility(const VirtualService& virtual_service, std::string_view client_space) const {
  const auto& export_to = default_export_.of(virtual_service.spec.export_to);
  bool is_public = export_to.empty() || std::find(export_to.begin(), export_to.end(), "*") != export_to.end();
  if (is_public) return 2;
  if (!is_exported(export_to, virtual_service.space, client_space)) return kInvisible;
  return virtual_service.space == client_space ? 0 : 1;
}

VirtualServicePtr VirtualServices::most_visible(const List& list, std::string_view client_space) const {
  VirtualServicePtr best;
  int best_visibility = kInvisible;
  for (const auto& candidate : list) {
    int seen = visibility(*candidate, client_space);
    if (seen >= best_visibility) continue;
    best = candidate;
    best_visibility = seen;
  }
  return best;
}

void VirtualServices::export_by_default(std::vector<std::string> export_to) {
  default_export_ = DefaultExport(std::move(export_to));
}

void VirtualServices::put_in(Index& index, std::string_view key, const VirtualServicePtr& virtual_service) {
  const auto* known = index.find(key);
  auto list = known ? **known : List{};
  std::erase_if(list, [&](const auto& other) { return is_same(*other, *virtual_service); });
  list.insert(std::upper_bound(list.begin(), list.end(), virtual_service, is_older_service), virtual_service);
  index.put(key, std::make_shared<const List>(std::move(list)));
}

void VirtualServices::erase_from(Index& index, std::string_view key, const VirtualService& virtual_service) {
  const auto* known = index.find(key);
  if (!known) return;
  auto list = **known;
  std::erase_if(list, [&](const auto& other) { return is_same(*other, virtual_service); });
  if (list.empty()) {
    index.erase(key);
  } else {
    index.put(key, std::make_shared<const List>(std::move(list)));
  }
}

void VirtualServices::put(const VirtualServicePtr& virtual_service) {
  if (virtual_service->hosts.empty()) delegates_.put(full_name(*virtual_service), virtual_service);
  if (applies_to_mesh(virtual_service->spec)) {
    for (const auto& host : virtual_service->hosts) put_in(by_host_, host, virtual_service);
  }
  for (const auto& gateway : virtual_service->spec.gateways) {
    if (gateway != kMesh) put_in(by_gateway_, gateway, virtual_service);
  }
  for (const auto& host : destinations_of(*virtual_service)) put_in(by_destination_, host, virtual_service);
  for (const auto& name : delegates_of(*virtual_service)) put_in(by_delegate_, name, virtual_service);
}

void VirtualServices::erase(const VirtualService& virtual_service) {
  if (virtual_service.hosts.empty()) delegates_.erase(full_name(virtual_service));
  for (const auto& host : virtual_service.hosts) erase_from(by_host_, host, virtual_service);
  for (const auto& gateway : virtual_service.spec.gateways) erase_from(by_gateway_, gateway, virtual_service);
  for (const auto& host : destinations_of(virtual_service)) erase_from(by_destination_, host, virtual_service);
  for (const auto& name : delegates_of(virtual_service)) erase_from(by_delegate_, name, virtual_service);
}

VirtualServicePtr VirtualServices::find(std::string_view host, std::string_view client_space) const {
  VirtualServicePtr found;
  each_pattern_of(host, [&](std::string_view pattern) {
    if (const auto* list = by_host_.find(pattern)) found = most_visible(**list, client_space);
    return found == nullptr;
  });
  return found;
}

std::vector<VirtualServicePtr> VirtualServices::bound_to(std::string_view gateway,
                                                         std::string_view client_space) const {
  std::vector<VirtualServicePtr> bound;
  const auto* list = by_gateway_.find(gateway);
  if (!list) return bound;
  for (int wanted = 0; wanted < kInvisible; ++wanted) {
    for (const auto& candidate : **list) {
      if (visibility(*candidate, client_space) == wanted) bound.push_back(candidate);
    }
  }
  return bound;
}

VirtualServicePtr VirtualServices::delegate(std::string_view name, std::string_view root_space) const {
  const auto* found = delegates_.find(name);
  if (!found || !is_exported(default_export_.of((*found)->spec.export_to), (*found)->space, root_space)) return nullptr;
  return *found;
}

std::vector<VirtualServicePtr> VirtualServices::roots_of(std::string_view delegate) const {
  const auto* roots = by_delegate_.find(delegate);
  return roots ? **roots : List{};
}

void VirtualServices::each_leading_to(std::string_view host,
                                      const std::function<void(const VirtualServicePtr&)>& visit) const {
  const auto* list = by_destination_.find(host);
  if (!list) return;
  for (const auto& leading : **list) {
    if (!leading->hosts.empty()) visit(leading);
    for (const auto& root : leading->hosts.empty() ? roots_of(full_name(*leading)) : List{}) {
      if (delegate(full_name(*leading), root->space)) visit(root);
    }
  }
}

void VirtualServices::each_exact_host(const std::function<void(std::string_view)>& visit) const {
  by_host_.each([&](const std::string& host, const auto&) {
    if (!host.starts_with('*')) visit(host);
  });
}

}  // namespace weft::control::mesh
