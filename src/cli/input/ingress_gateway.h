// The ingress gateway that Istio's default profile brings: where a Gateway asks for its labels and nobody runs such
// pods, `weft up` and `weft apply` do. Pure.
#pragma once

#include <vector>

#include "cli/input/manifests.h"

namespace weft::cli {

// Deployment and Service istio-system/istio-ingressgateway, labelled istio: ingressgateway, with the ports of all
// Gateways that select it; empty when none does, or when other workloads carry the labels already. `known` is what the
// mesh holds besides `manifests`.
std::vector<api::Resource> ingress_gateway(const Manifests& manifests, const std::vector<api::Json>& known);

// Adds these, unless the manifests have objects of the same names.
void add_ingress_gateway(Manifests& manifests, const std::vector<api::Json>& known);

}  // namespace weft::cli
