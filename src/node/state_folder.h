// StateFolder: where everything of one mesh on this machine lies. Pure; the paths are contracts between the processes.
#pragma once

#include <string>
#include <string_view>

#include "pod_logs/container_logs.h"

namespace weft::node {

// The files of one pod.
struct PodFolder {
  std::string path;

  std::string token() const { return path + "/token"; }
  std::string admin_socket() const { return path + "/admin.sock"; }
  std::string restart_door() const { return path + "/door.sock"; }
  std::string broker_socket() const { return path + "/broker.sock"; }
  std::string resolv_conf() const { return path + "/resolv.conf"; }
  std::string hosts() const { return path + "/hosts"; }
  std::string name_switch() const { return path + "/nsswitch.conf"; }
  std::string proxy_log() const { return path + "/" + std::string(pod_logs::kProxyLog); }
  std::string app_log() const { return path + "/" + std::string(pod_logs::kAppLog); }
  std::string container_log(std::string_view name) const { return path + "/" + pod_logs::further_log(name); }
};

// Absolute, without a final slash.
struct StateFolder {
  std::string path;

  std::string weftd_socket() const { return path + "/weftd.sock"; }
  std::string xds_socket() const { return path + "/xds.sock"; }
  std::string node_socket() const { return path + "/node.sock"; }
  std::string exec_socket() const { return path + "/exec.sock"; }
  std::string run_record() const { return path + "/run.json"; }
  std::string lock() const { return path + "/node.lock"; }
  std::string weftd_log() const { return path + "/logs/weftd.log"; }
  PodFolder pod(std::string_view namespace_name, std::string_view name) const {
    return {pod_logs::pod_folder(path, namespace_name, name)};
  }
};

}  // namespace weft::node
