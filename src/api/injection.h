// Which pods get a proxy, and what it is there, by Istio's rules of injection. Pure.
#pragma once

#include <cstdint>

#include "api/metadata.h"
#include "api/tree.h"

namespace weft::api {

enum class Injection : uint8_t {
  none,
  sidecar,
  gateway,  // the proxy is all there is to the pod, and serves what Gateways say
};

// A namespace labelled istio-injection=disabled has none; else the pod's label (or the older annotation)
// sidecar.istio.io/inject decides, and where there is none the namespace's istio-injection=enabled. What is injected is
// a sidecar unless the annotation inject.istio.io/templates lists "gateway".
Injection injection_of(const Metadata& pod, const model::Labels& namespace_labels);

// Whether the pod asks for the gateway template, should anything be injected.
bool asks_for_gateway(const Metadata& pod);

// The container that Istio's templates leave the proxy's place to, and its image.
inline constexpr char kProxyContainer[] = "istio-proxy";

// The annotation of pods that have got a sidecar, as Istio's injector sets it.
inline constexpr char kInjectionStatus[] = "sidecar.istio.io/status";

}  // namespace weft::api
