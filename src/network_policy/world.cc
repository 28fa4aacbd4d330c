#include "network_policy/world.h"

#include <algorithm>
#include <iterator>
#include <utility>

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

// Whether some pod that the policy selects would be let through to others, or by others, without this one.
bool is_peer_of(const api::kubernetes::NetworkPolicy& policy, std::string_view space, const Pod& pod,
                const model::Labels& labels) {
  const auto selects_it = [&](const auto& peer) { return selects(peer, space, pod, labels); };
  for (const auto& rule : policy.ingress) {
    if (std::ranges::any_of(rule.from, selects_it)) return true;
  }
  return std::ranges::any_of(policy.egress, [&](const auto& rule) {
    return std::ranges::any_of(rule.to, selects_it) || (rule.to.empty() && has_names(rule.ports));
  });
}

// Whether some peer is meant by one of these labels of a namespace and not by the other.
bool tells_apart(const api::kubernetes::NetworkPolicy& policy, const model::Labels& before,
                 const model::Labels& after) {
  const auto minds = [&](const auto& peer) {
    const auto& selector = peer.namespace_selector;
    return selector && selector->selects(before) != selector->selects(after);
  };
  return std::ranges::any_of(policy.ingress, [&](const auto& rule) { return std::ranges::any_of(rule.from, minds); }) ||
         std::ranges::any_of(policy.egress, [&](const auto& rule) { return std::ranges::any_of(rule.to, minds); });
}

// What a map by "namespace/name" has of one namespace; '0' is the character behind '/'.
auto in_space(auto& map, const std::string& space) {
  return std::ranges::subrange(map.lower_bound(space + '/'), map.lower_bound(space + '0'));
}

