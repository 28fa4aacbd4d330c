// Reach: how weftd gets at the hosts that policies name, and which addresses nobody may make it dial.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/jwks/url.h"
#include "control/mesh/mesh_view.h"
#include "net/address.h"

namespace weft::control {

// `hosts:` and `caFile:` of weft.yaml, as ConfigMap weft-system/weft-outside keeps them. A value.
struct OutsideHosts {
  std::map<std::string, std::string, std::less<>> addresses;  // of a name: ADDRESS or ADDRESS:PORT
  std::string roots;                                          // PEM; for these names alone

  friend bool operator==(const OutsideHosts&, const OutsideHosts&) = default;
};

inline constexpr std::string_view kOutsideSpace = "weft-system";
inline constexpr std::string_view kOutsideMap = "weft-outside";

// The ConfigMap as the store has it; "" means that there is none.
OutsideHosts read_outside_hosts(std::string_view config_map);

// Where a URL's host is.
struct Reach {
  std::vector<net::Address> addresses;  // empty: a name for DNS
  bool is_trusted = false;              // weft.yaml says so: any address may be dialled
  std::string roots;                    // that its certificate must lead to; empty: the system's
};

// By weft.yaml, else by the mesh's services and ServiceEntries, else by the address that the URL holds itself.
Reach reach_of(const Url& url, const OutsideHosts& outside, const mesh::MeshView& view);

// False for addresses at which this machine, its cloud or its neighbours answer questions of a trusted caller:
// loopback, link-local (169.254.169.254 among them), unspecified, multicast; also where IPv6 wraps IPv4. To be asked
// when the address is known, on each redirect: a name may resolve to anything.
bool may_be_dialled(const net::IpAddress& address);

}  // namespace weft::control
