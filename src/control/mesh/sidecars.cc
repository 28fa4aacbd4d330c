#include "control/mesh/sidecars.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/host_name.h"

namespace weft::control::mesh {
namespace {

// Istio's, where the proxy is to be dialled and no address is given.
constexpr std::string_view kLoopback = "127.0.0.1";

bool is_older_sidecar(const SidecarPtr& a, const SidecarPtr& b) {
  return a->age < b->age;
}

bool has_selector(const Sidecar& sidecar) {
  return sidecar.spec.workload_selector && !sidecar.spec.workload_selector->labels.empty();
}

// Of wildcards on either side, that they have names in common: "*.com" is seen through "*.x.com" as far as that goes.
bool takes_in(const api::istio::EgressHost& egress, std::string_view space, std::string_view host) {
  if (egress.space == "~" || (egress.space != "*" && egress.space != space)) return false;
  return egress.name == "*" || model::host_matches(egress.name, host) || model::host_matches(host, egress.name);
}

bool is_of_bytes(const api::istio::IngressListener& listener) {
  if (!listener.port) return false;
  const auto protocol = protocol_of(listener.port->protocol, listener.port->number);
  return !is_http(protocol) && protocol != Protocol::sniffed;
}

bool is_at_socket(const api::istio::EgressListener& listener) {
  return listener.port && listener.port->number == 0 && listener.bind.starts_with("unix:");
}

}  // namespace

void Sidecars::hold(List list) {
  List makers;
  std::ranges::copy_if(list, std::back_inserter(makers),
                       [](const auto& sidecar) { return std::ranges::any_of(sidecar->spec.ingress, is_of_bytes); });
  makers_of_bytes_ = std::make_shared<const List>(std::move(makers));
  all_ = std::make_shared<const List>(std::move(list));
}

void Sidecars::put(const SidecarPtr& sidecar) {
  erase(*sidecar);
  auto list = *all_;
  list.insert(std::upper_bound(list.begin(), list.end(), sidecar, is_older_sidecar), sidecar);
  hold(std::move(list));
}

void Sidecars::erase(const Sidecar& sidecar) {
  auto list = *all_;
  std::erase_if(list, [&](const auto& other) { return other->name == sidecar.name; });
  hold(std::move(list));
}

SidecarPtr Sidecars::choose(std::string_view space, const model::Labels& labels, std::string_view root_space) const {
  SidecarPtr of_space;
  SidecarPtr of_root;
  for (const auto& sidecar : *all_) {
    if (has_selector(*sidecar)) {
      const bool selects = model::selects(sidecar->spec.workload_selector->labels, labels);
      if (sidecar->space == space && selects) return sidecar;
    } else if (sidecar->space == space) {
      if (!of_space) of_space = sidecar;
    } else if (sidecar->space == root_space && !of_root) {
      of_root = sidecar;
    }
  }
  return of_space ? of_space : of_root;
}

bool Sidecars::makes_bytes_of(std::string_view space, const model::Labels& labels, std::string_view root_space,
                              uint32_t port) const {
  const auto is_near = [&](const auto& maker) { return maker->space == space || maker->space == root_space; };
  if (std::ranges::none_of(*makers_of_bytes_, is_near)) return false;
  const auto sidecar = choose(space, labels, root_space);
  return sidecar && std::ranges::any_of(sidecar->spec.ingress, [&](const auto& listener) {
           return is_of_bytes(listener) && listener.port->number == port;
         });
}

SidecarPtr Sidecars::named(std::string_view name) const {
  const auto found = std::find_if(all_->begin(), all_->end(), [&](const auto& one) { return one->name == name; });
  return found == all_->end() ? nullptr : *found;
}

std::optional<EgressPlace> egress_place(const Sidecar& sidecar, uint32_t port) {
  for (const auto& listener : sidecar.spec.egress) {
    if (listener.port && listener.port->number != port) continue;
    const bool is_bound = listener.capture_mode == api::istio::CaptureMode::none;
    const bool is_socket = listener.bind.starts_with("unix:");
    if (is_socket || (listener.bind.empty() && !is_bound)) return std::nullopt;
    EgressPlace place{.address = listener.bind.empty() ? std::string(kLoopback) : listener.bind, .is_bound = is_bound};
    if (listener.port) place.protocol = protocol_of(listener.port->protocol, port);
    return place;
  }
  return std::nullopt;
}

std::vector<EgressSocket> egress_sockets(const Sidecar& sidecar) {
  std::vector<EgressSocket> sockets;
  for (size_t i = 0; i < sidecar.spec.egress.size(); ++i) {
    const auto& listener = sidecar.spec.egress[i];
    if (!is_at_socket(listener)) continue;
    sockets.push_back({listener.bind, protocol_of(listener.port->protocol, 0), i});
  }
  return sockets;
}

bool is_among(const std::vector<api::istio::EgressHost>& hosts, std::string_view space, std::string_view host) {
  bool is_in = false;
  for (const auto& egress : hosts) {
    if (!takes_in(egress, space, host)) continue;
    if (egress.excludes) return false;
    is_in = true;
  }
  return is_in;
}

bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host, uint32_t port) {
  if (sidecar.spec.egress.empty()) return true;
  for (size_t i = 0; i < sidecar.spec.egress.size(); ++i) {
    const auto& listener = sidecar.spec.egress[i];
    if (!listener.port || listener.port->number == port) return is_among(sidecar.egress_hosts[i], space, host);
  }
  return false;
}

bool reaches_by_address(const Sidecar& sidecar, std::string_view space, std::string_view host) {
  if (sidecar.egress_hosts.empty()) return true;
  for (size_t i = 0; i < sidecar.egress_hosts.size(); ++i) {
    if (!is_at_socket(sidecar.spec.egress[i]) && is_among(sidecar.egress_hosts[i], space, host)) return true;
  }
  return false;
}

bool reaches(const Sidecar& sidecar, std::string_view space, std::string_view host) {
  if (sidecar.egress_hosts.empty()) return true;
  return std::any_of(sidecar.egress_hosts.begin(), sidecar.egress_hosts.end(),
                     [&](const auto& hosts) { return is_among(hosts, space, host); });
}

}  // namespace weft::control::mesh
