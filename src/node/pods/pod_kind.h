// What kind of pod a Pod object asks for. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "api/metadata.h"
#include "api/tree.h"

namespace weft::node {

// The namespace of Weft's own objects, and the pod among them that serves the ports of the host (--expose).
inline constexpr char kSystemNamespace[] = "weft-system";
inline constexpr char kGatewayName[] = "weft-gateway";
// The annotation (and label, to find them) of pods made for `weft-node exec`: no process of their own, they only wait.
inline constexpr char kExecAnnotation[] = "weft.dev/exec";

enum class PodKind : uint8_t {
  meshed,    // with a sidecar
  unmeshed,  // without one; the agent gives it names and service addresses
  gateway,   // only a proxy, which serves what Gateways say, or ports of the host
};

PodKind kind_of(const api::Metadata& pod, const model::Labels& namespace_labels);

// Whether it is the gateway that serves the ports of the host.
bool serves_host(const api::Metadata& pod);

// Whether the pod only waits for commands to be executed in it.
bool only_waits(const api::Metadata& pod);

}  // namespace weft::node
