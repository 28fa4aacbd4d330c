#include "control/translate/load_assignment.h"

#include <algorithm>
#include <utility>

#include "control/translate/endpoint_address.h"
#include "control/translate/names.h"
#include "control/translate/tls/client_tls.h"

namespace weft::control::translate {
namespace {

using envoy::config::endpoint::v3::ClusterLoadAssignment;
using envoy::config::endpoint::v3::LbEndpoint;

std::string_view label(const mesh::Endpoint& endpoint, std::string_view key) {
  auto found = endpoint.labels.find(key);
  return found == endpoint.labels.end() ? std::string_view() : std::string_view(found->second);
}

// "workload;namespace;canonical name;revision;cluster": what Istio's telemetry reads when the peer says nothing itself.
std::string workload_text(const mesh::Endpoint& endpoint) {
  auto name = label(endpoint, "service.istio.io/canonical-name");
  if (name.empty()) name = label(endpoint, "app");
  if (name.empty()) name = endpoint.workload;
  auto revision = label(endpoint, "service.istio.io/canonical-revision");
  if (revision.empty()) revision = label(endpoint, "version");
  if (revision.empty()) revision = "latest";
  std::string text = endpoint.workload + ";" + endpoint.space + ";";
  return text.append(name).append(";").append(revision).append(";Kubernetes");
}

// Whether a proxy of ours is there that reads the requests to this port; its Sidecar may make it one of bytes.
bool hears_http(const mesh::MeshView& view, const mesh::Endpoint& endpoint, uint32_t port) {
  return endpoint.has_sidecar &&
         !view.sidecars().makes_bytes_of(endpoint.space, endpoint.labels, view.root_space(), port);
}

void fill(const Selection& selection, const mesh::Endpoint& endpoint, uint32_t port, Multiplex multiplex,
          LbEndpoint& message) {
  fill_endpoint_address(endpoint.address, port, *message.mutable_endpoint()->mutable_address());
  message.set_health_status(envoy::config::core::v3::HEALTHY);
  message.mutable_load_balancing_weight()->set_value(endpoint.weight);
  const bool encrypts = !selection.service.is_external && takes_mesh_tls(selection.view, endpoint, port);
  if (!encrypts && endpoint.pod.empty()) return;
  auto& metadata = *message.mutable_metadata()->mutable_filter_metadata();
  if (encrypts) (*metadata[kSocketMatch].mutable_fields())[kTlsMode].set_string_value(kIstioTls);
  if (endpoint.pod.empty()) return;
  (*metadata["istio"].mutable_fields())["workload"].set_string_value(workload_text(endpoint));
  (*metadata["weft"].mutable_fields())["pod"].set_string_value(endpoint.pod + "." + endpoint.space);
  if (multiplex == Multiplex::to_sidecars && hears_http(selection.view, endpoint, port))
    (*metadata["weft"].mutable_fields())["multiplexes"].set_bool_value(true);
}

// The number the endpoint serves this port on; 0 if it should get no requests.
uint32_t selected_port(const Selection& selection, const mesh::Endpoint& endpoint) {
  if (!endpoint.ready && !selection.service.publishes_unready) return 0;
  if (selection.subset && !model::selects(selection.subset->labels, endpoint.labels)) return 0;
  auto found = endpoint.ports.find(selection.port.name);
  return found == endpoint.ports.end() ? 0 : found->second;
}

}  // namespace

// Of a port whose protocol is to be found out, the far side would take the version for what the application is to get.
Multiplex multiplex_of(const mesh::ServicePort& port, const EffectivePolicy& policy) {
  if (port.protocol != mesh::Protocol::http) return Multiplex::no;
  using api::istio::H2UpgradePolicy;
  const auto* pool = policy.http_pool();
  if (pool && pool->use_client_protocol) return Multiplex::no;
  const auto said = pool ? pool->h2_upgrade_policy : H2UpgradePolicy::mesh_default;
  const bool mesh_refuses = policy.mesh && policy.mesh->h2_upgrade_policy == api::istio::MeshH2Upgrade::do_not_upgrade;
  const bool is_refused =
      said == H2UpgradePolicy::do_not_upgrade || (said == H2UpgradePolicy::mesh_default && mesh_refuses);
  return is_refused ? Multiplex::no : Multiplex::to_sidecars;
}

ClusterLoadAssignment load_assignment(const Selection& selection, const mesh::Endpoints& endpoints, Multiplex multiplex,
                                      const Nearness& nearness) {
  ClusterLoadAssignment assignment;
  assignment.set_cluster_name(
      outbound_cluster(selection.port.number, selection.subset ? selection.subset->name : "", selection.service.host));
  Nearness::Groups groups;
  for (const auto& endpoint : endpoints) {
    uint32_t port = selected_port(selection, endpoint);
    if (port == 0) continue;
    auto& group = groups[{nearness.rank(endpoint), mesh::locality_of(endpoint.labels, endpoint.zone)}];
    fill(selection, endpoint, port, multiplex, *group.add_lb_endpoints());
  }
  nearness.arrange(std::move(groups), assignment);
  return assignment;
}

bool has_endpoints(const Selection& selection, const mesh::Endpoints& endpoints) {
  return std::any_of(endpoints.begin(), endpoints.end(),
                     [&](const auto& endpoint) { return selected_port(selection, endpoint) != 0; });
}

}  // namespace weft::control::translate
