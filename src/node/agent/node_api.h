// NodeApi: what weft-node itself tells and takes, on STATE/node.sock: `GET /status` (its processes, as JSON), `POST
// /proxies/NAMESPACE/POD/restart` (one proxy is followed by another) and `POST /shutdown` (as SIGTERM).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/service/server.h"
#include "node/agent/control_plane_process.h"
#include "node/pods/pod_table.h"
#include "runtime/signal.h"

namespace weft::node {

// Answers from the live objects, which outlive it. One reactor.
class NodeApi final : public http::Handler {
 public:
  NodeApi(runtime::Reactor& reactor, PodTable& pods, const ControlPlaneProcess& control_plane,
          runtime::Signal& shutdown)
      : reactor_(&reactor), pods_(&pods), control_plane_(&control_plane), shutdown_(&shutdown) {}

  // Whose process numbers it tells; nullptr: none at the moment.
  void set_hub(const Holder* hub) { hub_ = hub; }

  runtime::Task<void> handle(http::Exchange& exchange) override;

 private:
  runtime::Task<void> restart_proxy(http::Exchange& exchange);

  runtime::Reactor* reactor_;
  PodTable* pods_;
  const ControlPlaneProcess* control_plane_;
  runtime::Signal* shutdown_;
  const Holder* hub_ = nullptr;
};

// {"hub":PID,"weftd":{"pid","ready","restarts"},"pods":[{"namespace","name","podIP","phase","ready","pids":{...}}]}
api::Json status_json(const std::vector<PodSummary>& pods, const Supervisor& weftd);

// Whose proxy is to be followed, and how long that may take.
struct RestartRequest {
  std::string namespace_name;
  std::string pod;
  std::chrono::seconds longest{30};
};
// "/proxies/NAMESPACE/POD/restart", perhaps with "?timeout=SECONDS" (at most an hour); nothing for other paths.
std::optional<RestartRequest> parse_restart_path(std::string_view path);

}  // namespace weft::node
