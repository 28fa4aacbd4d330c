#include "cli/mesh/mutual_tls_tables.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace weft::cli {
namespace {

using api::Json;

int64_t seconds_in(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

// "42s", "11m", "3h12m"
std::string short_text(Duration duration) {
  const int64_t seconds = std::max<int64_t>(0, seconds_in(duration));
  if (seconds < 120) return fmt::format("{}s", seconds);
  if (seconds < 7200) return fmt::format("{}m", seconds / 60);
  return fmt::format("{}h{}m", seconds / 3600, seconds / 60 % 60);
}

std::string said_by(const PortMode& mode) {
  if (mode.policy.empty()) return "nobody (the default)";
  return mode.place.empty() ? mode.policy : mode.policy + "  " + mode.place;
}

std::string port_word(uint32_t port) {
  return port == 0 ? "others" : std::to_string(port);
}

// What was seen in a scope, and for how long by all of its proxies.
struct Seen {
  Share share;
  Duration observed = Duration::max();
};

Seen seen_in(const StrictScope& scope, const std::vector<WorkloadReport>& reports) {
  Seen seen;
  for (const auto& report : reports) {
    if (!scope.covers(report)) continue;
    seen.observed = std::min(seen.observed, report.observed);
    for (const auto& [port, share] : report.observation.shares) seen.share.add(share);
  }
  if (seen.observed == Duration::max()) seen.observed = Duration::zero();
  return seen;
}

}  // namespace

std::vector<PortStatus> port_statuses(const std::vector<WorkloadReport>& reports) {
  std::map<std::tuple<std::string, uint32_t, std::string, std::string>, PortStatus> found;
  for (const auto& report : reports) {
    const std::string workload = report.space + "/" + report.workload;
    for (const auto& mode : report.modes) {
      auto [place, is_new] = found.try_emplace({workload, mode.port, mode.mode, mode.policy});
      PortStatus& status = place->second;
      if (is_new) status = {.workload = workload, .mode = mode, .share = {}, .observed = report.observed};
      status.observed = std::min(status.observed, report.observed);
      const auto share = report.observation.shares.find(mode.port);
      if (share != report.observation.shares.end()) status.share.add(share->second);
    }
  }
  std::vector<PortStatus> statuses;
  for (auto& [key, status] : found) statuses.push_back(std::move(status));
  // What no service names comes last of a workload's.
  std::ranges::sort(statuses, {}, [](const PortStatus& status) {
    return std::tuple(status.workload, status.mode.port - 1, status.mode.mode, status.mode.policy);
  });
  return statuses;
}

Table statuses_table(const std::vector<PortStatus>& ports) {
  Table table{.headings = {"WORKLOAD", "PORT", "MODE", "SAID BY", "REQUESTS", "MUTUAL TLS", "SEEN FOR"}, .rows = {}};
  for (const auto& port : ports) {
    table.rows.push_back({port.workload, port_word(port.mode.port), port.mode.mode, said_by(port.mode),
                          std::to_string(port.share.all()), port.share.percent(), short_text(port.observed)});
  }
  return table;
}

Json statuses_json(const std::vector<PortStatus>& ports) {
  Json list = Json::array();
  for (const auto& port : ports) {
    list.push_back({{"workload", port.workload},
                    {"port", port.mode.port},
                    {"mode", port.mode.mode},
                    {"policy", port.mode.policy},
                    {"place", port.mode.place},
                    {"mutualTls", port.share.mutual},
                    {"plainText", port.share.plain},
                    {"observedSeconds", seconds_in(port.observed)}});
  }
  return list;
}

std::string plan_summary(const StrictScope& scope, const std::vector<WorkloadReport>& reports) {
  const Seen seen = seen_in(scope, reports);
  return fmt::format("Seen in the last {} (since the proxies started): {} requests to {}, {} with mutual TLS",
                     short_text(seen.observed), seen.share.all(), scope.title(), seen.share.percent());
}

Table plan_table(const std::vector<PlannedCaller>& callers, WallTime now) {
  Table table{.headings = {"WITHOUT MUTUAL TLS", "TO", "PORT", "CONNECTIONS", "LAST SEEN", "IF STRICT"}, .rows = {}};
  for (const auto& caller : callers) {
    table.rows.push_back({caller.caller, caller.to, std::to_string(caller.port), std::to_string(caller.connections),
                          short_text(now - caller.last_seen), caller.is_refused ? "would be REFUSED" : caller.why});
  }
  return table;
}

Json plan_json(const StrictScope& scope, const std::vector<WorkloadReport>& reports,
               const std::vector<PlannedCaller>& callers) {
  const Seen seen = seen_in(scope, reports);
  Json list = Json::array();
  for (const auto& caller : callers) {
    list.push_back({{"caller", caller.caller},
                    {"to", caller.to},
                    {"port", caller.port},
                    {"connections", caller.connections},
                    {"lastSeen", seconds_in(caller.last_seen.time_since_epoch())},
                    {"refused", caller.is_refused},
                    {"why", caller.why}});
  }
  return {{"scope", scope.title()},
          {"observedSeconds", seconds_in(seen.observed)},
          {"mutualTls", seen.share.mutual},
          {"plainText", seen.share.plain},
          {"callers", std::move(list)}};
}

}  // namespace weft::cli
