// PeerAuthentication (security.istio.io), every field of Istio's: whether some workloads take plain text, mutual TLS of
// the mesh, or both. Plain values; zero is Istio's "unset".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/istio/destination_rule.h"

namespace weft::api {
class FieldTable;
}

namespace weft::api::istio {

// `unset` inherits from the wider scope: port, workload, namespace, mesh; beyond that PERMISSIVE holds.
enum class MutualTlsMode : uint8_t { unset, disable, permissive, strict };

// As Istio writes it: "STRICT".
std::string_view to_string(MutualTlsMode mode);

// The mode of one scope.
struct MutualTls {
  MutualTlsMode mode = MutualTlsMode::unset;

  static const FieldTable& fields();
};

// The spec. In the root namespace and without selector it is the mesh's.
struct PeerAuthentication {
  std::optional<WorkloadSelector> selector;  // none, or no labels: every workload of the namespace
  std::optional<MutualTls> mtls;
  std::map<std::string, MutualTls, std::less<>> port_level_mtls;  // by the workload's port, not the service's

  bool has_selector() const { return selector && !selector->match_labels.empty(); }

  static const FieldTable& fields();
};

}  // namespace weft::api::istio
