// From checked resources to the mesh's objects. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/resource.h"
#include "control/mesh/object_change.h"
#include "control/mesh/objects.h"

namespace weft::control::mesh {

inline constexpr std::string_view kDomain = "cluster.local";

// "nodejs-api.nodejs-app.svc.cluster.local"
std::string service_host(std::string_view name, std::string_view space);

// What is in the store was checked on its way in; what cannot be read all the same is reported and left out.
std::optional<api::Resource> read_resource(const ObjectChange& change);

// Which endpoints clients of a Service or ServiceEntry are to prefer: `said` by its own field, else by annotation.
Prefers preference_of(const api::Resource& resource, std::string_view said);

ServicePtr read_service(const api::Resource& resource);
PodPtr read_pod(const api::Resource& resource);
VirtualServicePtr read_virtual_service(const api::Resource& resource);
DestinationRulePtr read_destination_rule(const api::Resource& resource);
GatewayPtr read_gateway(const api::Resource& resource);
WorkloadEntryPtr read_workload_entry(const api::Resource& resource);
SidecarPtr read_sidecar(const api::Resource& resource);
PeerAuthenticationPtr read_peer_authentication(const api::Resource& resource);
// Null for one that has targets: those are for others to enforce.
RequestAuthenticationPtr read_request_authentication(const api::Resource& resource);
// Null for one with targets: waypoints and gateways of the Gateway API enforce those.
AuthorizationPolicyPtr read_authorization_policy(const api::Resource& resource);

// What the readers share: who an object is, and how old.
Origin origin_of(const api::Resource& resource, std::string_view dashed_kind);
Age age_of(const api::Metadata& metadata);

}  // namespace weft::control::mesh
