#include "control/mesh/virtual_services.h"

#include <algorithm>
#include <utility>

#include "control/mesh/wildcards.h"

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

// 0 private to the client's own namespace, 1 exported to it by name, 2 public, 3 not visible.
int visibility(const VirtualService& virtual_service, std::string_view client_space) {
  const auto& export_to = virtual_service.spec.export_to;
  bool is_public = export_to.empty() || std::find(export_to.begin(), export_to.end(), "*") != export_to.end();
  if (is_public) return 2;
  if (!is_exported(export_to, virtual_service.space, client_space)) return 3;
  return virtual_service.space == client_space ? 0 : 1;
}

VirtualServicePtr most_visible(const std::vector<VirtualServicePtr>& list, std::string_view client_space) {
  constexpr int kInvisible = 3;
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

}  // namespace

bool applies_to_mesh(const api::istio::VirtualService& spec) {
  if (spec.gateways.empty() || names_mesh(spec.gateways)) return true;
  auto in_match = [](const auto& match) { return names_mesh(match.gateways); };
  auto in_rule = [&](const auto& rule) { return std::any_of(rule.match.begin(), rule.match.end(), in_match); };
  return std::any_of(spec.http.begin(), spec.http.end(), in_rule) ||
         std::any_of(spec.tls.begin(), spec.tls.end(), in_rule) ||
         std::any_of(spec.tcp.begin(), spec.tcp.end(), in_rule);
}

void VirtualServices::put(const VirtualServicePtr& virtual_service) {
  if (!applies_to_mesh(virtual_service->spec)) return;
  for (const auto& host : virtual_service->hosts) {
    const auto* known = by_host_.find(host);
    auto list = known ? **known : List{};
    std::erase_if(list, [&](const auto& other) { return is_same(*other, *virtual_service); });
    list.insert(std::upper_bound(list.begin(), list.end(), virtual_service, is_older_service), virtual_service);
    by_host_.put(host, std::make_shared<const List>(std::move(list)));
  }
}

void VirtualServices::erase(const VirtualService& virtual_service) {
  for (const auto& host : virtual_service.hosts) {
    const auto* known = by_host_.find(host);
    if (!known) continue;
    auto list = **known;
    std::erase_if(list, [&](const auto& other) { return is_same(*other, virtual_service); });
    if (list.empty()) {
      by_host_.erase(host);
    } else {
      by_host_.put(host, std::make_shared<const List>(std::move(list)));
    }
  }
}

VirtualServicePtr VirtualServices::find(std::string_view host, std::string_view client_space) const {
  VirtualServicePtr found;
  each_pattern_of(host, [&](std::string_view pattern) {
    if (const auto* list = by_host_.find(pattern)) found = most_visible(**list, client_space);
    return found == nullptr;
  });
  return found;
}

void VirtualServices::each_exact_host(const std::function<void(std::string_view)>& visit) const {
  by_host_.each([&](const std::string& host, const auto&) {
    if (!host.starts_with('*')) visit(host);
  });
}

}  // namespace weft::control::mesh
