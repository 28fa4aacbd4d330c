#include "node/names/service_table.h"

#include <algorithm>

#include "base/strings.h"

namespace weft::node {
namespace {

using api::kubernetes::EndpointSlice;
using api::kubernetes::Service;
using api::kubernetes::ServicePort;

constexpr std::string_view kDomain = "cluster.local";

void append_addresses(const EndpointSlice& slice, int32_t port, std::vector<net::Address>& out) {
  for (const auto& endpoint : slice.endpoints) {
    if (!endpoint.is_ready()) continue;
    for (const auto& text : endpoint.addresses) {
      const auto ip = net::IpAddress::parse(text);
      if (ip && !ip->is_v6) out.emplace_back(*ip, static_cast<uint16_t>(port));
    }
  }
}

// What stands before ".svc.cluster.local": [HOSTNAME,] SERVICE, NAMESPACE. Empty for other names.
std::vector<std::string_view> parts_of(std::string_view name) {
  constexpr std::string_view kSuffix = ".svc.cluster.local";
  if (!name.ends_with(kSuffix)) return {};
  return split(name.substr(0, name.size() - kSuffix.size()), '.');
}

std::string key_of(const std::vector<std::string_view>& parts) {
  return std::string(parts[parts.size() - 1]) + "/" + std::string(parts[parts.size() - 2]);
}

}  // namespace

std::string key_of(const api::Metadata& metadata) {
  return metadata.namespace_name + "/" + metadata.name;
}

void ServiceTable::put(const api::Metadata& metadata, const Service& service) {
  services_[key_of(metadata)] = service;
}

void ServiceTable::put(const api::Metadata& metadata, const EndpointSlice& slice) {
  const auto label = metadata.labels.find(api::kubernetes::kServiceNameLabel);
  if (label == metadata.labels.end()) return remove_slice(key_of(metadata));  // it may have had one
  slices_[key_of(metadata)] = {metadata.namespace_name + "/" + label->second, slice};
}

std::vector<net::Address> ServiceTable::endpoints_of(const std::string& service, const ServicePort& port) const {
  std::vector<net::Address> endpoints;
  for (const auto& [key, slice] : slices_) {
    if (slice.service != service) continue;
    for (const auto& candidate : slice.value.ports) {
      if (candidate.name == port.name && candidate.port) append_addresses(slice.value, *candidate.port, endpoints);
    }
  }
  std::ranges::sort(endpoints);
  endpoints.erase(std::unique(endpoints.begin(), endpoints.end()), endpoints.end());
  return endpoints;
}

std::vector<ServiceTarget> ServiceTable::targets() const {
  std::vector<ServiceTarget> targets;
  for (const auto& [key, service] : services_) {
    const auto ip = net::IpAddress::parse(service.cluster_ip);
    if (!ip || ip->is_v6) continue;
    for (const auto& port : service.ports) {
      if (port.protocol != "TCP" && port.protocol != "UDP") continue;
      targets.push_back({.service = {*ip, static_cast<uint16_t>(port.port)},
                         .is_udp = port.protocol == "UDP",
                         .endpoints = endpoints_of(key, port)});
    }
  }
  return targets;
}

std::vector<net::IpAddress> ServiceTable::addresses_of(const std::string& service, std::string_view hostname) const {
  std::vector<net::IpAddress> addresses;
  for (const auto& [key, slice] : slices_) {
    if (slice.service != service) continue;
    for (const auto& endpoint : slice.value.endpoints) {
      if (!endpoint.is_ready() || (!hostname.empty() && endpoint.hostname != hostname)) continue;
      for (const auto& text : endpoint.addresses) {
        if (const auto ip = net::IpAddress::parse(text)) addresses.push_back(*ip);
      }
    }
  }
  std::ranges::sort(addresses);
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  return addresses;
}

std::string ServiceTable::external_name_of(std::string_view name) const {
  const auto parts = parts_of(name);
  if (parts.size() != 2) return {};
  const auto service = services_.find(key_of(parts));
  if (service == services_.end() || service->second.type != "ExternalName") return {};
  std::string target = to_lower(service->second.external_name);
  if (target.ends_with('.')) target.pop_back();
  return target;
}

// One may stand for another that stands for a third. More than this go round in a circle.
NameAnswer ServiceTable::look_up(std::string_view name) const {
  constexpr int kAliasesMax = 8;
  std::string target;
  for (int i = 0; i < kAliasesMax; ++i) {
    auto next = external_name_of(target.empty() ? name : target);
    if (next.empty()) {
      auto answer = look_up_itself(target.empty() ? name : target);
      answer.alias_of = std::move(target);
      return answer;
    }
    target = std::move(next);
  }
  return {.kind = NameAnswer::Kind::unknown};
}

NameAnswer ServiceTable::look_up_itself(std::string_view name) const {
  if (name != kDomain && !name.ends_with(".cluster.local")) return {.kind = NameAnswer::Kind::foreign};
  const auto parts = parts_of(name);
  if (parts.size() != 2 && parts.size() != 3) return {.kind = NameAnswer::Kind::unknown};
  const std::string key = key_of(parts);
  const auto service = services_.find(key);
  if (service == services_.end()) return {.kind = NameAnswer::Kind::unknown};
  if (parts.size() == 3) {
    auto addresses = addresses_of(key, parts[0]);
    const auto kind = addresses.empty() ? NameAnswer::Kind::unknown : NameAnswer::Kind::known;
    return {.kind = kind, .addresses = std::move(addresses)};
  }
  if (service->second.is_headless()) return {.kind = NameAnswer::Kind::known, .addresses = addresses_of(key, "")};
  const auto ip = net::IpAddress::parse(service->second.cluster_ip);
  return {.kind = NameAnswer::Kind::known, .addresses = ip ? std::vector{*ip} : std::vector<net::IpAddress>{}};
}

}  // namespace weft::node
