// ProxySettings: how a pod's proxy is to run, by MeshConfig.defaultConfig and the pod's annotation over it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/metadata.h"
#include "base/clock.h"

namespace weft::node {

// A plain value. What nobody has said is Weft's own choice.
struct ProxySettings {
  uint32_t threads = 1;                                // concurrency
  std::optional<Duration> drain_time;                  // terminationDrainDuration
  Duration hand_over_time = std::chrono::seconds(45);  // drainDuration: for connections of one that was followed
};

// `mesh` is the text of MeshConfig, empty where there is none. A text that can't be read says nothing: weftd has said
// so to whoever wrote it. `cores`: what concurrency 0 stands for.
ProxySettings proxy_settings(const std::string& mesh, const api::Metadata& pod, uint32_t cores);

}  // namespace weft::node
