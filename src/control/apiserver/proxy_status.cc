#include "control/apiserver/proxy_status.h"

#include <fmt/format.h>

#include "control/workloads/timestamp.h"

namespace weft::control {
namespace {

using api::Json;

constexpr uint64_t kTimeoutSeconds = 30;
constexpr uint64_t kTimeoutSecondsMax = 600;

Json json_of(const TypeStatus& type) {
  Json json{
      {"resources", type.resources}, {"sent", type.sent}, {"acked", type.acked}, {"state", to_string(type.state)}};
  if (!type.error.empty()) json["error"] = type.error;
  return json;
}

Json json_of(const ProxyStatus& proxy) {
  Json types = Json::object();
  for (const TypeStatus& type : proxy.types) types[type.type] = json_of(type);
  return {{"name", proxy.name},
          {"nodeId", proxy.node_id},
          {"kind", proxy.kind},
          {"connectedAt", timestamp(proxy.connected_at)},
          {"types", std::move(types)}};
}

Json json_of(const SyncReport& report) {
  Json nacked = Json::array();
  for (const Rejection& one : report.nacked)
    nacked.push_back({{"proxy", one.proxy}, {"type", one.type}, {"resource", one.resource}, {"message", one.message}});
  return {{"proxies", report.proxies},
          {"acked", report.acked},
          {"pending", report.pending},
          {"nacked", std::move(nacked)},
          {"elapsedMs", std::chrono::duration<double, std::milli>(report.elapsed).count()}};
}

}  // namespace

Answer proxy_list(const ServingStatus& serving) {
  Json items = Json::array();
  for (const ProxyStatus& proxy : serving.proxies()) items.push_back(json_of(proxy));
  return answer_with(Json{{"kind", "ProxyList"}, {"apiVersion", "weft.dev/v1"}, {"items", std::move(items)}});
}

runtime::Task<Reply<Answer>> wait_for_proxies(ServingStatus& serving, const Store& store, const Call& call) {
  const uint64_t now = store.revision().value();
  const auto revision = call.query.has("resourceVersion") ? call.query.number("resourceVersion") : now;
  if (!revision || *revision > now)
    co_return refuse(bad_request(fmt::format("resourceVersion must be a version up to the newest, {}", now)));
  const uint64_t seconds = std::min(call.query.number("timeoutSeconds").value_or(kTimeoutSeconds), kTimeoutSecondsMax);
  const SyncReport report = co_await serving.wait_for_sync(*revision, std::chrono::seconds(seconds));
  Json json = json_of(report);
  if (report.complete) co_return answer_with(json);
  const Refusal late = time_is_over(
      fmt::format("{} of {} proxies have not answered after {} s", report.pending.size(), report.proxies, seconds));
  json.update(status_of(late));
  co_return answer_with(json, late.code);
}

}  // namespace weft::control
