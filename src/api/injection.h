// Which pods get a sidecar, by Istio's rules of injection. Pure.
#pragma once

#include "api/metadata.h"
#include "api/tree.h"

namespace weft::api {

// A namespace labelled istio-injection=disabled has none; else the pod's label (or the older annotation)
// sidecar.istio.io/inject decides, and where there is none the namespace's istio-injection=enabled.
bool wants_sidecar(const Metadata& pod, const model::Labels& namespace_labels);

// The annotation of pods that have got one, as Istio's injector sets it.
inline constexpr char kInjectionStatus[] = "sidecar.istio.io/status";

}  // namespace weft::api
