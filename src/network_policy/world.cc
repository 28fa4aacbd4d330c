#include "network_policy/world.h"

#include <algorithm>

#include <fmt/format.h>

namespace weft::network_policy {
namespace {

using api::kubernetes::NetworkPolicyPort;

constexpr uint16_t kLastPort = 65535;

std::string key_of(const api::Metadata& metadata) {
  return metadata.namespace_name + "/" + metadata.name;
}

Interval<uint16_t> numbers_of(const NetworkPolicyPort& port) {
  if (!port.port.is_set()) return {0, kLastPort};
  const auto first = static_cast<uint16_t>(port.port.number);
  return {first, port.end_port == 0 ? first : static_cast<uint16_t>(port.end_port)};
}

// The ports that are listed by number, or not told apart at all.
PortSet numbered(const std::vector<NetworkPolicyPort>& ports) {
  PortSet set;
  for (const auto& port : ports) {
    const auto transport = transport_of(port.protocol);
    if (transport && port.port.name.empty()) set.of(*transport).add(numbers_of(port));
  }
  return set;
}

// The ports that are listed by name, as this pod's containers number them.
void add_named_at(const Pod& pod, const std::vector<NetworkPolicyPort>& ports, PortSet& set) {
  for (const auto& port : ports) {
    for (const auto& known : pod.ports) {
      const bool is_meant = !port.port.name.empty() && known.name == port.port.name;
      if (is_meant && transport_of(port.protocol) == known.transport)
        set.of(known.transport).add({known.number, known.number});
    }
  }
}

bool has_names(const std::vector<NetworkPolicyPort>& ports) {
  return std::ranges::any_of(ports, [](const auto& port) { return !port.port.name.empty(); });
}

// Its texts have been checked when the policy was taken in.
void add_block(const api::kubernetes::IpBlock& block, AddressSet& addresses) {
  const auto subnet = net::IpRange::parse(block.cidr);
  if (!subnet) return;
  std::vector<net::IpRange> except;
  for (const auto& text : block.except) {
    if (const auto part = net::IpRange::parse(text)) except.push_back(*part);
  }
  addresses.add(*subnet, except);
}

// Both selectors of one peer must hold; without one for namespaces only pods of the policy's own count. `labels` are
// those of the pod's namespace.
bool selects(const api::kubernetes::NetworkPolicyPeer& peer, std::string_view space, const Pod& pod,
             const model::Labels& labels) {
  if (peer.ip_block) return false;
  if (peer.pod_selector && !peer.pod_selector->selects(pod.labels)) return false;
  return peer.namespace_selector ? peer.namespace_selector->selects(labels) : pod.space == space;
}

// Whether the policy would come to something else, for some pod, without this one.
bool is_about(const api::kubernetes::NetworkPolicy& policy, std::string_view space, const Pod& pod,
              const model::Labels& labels) {
  const auto selects_it = [&](const auto& peer) { return selects(peer, space, pod, labels); };
  if (pod.space == space && policy.pod_selector.selects(pod.labels)) return true;
  for (const auto& rule : policy.ingress) {
    if (std::ranges::any_of(rule.from, selects_it)) return true;
  }
  return std::ranges::any_of(policy.egress, [&](const auto& rule) {
    return std::ranges::any_of(rule.to, selects_it) || (rule.to.empty() && has_names(rule.ports));
  });
}

// What nobody or no port is allowed by is left out.
void append(Allowance allowance, Isolation& isolation) {
  if (allowance.peers && allowance.peers->empty()) return;
  if (allowance.ports && allowance.ports->empty()) return;
  isolation.allowances.push_back(std::move(allowance));
}

// Puts a value; whether it is another one than before.
template <class Map>
bool put_into(Map& map, const std::string& key, typename Map::mapped_type value) {
  const auto [place, is_new] = map.try_emplace(key, value);
  if (is_new) return true;
  if (place->second == value) return false;
  place->second = std::move(value);
  return true;
}

}  // namespace

Pod read_pod(const api::Resource& resource) {
  const auto& object = *resource.as<api::kubernetes::Pod>();
  Pod pod{.space = resource.metadata.namespace_name, .labels = resource.metadata.labels};
  if (auto address = net::IpAddress::parse(object.status.pod_ip)) pod.address = *address;
  for (const auto& container : object.spec.containers) {
    for (const auto& port : container.ports) {
      const auto transport = transport_of(port.protocol);
      if (port.name.empty() || !transport) continue;
      pod.ports.push_back({port.name, *transport, static_cast<uint16_t>(port.container_port)});
    }
  }
  return pod;
}

bool World::put(const api::Resource& resource) {
  if (const auto* policy = resource.as<api::kubernetes::NetworkPolicy>()) {
    policies_.insert_or_assign(key_of(resource.metadata), Policy{resource.metadata.namespace_name, *policy});
    return true;
  }
  if (resource.as<api::kubernetes::Namespace>())
    return put_into(spaces_, resource.metadata.name, resource.metadata.labels) && !policies_.empty();
  if (!resource.as<api::kubernetes::Pod>()) return false;
  // Most pods are nobody's business: what they are now and were before decides, so that a change costs what it changes.
  const std::string key = key_of(resource.metadata);
  const bool was_looked_at = is_looked_at(key);
  return put_into(pods_, key, read_pod(resource)) && (was_looked_at || is_looked_at(key));
}

bool World::is_looked_at(const std::string& pod) const {
  const auto found = pods_.find(pod);
  if (found == pods_.end() || policies_.empty()) return false;
  const model::Labels labels = labels_of(found->second.space);
  return std::ranges::any_of(policies_, [&](const auto& entry) {
    return is_about(entry.second.spec, entry.second.space, found->second, labels);
  });
}

bool World::erase_pod(const std::string& key) {
  const bool was_looked_at = is_looked_at(key);
  return pods_.erase(key) > 0 && was_looked_at;
}

bool World::erase_policy(const std::string& key) {
  return policies_.erase(key) > 0;
}

bool World::erase_space(const std::string& name) {
  return spaces_.erase(name) > 0 && !policies_.empty();
}

std::vector<std::string> World::isolated_pods() const {
  std::vector<std::string> keys;
  if (policies_.empty()) return keys;
  for (const auto& [key, pod] : pods_) {
    const bool is_isolated = std::ranges::any_of(policies_, [&](const auto& entry) {
      return entry.second.space == pod.space && entry.second.spec.pod_selector.selects(pod.labels);
    });
    if (is_isolated) keys.push_back(key);
  }
  return keys;
}

PodPolicy World::policy_of(const std::string& key) const {
  const auto found = pods_.find(key);
  return found == pods_.end() ? PodPolicy() : policy_of(found->second);
}

PodPolicy World::policy_of(const Pod& pod) const {
  PodPolicy compiled;
  for (const auto& [name, policy] : policies_) {
    if (policy.space != pod.space || !policy.spec.pod_selector.selects(pod.labels)) continue;
    if (policy.spec.isolates("Ingress")) add_ingress(policy, name, pod, compiled);
    if (policy.spec.isolates("Egress")) add_egress(policy, name, compiled);
  }
  return compiled;
}

void World::add_ingress(const Policy& policy, const std::string& name, const Pod& subject, PodPolicy& compiled) const {
  if (!compiled.ingress) compiled.ingress.emplace();
  for (size_t i = 0; i < policy.spec.ingress.size(); ++i) {
    const auto& rule = policy.spec.ingress[i];
    Allowance allowance{.rule = fmt::format("{} ingress[{}]", name, i), .peers = addresses_of(rule.from, policy.space)};
    if (!rule.ports.empty()) {
      allowance.ports = numbered(rule.ports);
      add_named_at(subject, rule.ports, *allowance.ports);
    }
    append(std::move(allowance), *compiled.ingress);
  }
}

void World::add_egress(const Policy& policy, const std::string& name, PodPolicy& compiled) const {
  if (!compiled.egress) compiled.egress.emplace();
  for (size_t i = 0; i < policy.spec.egress.size(); ++i) {
    const auto& rule = policy.spec.egress[i];
    Allowance allowance{.rule = fmt::format("{} egress[{}]", name, i), .peers = addresses_of(rule.to, policy.space)};
    if (has_names(rule.ports)) add_named(rule.ports, rule.to, policy, allowance.rule, *compiled.egress);
    if (!rule.ports.empty()) allowance.ports = numbered(rule.ports);
    append(std::move(allowance), *compiled.egress);
  }
}

// A name means what the called pod's containers number so: one allowance for each set of numbers. Addresses that are no
// pod's have no names.
void World::add_named(const Ports& ports, const std::vector<Peer>& peers, const Policy& policy, const std::string& rule,
                      Isolation& isolation) const {
  std::vector<Allowance> by_numbers;
  for (const auto& [key, pod] : pods_) {
    if (!pod.address || (!peers.empty() && !is_any_peer(peers, policy.space, pod))) continue;
    PortSet numbers;
    add_named_at(pod, ports, numbers);
    if (numbers.empty()) continue;
    auto same = std::ranges::find_if(by_numbers, [&](const auto& other) { return other.ports == numbers; });
    if (same == by_numbers.end())
      same = by_numbers.insert(same, {.rule = rule, .peers = AddressSet(), .ports = std::move(numbers)});
    same->peers->add(*pod.address);
  }
  for (auto& allowance : by_numbers) append(std::move(allowance), isolation);
}

bool World::is_peer(const Peer& peer, std::string_view space, const Pod& pod) const {
  return selects(peer, space, pod, labels_of(pod.space));
}

// With the one that Kubernetes gives every namespace.
model::Labels World::labels_of(const std::string& space) const {
  const auto known = spaces_.find(space);
  model::Labels labels = known == spaces_.end() ? model::Labels() : known->second;
  labels["kubernetes.io/metadata.name"] = space;
  return labels;
}

bool World::is_any_peer(const std::vector<Peer>& peers, std::string_view space, const Pod& pod) const {
  return std::ranges::any_of(peers, [&](const auto& peer) { return is_peer(peer, space, pod); });
}

std::optional<AddressSet> World::addresses_of(const std::vector<Peer>& peers, std::string_view space) const {
  if (peers.empty()) return std::nullopt;
  AddressSet addresses;
  for (const auto& peer : peers) {
    if (peer.ip_block) add_block(*peer.ip_block, addresses);
  }
  const bool by_labels = std::ranges::any_of(peers, [](const auto& peer) { return !peer.ip_block; });
  for (const auto& [key, pod] : pods_) {
    if (by_labels && pod.address && is_any_peer(peers, space, pod)) addresses.add(*pod.address);
  }
  return addresses;
}

}  // namespace weft::network_policy
