#include "node/agent/node_api.h"

namespace weft::node {
namespace {

using api::Json;

Json pod_json(const PodSummary& pod) {
  Json json = {{"namespace", pod.namespace_name},
               {"name", pod.name},
               {"podIP", pod.address},
               {"phase", pod.phase},
               {"ready", pod.is_ready},
               {"pids", {{"holder", pod.holder}, {"containers", pod.containers}}}};
  if (pod.has_sidecar) {
    json["pids"]["sidecar"] = pod.sidecar;
    json["sidecarRestarts"] = pod.sidecar_restarts;
  }
  return json;
}

}  // namespace

Json status_json(const std::vector<PodSummary>& pods, const Supervisor& weftd) {
  Json list = Json::array();
  for (const auto& pod : pods) list.push_back(pod_json(pod));
  return {{"version", WEFT_VERSION},
          {"weftd", {{"pid", weftd.pid()}, {"ready", weftd.is_ready()}, {"restarts", weftd.restart_count()}}},
          {"pods", std::move(list)}};
}

runtime::Task<void> NodeApi::handle(http::Exchange& exchange) {
  const auto& request = exchange.request();
  const auto path = request.path_without_query();
  if (path == "/status" && request.method == "GET") {
    auto status = status_json(pods_->summaries(), control_plane_->supervisor());
    status["hub"] = hub_ == nullptr ? 0 : host_pid(hub_->pidfd());
    (void)co_await exchange.respond(200, "application/json", status.dump(2) + "\n");
  } else if (path == "/shutdown" && request.method == "POST") {
    (void)co_await exchange.respond(202, "application/json", "{}\n");
    shutdown_->set();
  } else if (path == "/healthz" && request.method == "GET") {
    (void)co_await exchange.respond(200, "text/plain", "ok\n");
  } else {
    (void)co_await exchange.respond(404, "text/plain", "no such thing; there are GET /status and POST /shutdown\n");
  }
}

}  // namespace weft::node
