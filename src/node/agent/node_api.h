// NodeApi: what weft-node itself tells and takes, on STATE/node.sock: `GET /status` (its processes, as JSON) and
// `POST /shutdown` (as SIGTERM).
#pragma once

#include "http/service/server.h"
#include "node/agent/control_plane_process.h"
#include "node/pods/pod_table.h"
#include "runtime/signal.h"

namespace weft::node {

// Answers from the live objects, which outlive it. One reactor.
class NodeApi final : public http::Handler {
 public:
  NodeApi(const PodTable& pods, const ControlPlaneProcess& control_plane, runtime::Signal& shutdown)
      : pods_(&pods), control_plane_(&control_plane), shutdown_(&shutdown) {}

  // Whose process numbers it tells; nullptr: none at the moment.
  void set_hub(const Holder* hub) { hub_ = hub; }

  runtime::Task<void> handle(http::Exchange& exchange) override;

 private:
  const PodTable* pods_;
  const ControlPlaneProcess* control_plane_;
  runtime::Signal* shutdown_;
  const Holder* hub_ = nullptr;
};

// {"hub":PID,"weftd":{"pid","ready","restarts"},"pods":[{"namespace","name","podIP","phase","ready","pids":{...}}]}
api::Json status_json(const std::vector<PodSummary>& pods, const Supervisor& weftd);

}  // namespace weft::node
