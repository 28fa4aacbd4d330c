// The names of Istio's enumerations in YAML, with protobuf's numbers.
#pragma once

#include <span>

#include "api/codec.h"
#include "api/istio/authorization_policy.h"
#include "api/istio/destination_rule.h"
#include "api/istio/peer_authentication.h"
#include "api/istio/server_tls.h"
#include "api/istio/service_entry.h"
#include "api/istio/sidecar.h"
#include "api/istio/virtual_service.h"

namespace weft::api::istio {

inline std::span<const ChoiceName<RedirectPort>> choices_of(RedirectPort) {
  static constexpr ChoiceName<RedirectPort> kNames[] = {
      {"FROM_PROTOCOL_DEFAULT", RedirectPort::from_protocol_default, 0},
      {"FROM_REQUEST_PORT", RedirectPort::from_request_port, 1}};
  return kNames;
}

inline std::span<const ChoiceName<UnmatchedPreflights>> choices_of(UnmatchedPreflights) {
  static constexpr ChoiceName<UnmatchedPreflights> kNames[] = {{"UNSPECIFIED", UnmatchedPreflights::unspecified, 0},
                                                               {"FORWARD", UnmatchedPreflights::forward, 1},
                                                               {"IGNORE", UnmatchedPreflights::ignore, 2}};
  return kNames;
}

inline std::span<const ChoiceName<SimpleLoadBalancer>> choices_of(SimpleLoadBalancer) {
  using enum SimpleLoadBalancer;
  static constexpr ChoiceName<SimpleLoadBalancer> kNames[] = {{"LEAST_REQUEST", least_request, 5},
                                                              {"ROUND_ROBIN", round_robin, 4},
                                                              {"RANDOM", random, 2},
                                                              {"PASSTHROUGH", passthrough, 3},
                                                              {"UNSPECIFIED", unspecified, 0},
                                                              {"LEAST_CONN", least_request, 1, "LEAST_REQUEST"}};
  return kNames;
}

inline std::span<const ChoiceName<H2UpgradePolicy>> choices_of(H2UpgradePolicy) {
  static constexpr ChoiceName<H2UpgradePolicy> kNames[] = {{"DEFAULT", H2UpgradePolicy::mesh_default, 0},
                                                           {"DO_NOT_UPGRADE", H2UpgradePolicy::do_not_upgrade, 1},
                                                           {"UPGRADE", H2UpgradePolicy::upgrade, 2}};
  return kNames;
}

inline std::span<const ChoiceName<TlsMode>> choices_of(TlsMode) {
  static constexpr ChoiceName<TlsMode> kNames[] = {{"DISABLE", TlsMode::disable, 0},
                                                   {"SIMPLE", TlsMode::simple, 1},
                                                   {"MUTUAL", TlsMode::mutual, 2},
                                                   {"ISTIO_MUTUAL", TlsMode::istio_mutual, 3}};
  return kNames;
}

inline std::span<const ChoiceName<ServerTlsMode>> choices_of(ServerTlsMode) {
  using enum ServerTlsMode;
  static constexpr ChoiceName<ServerTlsMode> kNames[] = {{"PASSTHROUGH", passthrough, 0},
                                                         {"SIMPLE", simple, 1},
                                                         {"MUTUAL", mutual, 2},
                                                         {"AUTO_PASSTHROUGH", auto_passthrough, 3},
                                                         {"ISTIO_MUTUAL", istio_mutual, 4},
                                                         {"OPTIONAL_MUTUAL", optional_mutual, 5}};
  return kNames;
}

inline std::span<const ChoiceName<TlsProtocol>> choices_of(TlsProtocol) {
  static constexpr ChoiceName<TlsProtocol> kNames[] = {{"TLS_AUTO", TlsProtocol::automatic, 0},
                                                       {"TLSV1_0", TlsProtocol::tls_1_0, 1},
                                                       {"TLSV1_1", TlsProtocol::tls_1_1, 2},
                                                       {"TLSV1_2", TlsProtocol::tls_1_2, 3},
                                                       {"TLSV1_3", TlsProtocol::tls_1_3, 4}};
  return kNames;
}

inline std::span<const ChoiceName<ProxyProtocolVersion>> choices_of(ProxyProtocolVersion) {
  static constexpr ChoiceName<ProxyProtocolVersion> kNames[] = {{"V1", ProxyProtocolVersion::v1, 0},
                                                                {"V2", ProxyProtocolVersion::v2, 1}};
  return kNames;
}

inline std::span<const ChoiceName<ServiceLocation>> choices_of(ServiceLocation) {
  static constexpr ChoiceName<ServiceLocation> kNames[] = {{"MESH_EXTERNAL", ServiceLocation::mesh_external, 0},
                                                           {"MESH_INTERNAL", ServiceLocation::mesh_internal, 1}};
  return kNames;
}

inline std::span<const ChoiceName<ServiceResolution>> choices_of(ServiceResolution) {
  using enum ServiceResolution;
  static constexpr ChoiceName<ServiceResolution> kNames[] = {{"NONE", none, 0},
                                                             {"STATIC", fixed, 1},
                                                             {"DNS", dns, 2},
                                                             {"DNS_ROUND_ROBIN", dns_round_robin, 3},
                                                             {"DYNAMIC_DNS", dynamic_dns, 4}};
  return kNames;
}

inline std::span<const ChoiceName<CaptureMode>> choices_of(CaptureMode) {
  static constexpr ChoiceName<CaptureMode> kNames[] = {
      {"DEFAULT", CaptureMode::by_default, 0}, {"IPTABLES", CaptureMode::iptables, 1}, {"NONE", CaptureMode::none, 2}};
  return kNames;
}

inline std::span<const ChoiceName<MutualTlsMode>> choices_of(MutualTlsMode) {
  static constexpr ChoiceName<MutualTlsMode> kNames[] = {{"UNSET", MutualTlsMode::unset, 0},
                                                         {"DISABLE", MutualTlsMode::disable, 1},
                                                         {"PERMISSIVE", MutualTlsMode::permissive, 2},
                                                         {"STRICT", MutualTlsMode::strict, 3}};
  return kNames;
}

inline std::span<const ChoiceName<OutboundMode>> choices_of(OutboundMode) {
  static constexpr ChoiceName<OutboundMode> kNames[] = {{"REGISTRY_ONLY", OutboundMode::registry_only, 0},
                                                        {"ALLOW_ANY", OutboundMode::allow_any, 1}};
  return kNames;
}

inline std::span<const ChoiceName<AuthorizationAction>> choices_of(AuthorizationAction) {
  using enum AuthorizationAction;
  static constexpr ChoiceName<AuthorizationAction> kNames[] = {
      {"ALLOW", allow, 0}, {"DENY", deny, 1}, {"AUDIT", audit, 2}, {"CUSTOM", custom, 3}};
  return kNames;
}

}  // namespace weft::api::istio
