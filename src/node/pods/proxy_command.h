// The command line of a pod's weft-proxy. Pure.
#pragma once

#include <string>
#include <vector>

#include "api/kubernetes/pod.h"
#include "api/metadata.h"
#include "node/options.h"
#include "node/pods/pod_kind.h"
#include "node/pods/proxy_settings.h"
#include "node/sandbox/pod_network.h"
#include "node/state_folder.h"

namespace weft::node {

// What the proxy is told about its pod and mesh. References outlive the call.
struct ProxyFacts {
  PodKind kind = PodKind::meshed;
  const api::Metadata* pod = nullptr;
  std::string service_account;
  net::IpAddress address;
  std::vector<net::IpRange> mesh_ranges;
  std::vector<Exposure> exposures;  // of the gateway that serves the host
  std::vector<int> listeners;       // the same ones, as inherited descriptors
  ProxySettings settings;
  std::string log_level;
};

// Of the variables that Istio's injection gives its proxy, those that there is a value for: header values may ask for
// them (%ENVIRONMENT(POD_NAME)%).
std::vector<std::string> proxy_environment(const ProxyFacts& facts);

std::vector<std::string> proxy_command(const std::string& program, const StateFolder& state, const PodFolder& folder,
                                       const ProxyFacts& facts);

}  // namespace weft::node
