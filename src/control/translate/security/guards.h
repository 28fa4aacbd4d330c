// Guards: the filters by which RequestAuthentications and AuthorizationPolicies stand before a workload. Pure.
#pragma once

#include <string_view>
#include <vector>

#include <envoy/config/listener/v3/listener_components.pb.h>
#include <envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h>

#include "control/mesh/mesh_view.h"

namespace weft::control::translate {

// In the order in which requests and connections meet them. Both empty: nothing guards the workload.
struct Guards {
  std::vector<envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter> http;
  std::vector<envoy::config::listener::v3::Filter> tcp;
};

// Whom a request or connection must pass: first external authorizers (CUSTOM), then tokens, then the rules that look at
// them (AUDIT, DENY, ALLOW), as Istio orders them.
Guards guards_of(const mesh::MeshView& view, std::string_view space, const model::Labels& labels);

}  // namespace weft::control::translate
