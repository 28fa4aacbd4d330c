#include "node/pods/proxy_settings.h"

#include <algorithm>

#include "api/istio/mesh_config_text.h"

namespace weft::node {
namespace {

using api::istio::ProxyConfig;

constexpr uint32_t kThreadsMax = 256;  // weft-proxy's

ProxyConfig config_of(const std::string& mesh, const api::Metadata& pod) {
  ProxyConfig config;
  if (auto read = api::istio::read_mesh_config(mesh); read.value) config = std::move(read.value->default_config);
  const auto said = pod.annotations.find(api::istio::kProxyConfigAnnotation);
  if (said == pod.annotations.end()) return config;
  const auto own = api::istio::read_proxy_config(said->second);
  return own.value ? overlaid(std::move(config), *own.value) : config;
}

}  // namespace

ProxySettings proxy_settings(const std::string& mesh, const api::Metadata& pod, uint32_t cores) {
  const ProxyConfig config = config_of(mesh, pod);
  ProxySettings settings;
  if (config.concurrency) {
    const auto wanted = static_cast<uint32_t>(*config.concurrency);
    settings.threads = std::clamp(wanted == 0 ? cores : wanted, 1U, kThreadsMax);
  }
  settings.drain_time = config.termination_drain_duration;
  if (config.drain_duration) settings.hand_over_time = *config.drain_duration;
  return settings;
}

}  // namespace weft::node
