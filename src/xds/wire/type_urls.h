// The names by which xDS speaks of its resource types (the type_url of requests, responses and google.protobuf.Any).
#pragma once

#include <string_view>

namespace weft::xds {

inline constexpr std::string_view kClusterType = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
inline constexpr std::string_view kEndpointsType = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
inline constexpr std::string_view kListenerType = "type.googleapis.com/envoy.config.listener.v3.Listener";
inline constexpr std::string_view kRouteType = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
inline constexpr std::string_view kSecretType = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
inline constexpr std::string_view kExtensionType = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";
inline constexpr std::string_view kNameTableType = "type.googleapis.com/istio.networking.nds.v1.NameTable";

// "CDS" for the cluster type and so on, for statistics and people; the last part of the name for other types.
constexpr std::string_view short_type_name(std::string_view type_url) {
  if (type_url == kClusterType) return "CDS";
  if (type_url == kEndpointsType) return "EDS";
  if (type_url == kListenerType) return "LDS";
  if (type_url == kRouteType) return "RDS";
  if (type_url == kSecretType) return "SDS";
  if (type_url == kExtensionType) return "ECDS";
  if (type_url == kNameTableType) return "NDS";
  return type_url.substr(type_url.rfind('.') + 1);
}

}  // namespace weft::xds