// What nobody or no port is allowed by is left out.
void append(Allowance allowance, Isolation& isolation) {
  if (allowance.peers && allowance.peers->empty()) return;
  if (allowance.ports && allowance.ports->empty()) return;
  isolation.allowances.push_back(std::move(allowance));
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

void World::put(const api::Resource& resource) {
  const auto& metadata = resource.metadata;
  if (const auto* policy = resource.as<api::kubernetes::NetworkPolicy>())
    put_policy(key_of(metadata), {metadata.namespace_name, *policy, std::nullopt});
  if (resource.as<api::kubernetes::Namespace>()) put_space(metadata.name, metadata.labels);
  if (resource.as<api::kubernetes::Pod>()) put_pod(key_of(metadata), read_pod(resource));
}

void World::put_pod(const std::string& key, Pod pod) {
  const auto known = pods_.find(key);
  if (known != pods_.end() && known->second == pod) return;
  erase_pod(key);
  note_pod(key, pod);
  pods_.emplace(key, std::move(pod));
}

void World::erase_pod(const std::string& key) {
  const auto known = pods_.find(key);
  if (known == pods_.end()) return;
  note_pod(key, known->second);
  pods_.erase(known);
}

void World::put_policy(const std::string& key, Policy policy) {
  erase_policy(key);
  forget_rules(key, policies_.emplace(key, std::move(policy)).first->second);
}

void World::erase_policy(const std::string& key) {
  const auto known = policies_.find(key);
  if (known == policies_.end()) return;
  note_selected(known->second);
  policies_.erase(known);
  stale_.erase(key);
}

void World::put_space(const std::string& name, const model::Labels& labels) {
  const auto before = labels_of(name);
  spaces_.insert_or_assign(name, labels);
  note_labels(before, labels_of(name));
}

void World::erase_space(const std::string& name) {
  const auto before = labels_of(name);
  spaces_.erase(name);
  note_labels(before, labels_of(name));
}

// A pod comes or goes. Most are nobody's business.
void World::note_pod(const std::string& key, const Pod& pod) {
  const auto labels = labels_of(pod.space);
  for (const auto& [name, policy] : policies_) {
    if (policy.space == pod.space && policy.spec.pod_selector.selects(pod.labels)) changed_.insert(key);
    if (is_peer_of(policy.spec, policy.space, pod, labels)) forget_rules(name, policy);
  }
}

void World::note_labels(const model::Labels& before, const model::Labels& after) {
  for (const auto& [name, policy] : policies_) {
    if (tells_apart(policy.spec, before, after)) forget_rules(name, policy);
  }
}

void World::note_selected(const Policy& policy) {
  for (const auto& [key, pod] : in_space(pods_, policy.space)) {
    if (policy.spec.pod_selector.selects(pod.labels)) changed_.insert(key);
  }
}

void World::forget_rules(const std::string& key, const Policy& policy) {
  policy.rules.reset();
  stale_.insert(key);
}

std::set<std::string> World::take_changed() {
  for (const auto& key : std::exchange(stale_, {})) note_selected(policies_.at(key));
  return std::exchange(changed_, {});
}

PodPolicy World::policy_of(const std::string& key) const {
  const auto found = pods_.find(key);
  return found == pods_.end() ? PodPolicy() : policy_of(found->second);
}

PodPolicy World::policy_of(const Pod& pod) const {
  PodPolicy compiled;
  for (const auto& [name, policy] : in_space(policies_, pod.space)) {
    if (!policy.spec.pod_selector.selects(pod.labels)) continue;
    if (policy.spec.isolates("Ingress")) {
      if (!compiled.ingress) compiled.ingress.emplace();
      add_ingress(policy, name, pod, *compiled.ingress);
    }
    if (policy.spec.isolates("Egress")) {
      if (!compiled.egress) compiled.egress.emplace();
      std::ranges::copy(rules_of(name, policy).egress.allowances, std::back_inserter(compiled.egress->allowances));
    }
  }
  return compiled;
}

std::vector<std::string> World::isolating(const std::string& key, Way way) const {
  std::vector<std::string> names;
  const auto found = pods_.find(key);
  if (found == pods_.end()) return names;
  const Pod& pod = found->second;
  for (const auto& [name, policy] : in_space(policies_, pod.space)) {
    const bool isolates = policy.spec.isolates(way == Way::ingress ? "Ingress" : "Egress");
    if (isolates && policy.spec.pod_selector.selects(pod.labels)) names.push_back(name);
  }
  return names;
}

std::optional<net::IpAddress> World::address_of(const std::string& key) const {
  const auto found = pods_.find(key);
  return found == pods_.end() ? std::nullopt : found->second.address;
}

std::string World::pod_at(const net::IpAddress& address) const {
  const auto found = std::ranges::find_if(pods_, [&](const auto& entry) { return entry.second.address == address; });
  return found == pods_.end() ? std::string() : found->first;
}

const World::Rules& World::rules_of(const std::string& name, const Policy& policy) const {
  if (policy.rules) return *policy.rules;
  Rules& rules = policy.rules.emplace();
  for (const auto& rule : policy.spec.ingress) rules.sources.push_back(addresses_of(rule.from, policy.space));
  rules.egress = compile_egress(name, policy);
  return rules;
}

void World::add_ingress(const Policy& policy, const std::string& name, const Pod& subject, Isolation& ingress) const {
  const Rules& rules = rules_of(name, policy);
  for (size_t i = 0; i < policy.spec.ingress.size(); ++i) {
    const auto& rule = policy.spec.ingress[i];
    Allowance allowance{.rule = fmt::format("{} ingress[{}]", name, i), .peers = rules.sources[i]};
    if (!rule.ports.empty()) {
      allowance.ports = numbered(rule.ports);
      add_named_at(subject, rule.ports, *allowance.ports);
    }
    append(std::move(allowance), ingress);
  }
}

Isolation World::compile_egress(const std::string& name, const Policy& policy) const {
  Isolation egress;
  for (size_t i = 0; i < policy.spec.egress.size(); ++i) {
    const auto& rule = policy.spec.egress[i];
    Allowance allowance{.rule = fmt::format("{} egress[{}]", name, i), .peers = addresses_of(rule.to, policy.space)};
    if (has_names(rule.ports)) add_named(rule.ports, rule.to, policy, allowance.rule, egress);
    if (!rule.ports.empty()) allowance.ports = numbered(rule.ports);
    append(std::move(allowance), egress);
  }
  return egress;
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

// With the one that Kubernetes gives every namespace.
model::Labels World::labels_of(const std::string& space) const {
  const auto known = spaces_.find(space);
  model::Labels labels = known == spaces_.end() ? model::Labels() : known->second;
  labels["kubernetes.io/metadata.name"] = space;
  return labels;
}

bool World::is_any_peer(const std::vector<Peer>& peers, std::string_view space, const Pod& pod) const {
  const auto labels = labels_of(pod.space);
  return std::ranges::any_of(peers, [&](const auto& peer) { return selects(peer, space, pod, labels); });
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
