#include "node/agent/node_api.h"

#include "base/strings.h"
#include "node/pods/proxy_command.h"

namespace weft::node {
namespace {

using api::Json;

constexpr uint64_t kLongestSeconds = 3600;

Json pod_json(const PodSummary& pod) {
  Json json = {{"namespace", pod.namespace_name},
               {"name", pod.name},
               {"podIP", pod.address},
               {"phase", pod.phase},
               {"ready", pod.is_ready},
               {"pids", {{"holder", pod.holder}, {"containers", pod.containers}}}};
  if (pod.has_sidecar) {
    json["pids"]["sidecar"] = pod.sidecar;
    json["pids"]["draining"] = pod.draining;
    json["sidecarRestarts"] = pod.sidecar_restarts;
    json["sidecarReplacements"] = pod.sidecar_replacements;
  }
  return json;
}

Json replacement_json(const Replacement& done) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(done.drains_for).count();
  return {{"oldPid", done.old_pid}, {"pid", done.new_pid}, {"epoch", done.epoch}, {"drainSeconds", seconds}};
}

uint16_t status_of(const Error& error) {
  switch (error.reason) {
    case Reason::not_found:
      return 404;
    case Reason::conflict:
      return 409;
    case Reason::timed_out:
      return 504;
    default:
      return 503;
  }
}

}  // namespace

Json status_json(const std::vector<PodSummary>& pods, const Supervisor& weftd) {
  Json list = Json::array();
  for (const auto& pod : pods) list.push_back(pod_json(pod));
  return {{"version", WEFT_VERSION},
          {"weftd", {{"pid", weftd.pid()}, {"ready", weftd.is_ready()}, {"restarts", weftd.restart_count()}}},
          {"pods", std::move(list)}};
}

std::optional<RestartRequest> parse_restart_path(std::string_view path) {
  constexpr std::string_view kBefore = "/proxies/";
  constexpr std::string_view kBehind = "/restart";
  constexpr std::string_view kTimeout = "timeout=";
  RestartRequest request;
  if (const size_t at = path.find('?'); at != std::string_view::npos) {
    const auto query = path.substr(at + 1);
    const auto seconds = query.starts_with(kTimeout) ? parse_unsigned(query.substr(kTimeout.size())) : std::nullopt;
    if (!seconds || *seconds > kLongestSeconds) return std::nullopt;
    request.longest = std::chrono::seconds(*seconds);
    path = path.substr(0, at);
  }
  if (!path.starts_with(kBefore) || !path.ends_with(kBehind)) return std::nullopt;
  path.remove_prefix(kBefore.size());
  const size_t slash = path.find('/');
  const size_t end = path.size() - std::min(path.size(), kBehind.size());
  if (slash == 0 || slash == std::string_view::npos || slash + 1 >= end) return std::nullopt;
  request.namespace_name = path.substr(0, slash);
  request.pod = path.substr(slash + 1, end - slash - 1);
  if (request.pod.find('/') != std::string::npos) return std::nullopt;
  return request;
}

// Longer than the caller waits is of no use to anybody, so the time is the caller's.
runtime::Task<void> NodeApi::restart_proxy(http::Exchange& exchange) {
  const auto request = parse_restart_path(exchange.request().path);
  PodWorker* const pod = request ? pods_->find(request->namespace_name, request->pod) : nullptr;
  Result<Replacement> done = fail(Reason::not_found, "no such pod runs here");
  if (pod != nullptr) done = co_await pod->replace_proxy(reactor_->now() + request->longest);
  const auto answer = done ? replacement_json(*done) : Json{{"error", done.error().detail}};
  const uint16_t status = done ? 200 : status_of(done.error());
  (void)co_await exchange.respond(status, "application/json", answer.dump() + "\n");
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
  } else if (path.starts_with("/proxies/") && request.method == "POST") {
    co_await restart_proxy(exchange);
  } else if (path == "/healthz" && request.method == "GET") {
    (void)co_await exchange.respond(200, "text/plain", "ok\n");
  } else {
    (void)co_await exchange.respond(
        404, "text/plain",
        "no such thing; there are GET /status, POST /proxies/NAMESPACE/POD/restart and POST /shutdown\n");
  }
}

}  // namespace weft::node
