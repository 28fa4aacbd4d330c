// The names of MeshConfig's enumerations in YAML, with protobuf's numbers.
#pragma once

#include <span>

#include "api/codec.h"
#include "api/istio/choices.h"
#include "api/istio/mesh_config.h"

namespace weft::api::istio {

inline std::span<const ChoiceName<MeshOutboundMode>> choices_of(MeshOutboundMode) {
  static constexpr ChoiceName<MeshOutboundMode> kNames[] = {
      {"REGISTRY_ONLY", MeshOutboundMode::registry_only, 0},
      {"ALLOW_ANY", MeshOutboundMode::allow_any, 1},
      {"ALLOW_ANY_DYNAMIC_DNS", MeshOutboundMode::allow_any_dynamic_dns, 3}};
  return kNames;
}

inline std::span<const ChoiceName<InboundMode>> choices_of(InboundMode) {
  static constexpr ChoiceName<InboundMode> kNames[] = {{"PASSTHROUGH", InboundMode::passthrough, 0},
                                                       {"LOCALHOST", InboundMode::localhost, 1}};
  return kNames;
}

inline std::span<const ChoiceName<PathNormalization>> choices_of(PathNormalization) {
  using enum PathNormalization;
  static constexpr ChoiceName<PathNormalization> kNames[] = {{"DEFAULT", by_default, 0},
                                                             {"NONE", none, 1},
                                                             {"BASE", base, 2},
                                                             {"MERGE_SLASHES", merge_slashes, 3},
                                                             {"DECODE_AND_MERGE_SLASHES", decode_and_merge_slashes, 4}};
  return kNames;
}

inline std::span<const ChoiceName<AccessLogEncoding>> choices_of(AccessLogEncoding) {
  static constexpr ChoiceName<AccessLogEncoding> kNames[] = {{"TEXT", AccessLogEncoding::text, 0},
                                                             {"JSON", AccessLogEncoding::json, 1}};
  return kNames;
}

inline std::span<const ChoiceName<MeshH2Upgrade>> choices_of(MeshH2Upgrade) {
  static constexpr ChoiceName<MeshH2Upgrade> kNames[] = {{"DO_NOT_UPGRADE", MeshH2Upgrade::do_not_upgrade, 0},
                                                         {"UPGRADE", MeshH2Upgrade::upgrade, 1}};
  return kNames;
}

inline std::span<const ChoiceName<ForwardClientCert>> choices_of(ForwardClientCert) {
  using enum ForwardClientCert;
  static constexpr ChoiceName<ForwardClientCert> kNames[] = {
      {"UNDEFINED", undefined, 0},       {"SANITIZE", sanitize, 1},
      {"FORWARD_ONLY", forward_only, 2}, {"APPEND_FORWARD", append_forward, 3},
      {"SANITIZE_SET", sanitize_set, 4}, {"ALWAYS_FORWARD_ONLY", always_forward_only, 5}};
  return kNames;
}

inline std::span<const ChoiceName<MetadataExchangeMode>> choices_of(MetadataExchangeMode) {
  static constexpr ChoiceName<MetadataExchangeMode> kNames[] = {{"UNDEFINED", MetadataExchangeMode::undefined, 0},
                                                                {"IN_MESH", MetadataExchangeMode::in_mesh, 1}};
  return kNames;
}

inline std::span<const ChoiceName<InterceptionMode>> choices_of(InterceptionMode) {
  static constexpr ChoiceName<InterceptionMode> kNames[] = {{"REDIRECT", InterceptionMode::redirect, 0},
                                                            {"TPROXY", InterceptionMode::tproxy, 1},
                                                            {"NONE", InterceptionMode::none, 2}};
  return kNames;
}

inline std::span<const ChoiceName<TraceContext>> choices_of(TraceContext) {
  static constexpr ChoiceName<TraceContext> kNames[] = {{"USE_B3", TraceContext::b3, 0},
                                                        {"USE_B3_WITH_W3C_PROPAGATION", TraceContext::b3_and_w3c, 1}};
  return kNames;
}

}  // namespace weft::api::istio
