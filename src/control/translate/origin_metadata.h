// The origin of a route or cluster, in its metadata: Istio's key `istio` (config path, services) and ours `weft`
// (object, file, line), from which `weft why` tells who decided. Pure.
#pragma once

#include <string_view>

#include <envoy/config/core/v3/base.pb.h>

#include "control/mesh/objects.h"

namespace weft::control::translate {

void add_origin(const mesh::Origin& origin, envoy::config::core::v3::Metadata& metadata);

// Names the service that a cluster stands for, and the subset if it is one.
void add_service(const mesh::Service& service, std::string_view subset, envoy::config::core::v3::Metadata& metadata);

}  // namespace weft::control::translate
