#include "cli/mesh/proxy_processes.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/mesh/local_http.h"

namespace weft::cli {
namespace {

using api::Json;

constexpr int kOk = 200;
constexpr int kNotFound = 404;

std::vector<long> said_numbers(const Json& object, const char* pointer) {
  std::vector<long> numbers;
  const Json::json_pointer place(pointer);
  if (!object.contains(place) || !object[place].is_array()) return numbers;
  for (const auto& number : object[place]) {
    if (number.is_number_integer()) numbers.push_back(number.get<long>());
  }
  return numbers;
}

long said_number(const Json& object, const char* pointer) {
  const Json::json_pointer place(pointer);
  return object.contains(place) && object[place].is_number_integer() ? object[place].get<long>() : 0;
}

std::string said_text(const Json& object, const char* pointer) {
  const Json::json_pointer place(pointer);
  return object.contains(place) && object[place].is_string() ? object[place].get<std::string>() : "";
}

// What weft-node answers, as JSON; null where it says something else.
Expected<std::pair<int, Json>> ask_node(const Session& session, const StateFolder& state, const LocalRequest& request) {
  const auto answer = call(session.clock, state.node_socket(), request);
  if (answer) return std::pair(answer->status, Json::parse(answer->body, nullptr, false));
  const bool is_absent = answer.error().reason == Reason::not_found || answer.error().reason == Reason::refused;
  if (is_absent) return stop(Exit::unreachable, "no mesh is running here", state.command("up"));
  return stop(Exit::unreachable, "weft-node does not answer: " + answer.error().detail, state.command("logs --node"));
}

}  // namespace

std::vector<ProxyProcess> read_proxies(const Json& status) {
  std::vector<ProxyProcess> proxies;
  const Json::json_pointer pods("/pods");
  const Json::json_pointer pid("/pids/sidecar");
  if (!status.contains(pods) || !status[pods].is_array()) return proxies;
  for (const auto& pod : status[pods]) {
    if (!pod.contains(pid)) continue;
    proxies.push_back({.pod = {said_text(pod, "/namespace"), said_text(pod, "/name")},
                       .pid = said_number(pod, "/pids/sidecar"),
                       .restarts = said_number(pod, "/sidecarRestarts"),
                       .replacements = said_number(pod, "/sidecarReplacements"),
                       .draining = said_numbers(pod, "/pids/draining")});
  }
  return proxies;
}

Table proxies_table(const std::vector<ProxyProcess>& proxies) {
  Table table{.headings = {"NAMESPACE", "POD", "PID", "CRASHES", "RESTARTS", "DRAINING"}, .rows = {}};
  for (const auto& proxy : proxies) {
    table.rows.push_back({proxy.pod.namespace_name, proxy.pod.name, proxy.pid == 0 ? "-" : std::to_string(proxy.pid),
                          std::to_string(proxy.restarts), std::to_string(proxy.replacements),
                          proxy.draining.empty() ? "-" : fmt::format("{}", fmt::join(proxy.draining, ","))});
  }
  return table;
}

Json proxies_json(const std::vector<ProxyProcess>& proxies) {
  Json list = Json::array();
  for (const auto& proxy : proxies) {
    list.push_back({{"namespace", proxy.pod.namespace_name},
                    {"name", proxy.pod.name},
                    {"pid", proxy.pid},
                    {"crashes", proxy.restarts},
                    {"restarts", proxy.replacements},
                    {"draining", proxy.draining}});
  }
  return list;
}

Expected<std::vector<ProxyProcess>> proxy_processes(const Session& session, const StateFolder& state) {
  const auto answer = ask_node(session, state, {.path = "/status"});
  if (!answer) return stop(answer.error());
  return read_proxies(answer->second);
}

std::optional<ProxyRestart> read_restart(const Json& answer) {
  const ProxyRestart restart{.old_pid = said_number(answer, "/oldPid"),
                             .pid = said_number(answer, "/pid"),
                             .epoch = said_number(answer, "/epoch"),
                             .drain_seconds = said_number(answer, "/drainSeconds")};
  return restart.pid == 0 ? std::nullopt : std::optional(restart);
}

Expected<std::optional<ProxyRestart>> restart_proxy(const Session& session, const StateFolder& state,
                                                    const PodName& pod, const RestartWish& wish) {
  constexpr auto kMargin = std::chrono::seconds(10);  // weft-node gives up first, and says why
  constexpr Duration kMost = std::chrono::hours(1);   // that it waits
  const Duration longest = std::min(wish.longest, kMost);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(longest);
  const auto path = fmt::format("/proxies/{}/{}/restart?timeout={}", pod.namespace_name, pod.name, seconds.count());
  const auto answer = ask_node(session, state, {.method = "POST", .path = path, .longest = longest + kMargin});
  if (!answer) return stop(answer.error());
  const auto& [status, body] = *answer;
  if (const auto restart = status == kOk ? read_restart(body) : std::nullopt) return restart;
  if (status == kNotFound && wish.was_there) return std::nullopt;
  const auto why = said_text(body, "/error");
  return stop(
      Exit::failed,
      pod.namespace_name + "/" + pod.name + ": " + (why.empty() ? "weft-node answered " + std::to_string(status) : why),
      state.command("logs -n " + pod.namespace_name + " " + pod.name + " --proxy"));
}

}  // namespace weft::cli
