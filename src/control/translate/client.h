// Who a translation is for. Clients that are equal in their Scope get the same outbound resources, made once.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "control/mesh/mesh_view.h"
#include "model/labels.h"

namespace weft::control::translate {

enum class ClientKind : uint8_t { sidecar, router };

// What of a client decides what it sees of other services.
struct Scope {
  std::string space;     // its namespace
  model::Labels labels;  // only those that some rule looks at: MeshView::client_label_keys()
  ClientKind kind = ClientKind::sidecar;
  std::string sidecar = {};  // "namespace/name" of the Sidecar that holds for it; empty: none
  friend auto operator<=>(const Scope&, const Scope&) = default;
};

// A service port that a gateway offers on a port of the host, from the node metadata EXPOSE.
struct Expose {
  std::string service;
  std::string space;
  uint32_t port = 0;
  uint32_t host_port = 0;
  friend auto operator<=>(const Expose&, const Expose&) = default;
};

// A proxy, from the node of its first request.
struct Client {
  std::string node_id;
  ClientKind kind = ClientKind::sidecar;
  std::string pod;
  std::string space;
  std::string address;
  model::Labels labels;  // node metadata LABELS; the Pod's own labels count when the mesh knows the pod
  std::vector<Expose> exposed;

  std::string name() const { return pod + "." + space; }
};

// Reads `TYPE~IP~POD.NAMESPACE~NAMESPACE.svc.DOMAIN` and the metadata. Fails with invalid, saying what is wrong.
Result<Client> read_client(std::string_view node_id, std::string_view metadata_json);

// The client's labels as the mesh has them now.
const model::Labels& labels_of(const Client& client, const mesh::MeshView& view);
// What stands before a gateway: gatewayTopology of its pod's annotation, else of MeshConfig.defaultConfig.
api::istio::Topology topology_of(const Client& client, const mesh::MeshView& view);
Scope scope_of(const Client& client, const mesh::MeshView& view);

}  // namespace weft::control::translate
