#include "control/jwks/reach.h"

#include <algorithm>
#include <array>

#include "api/tree.h"
#include "base/strings.h"

namespace weft::control {
namespace {

constexpr std::array<std::string_view, 11> kRefused = {
    "0.0.0.0/8",           // this host
    "127.0.0.0/8",         // loopback
    "169.254.0.0/16",      // link-local, and the metadata of clouds
    "192.0.0.192/32",      // Oracle's metadata
    "100.100.100.200/32",  // Alibaba's metadata
    "224.0.0.0/3",         // multicast and reserved
    "::/127",              // unspecified and loopback
    "fe80::/10",           // link-local
    "fd00:ec2::254/128",   // Amazon's metadata
    "fd20:ce::254/128",    // Google's metadata
    "ff00::/8",            // multicast
};

// The IPv4 address inside of ::ffff:a.b.c.d and 64:ff9b::a.b.c.d (RFC 4291 2.5.5.2, RFC 6052).
std::optional<net::IpAddress> wrapped(const net::IpAddress& address) {
  constexpr std::array<std::string_view, 2> kWrappings = {"::ffff:0:0/96", "64:ff9b::/96"};
  if (!address.is_v6) return std::nullopt;
  for (const auto range : kWrappings) {
    if (!net::IpRange::parse(range)->contains(address)) continue;
    uint32_t bits = 0;
    for (size_t i = 12; i < 16; ++i) bits = bits << 8 | address.bytes[i];
    return net::IpAddress::v4(bits);
  }
  return std::nullopt;
}

// "ADDRESS" or "ADDRESS:PORT"
std::optional<net::Address> read_address(std::string_view text, uint16_t port) {
  if (auto whole = net::Address::parse(text); whole && !whole->is_unix()) return *whole;
  auto ip = net::IpAddress::parse(text);
  return ip ? std::optional(net::Address(*ip, port)) : std::nullopt;
}

void add_endpoints(const Url& url, const mesh::Service& service, const mesh::MeshView& view, Reach& reach) {
  const mesh::ServicePort* port = service.port(url.port);
  if (port == nullptr) return;
  for (const auto& endpoint : *view.endpoints(service.space, service.host)) {
    const auto number = endpoint.ports.find(port->name);
    const auto ip = net::IpAddress::parse(endpoint.address);
    if (!ip || number == endpoint.ports.end() || !endpoint.ready) continue;
    reach.addresses.emplace_back(*ip, static_cast<uint16_t>(number->second));
  }
}

}  // namespace

OutsideHosts read_outside_hosts(std::string_view config_map) {
  OutsideHosts outside;
  const auto object = config_map.empty() ? std::nullopt : std::optional(api::parse_json(config_map));
  if (!object || !*object || !(*object)->contains("data")) return outside;
  const auto& data = (**object)["data"];
  outside.roots = data.value("ca.pem", "");
  const std::string hosts = data.value("hosts", "");
  for (const auto line : split(hosts, '\n')) {
    const size_t blank = line.find(' ');
    if (blank != std::string_view::npos)
      outside.addresses[to_lower(line.substr(0, blank))] = trim(line.substr(blank + 1));
  }
  return outside;
}

Reach reach_of(const Url& url, const OutsideHosts& outside, const mesh::MeshView& view) {
  Reach reach;
  if (const auto named = outside.addresses.find(url.host); named != outside.addresses.end()) {
    if (auto address = read_address(named->second, url.port)) reach.addresses.push_back(*std::move(address));
    reach.is_trusted = true;
    reach.roots = outside.roots;
    return reach;
  }
  if (const auto service = view.service(url.host)) add_endpoints(url, *service, view, reach);
  if (!reach.addresses.empty()) return reach;
  if (auto ip = net::IpAddress::parse(url.host)) reach.addresses.emplace_back(*ip, url.port);
  return reach;
}

bool may_be_dialled(const net::IpAddress& address) {
  if (const auto inner = wrapped(address)) return may_be_dialled(*inner);
  return std::ranges::none_of(kRefused,
                              [&](std::string_view range) { return net::IpRange::parse(range)->contains(address); });
}

}  // namespace weft::control
