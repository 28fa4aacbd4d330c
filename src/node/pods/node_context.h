// NodeContext: what every pod of this machine shares.
#pragma once

#include <string>
#include <vector>

#include "network_policy/world.h"
#include "node/api_client/control_plane.h"
#include "node/broker/egress_policy.h"
#include "node/names/service_table.h"
#include "node/options.h"
#include "node/processes/address_pool.h"
#include "node/sandbox/pod_sandbox.h"
#include "node/state_folder.h"

namespace weft::node {

// Made once by the agent; everything in it outlives the pods. One reactor.
struct NodeContext {
  runtime::Reactor* reactor = nullptr;
  Programs programs;
  StateFolder state;
  PodSubnet subnet;
  net::IpRange service_range;
  net::Fd hub_namespace;
  ControlPlane* control_plane = nullptr;
  AddressPool* addresses = nullptr;
  const ServiceTable* services = nullptr;
  const network_policy::World* policies = nullptr;
  const EgressPolicy* egress = nullptr;
  std::vector<Exposure> exposures;
  std::vector<net::Fd> exposed_sockets;  // one an exposure
  std::string node_name;
  std::string log_level;
};

}  // namespace weft::node
