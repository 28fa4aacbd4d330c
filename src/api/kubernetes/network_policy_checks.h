// What must hold in a NetworkPolicy, beyond single fields. The rules are those of Kubernetes' API server.
#pragma once

#include <string_view>

#include "api/kubernetes/network_policy.h"
#include "api/place.h"
#include "api/text_checks.h"

namespace weft::api::kubernetes {

Complaint check_cidr(std::string_view text);  // a subnet with its length: 10.0.0.0/8

void check_ip_block(const Place& place, IpBlock& block);
void check_network_policy_peer(const Place& place, NetworkPolicyPeer& peer);
void check_network_policy_port(const Place& place, NetworkPolicyPort& port);
// Also fills in the default of policyTypes.
void check_network_policy(const Place& place, NetworkPolicy& policy);

}  // namespace weft::api::kubernetes
