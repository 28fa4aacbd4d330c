#include "node/pods/proxy_command.h"

#include <fmt/format.h>

#include "api/tree.h"
#include "node/capture/ruleset.h"

namespace weft::node {
namespace {

using api::Json;

constexpr std::string_view kClusterId = "Kubernetes";

// Istio's WORKLOAD_NAME: the Deployment's name, which is the ReplicaSet-like owner's, or the pod's own.
std::string workload_name(const api::Metadata& pod) {
  for (const auto& owner : pod.owner_references) {
    if (owner.controller) return owner.name;
  }
  return pod.name;
}

Json metadata_of(const ProxyFacts& facts) {
  const auto& pod = *facts.pod;
  Json metadata = {{"NAMESPACE", pod.namespace_name},
                   {"POD_NAME", pod.name},
                   {"SERVICE_ACCOUNT", facts.service_account},
                   {"WORKLOAD_NAME", workload_name(pod)},
                   {"INSTANCE_IPS", facts.address.to_string()},
                   {"CLUSTER_ID", kClusterId},
                   {"LABELS", pod.labels}};
  if (facts.exposures.empty()) return metadata;
  metadata["EXPOSE"] = Json::array();
  for (const auto& exposure : facts.exposures) {
    metadata["EXPOSE"].push_back({{"service", exposure.service},
                                  {"namespace", exposure.namespace_name},
                                  {"port", exposure.port},
                                  {"hostPort", exposure.host_port}});
  }
  return metadata;
}

std::string flag_time(Duration time) {
  return fmt::format("{}ms", std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

}  // namespace

std::vector<std::string> proxy_environment(const ProxyFacts& facts) {
  const auto& pod = *facts.pod;
  return {"PATH=/usr/local/bin:/usr/bin:/bin",
          "POD_NAME=" + pod.name,
          "POD_NAMESPACE=" + pod.namespace_name,
          "INSTANCE_IP=" + facts.address.to_string(),
          "SERVICE_ACCOUNT=" + facts.service_account,
          "ISTIO_META_WORKLOAD_NAME=" + workload_name(pod),
          "ISTIO_META_CLUSTER_ID=" + std::string(kClusterId)};
}

std::vector<std::string> proxy_command(const std::string& program, const StateFolder& state, const PodFolder& folder,
                                       const ProxyFacts& facts) {
  const auto& pod = *facts.pod;
  const char* const type = facts.kind == PodKind::gateway ? "router" : "sidecar";
  std::vector<std::string> words = {
      program,
      "--node-id",
      fmt::format("{}~{}~{}.{}~{}.svc.cluster.local", type, facts.address.to_string(), pod.name, pod.namespace_name,
                  pod.namespace_name),
      "--node-metadata",
      metadata_of(facts).dump(),
      "--xds",
      "unix:" + state.xds_socket(),
      "--xds-token-file",
      folder.token(),
      "--admin",
      "unix:" + folder.admin_socket(),
      "--hot-restart",
      "unix:" + folder.restart_door(),
      "--hand-over-time",
      flag_time(facts.settings.hand_over_time),
      "--concurrency",
      std::to_string(facts.settings.threads),
      "--broker",
      "unix:" + folder.broker_socket(),
      "--private-folder",
      state.path,
      "--mark",
      fmt::format("{:#x}", kExemptMark),
      "--log-level",
      facts.log_level,
  };
  if (facts.settings.drain_time) words.insert(words.end(), {"--drain-time", flag_time(*facts.settings.drain_time)});
  for (const auto& range : facts.mesh_ranges) words.insert(words.end(), {"--mesh-cidr", range.to_string()});
  for (const int fd : facts.listeners) words.insert(words.end(), {"--listen-fd", std::to_string(fd)});
  return words;
}

}  // namespace weft::node
