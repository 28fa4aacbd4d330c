#include "control/translate/client.h"

#include <utility>

#include "api/tree.h"
#include "base/strings.h"
#include "model/host_name.h"

namespace weft::control::translate {
namespace {

Result<ClientKind> read_kind(std::string_view word) {
  if (word == "sidecar") return ClientKind::sidecar;
  if (word == "router") return ClientKind::router;
  return fail(Reason::invalid, "node type '" + std::string(word) + "' is neither sidecar nor router", Side::client);
}

// 0 for what is no port. Numbers travel as strings in Istio's metadata, as doubles in a Struct.
uint32_t port_in(const api::Json& object, const char* key) {
  constexpr double kPortMax = 65535;
  auto found = object.find(key);
  if (found == object.end()) return 0;
  double number = 0;
  if (found->is_string()) number = static_cast<double>(parse_unsigned(found->get<std::string>()).value_or(0));
  if (found->is_number()) number = found->get<double>();
  return number >= 1 && number <= kPortMax ? static_cast<uint32_t>(number) : 0;
}

std::string text_in(const api::Json& object, const char* key) {
  auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Expose> read_expose(const api::Json& entry) {
  if (!entry.is_object()) return fail(Reason::invalid, "an entry of EXPOSE is no map", Side::client);
  Expose expose{text_in(entry, "service"), text_in(entry, "namespace"), port_in(entry, "port"),
                port_in(entry, "hostPort")};
  if (expose.service.empty() || expose.space.empty() || expose.port == 0 || expose.host_port == 0) {
    return fail(Reason::invalid, "an entry of EXPOSE needs service, namespace, port and hostPort", Side::client);
  }
  return expose;
}

Result<void> read_metadata(const api::Json& metadata, Client& client) {
  if (auto labels = metadata.find("LABELS"); labels != metadata.end() && labels->is_object()) {
    for (const auto& [key, value] : labels->items()) {
      if (value.is_string()) client.labels.emplace(key, value.get<std::string>());
    }
  }
  auto exposed = metadata.find("EXPOSE");
  if (exposed == metadata.end()) return {};
  if (!exposed->is_array()) return fail(Reason::invalid, "EXPOSE is no list", Side::client);
  for (const auto& entry : *exposed) {
    WEFT_TRY(auto expose, read_expose(entry));
    client.exposed.push_back(std::move(expose));
  }
  return {};
}

}  // namespace

Result<Client> read_client(std::string_view node_id, std::string_view metadata_json) {
  auto parts = split(node_id, '~');
  if (parts.size() != 4) {
    return fail(Reason::invalid, "node id '" + std::string(node_id) + "' is not TYPE~IP~POD.NAMESPACE~DOMAIN",
                Side::client);
  }
  Client client;
  client.node_id = node_id;
  WEFT_TRY(client.kind, read_kind(parts[0]));
  client.address = parts[1];
  if (!model::is_ip_address(client.address)) {
    return fail(Reason::invalid, "node id '" + std::string(node_id) + "' names no address", Side::client);
  }
  // Pod names may hold dots; namespaces may not.
  auto dot = parts[2].rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == parts[2].size()) {
    return fail(Reason::invalid, "node id '" + std::string(node_id) + "' names no POD.NAMESPACE", Side::client);
  }
  client.pod = parts[2].substr(0, dot);
  client.space = parts[2].substr(dot + 1);
  if (metadata_json.empty()) return client;
  WEFT_TRY(auto metadata, api::parse_json(metadata_json));
  WEFT_CHECK(read_metadata(metadata, client));
  return client;
}

const model::Labels& labels_of(const Client& client, const mesh::MeshView& view) {
  auto pod = view.pod(client.space, client.pod);
  return pod ? pod->labels : client.labels;
}

api::istio::Topology topology_of(const Client& client, const mesh::MeshView& view) {
  const auto pod = view.pod(client.space, client.pod);
  if (pod && pod->topology) return *pod->topology;
  return view.config().default_config.gateway_topology.value_or(api::istio::Topology{});
}

Scope scope_of(const Client& client, const mesh::MeshView& view) {
  const auto& labels = labels_of(client, view);
  Scope scope{client.space, {}, client.kind};
  if (client.kind == ClientKind::sidecar) {
    if (auto sidecar = view.sidecars().choose(client.space, labels, view.root_space())) scope.sidecar = sidecar->name;
  }
  for (const auto& [key, value] : labels) {
    if (view.client_label_keys().contains(key)) scope.labels.emplace(key, value);
  }
  return scope;
}

}  // namespace weft::control::translate
