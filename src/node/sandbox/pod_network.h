// The network of the pods: the hub, a namespace that holds one bridge, and the wire from each pod to it. Called by the
// processes that live in these namespaces, before they start anything else. Blocking.
#pragma once

#include <string>

#include "base/error.h"
#include "net/address.h"

namespace weft::node {

// The addresses of the pods, and where pods send what is for none of them. The gateway only has to exist: connections
// that leave the mesh are redirected before they leave the pod.
struct PodSubnet {
  net::IpRange range;
  net::IpAddress gateway;
};

// Sets up the calling process's network namespace as the hub.
Result<> set_up_hub(const PodSubnet& subnet);

// The wire of one pod. `link` is the pod's end in the hub: unique among the pods, at most 15 bytes.
struct PodWire {
  PodSubnet subnet;
  net::IpAddress address;
  std::string link;
  int hub_namespace = -1;
};

// Connects the calling process's network namespace, a new one, to the hub, and lets it bind low ports without rights.
Result<> wire_pod(const PodWire& wire);

}  // namespace weft::node
