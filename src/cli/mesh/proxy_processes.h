// The processes of the mesh's proxies, as weft-node tells of them, and its way to have one followed by another.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/tree.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/state_folder.h"
#include "cli/text/table.h"

namespace weft::cli {

// The proxy of one pod. Numbers as the host counts.
struct ProxyProcess {
  PodName pod;
  long pid = 0;  // 0: it does not run
  long restarts = 0;
  long replacements = 0;
  std::vector<long> draining;  // those that it follows and that still finish their connections

  friend bool operator==(const ProxyProcess&, const ProxyProcess&) = default;
};

// Of weft-node's /status: the pods that have a proxy. Pure.
std::vector<ProxyProcess> read_proxies(const api::Json& status);
Table proxies_table(const std::vector<ProxyProcess>& proxies);
api::Json proxies_json(const std::vector<ProxyProcess>& proxies);

// Asks weft-node.
Expected<std::vector<ProxyProcess>> proxy_processes(const Session& session, const StateFolder& state);

// What weft-node says when one process has followed another.
struct ProxyRestart {
  long old_pid = 0;
  long pid = 0;
  long epoch = 0;
  long drain_seconds = 0;
};
// Of its answer; nothing where that is something else. Pure.
std::optional<ProxyRestart> read_restart(const api::Json& answer);

// How one is to be had.
struct RestartWish {
  Duration longest{};      // for the new process to serve
  bool was_there = false;  // the pod was listed with a proxy: if it has none, it was deleted meanwhile
};
// Has the proxy of a pod followed by a new process; returns once that one serves. Nothing: the pod was deleted
// meanwhile. A Failure says why else none does.
Expected<std::optional<ProxyRestart>> restart_proxy(const Session& session, const StateFolder& state,
                                                    const PodName& pod, const RestartWish& wish);

}  // namespace weft::cli
