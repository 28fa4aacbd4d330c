#include "proxy/admin/pages.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/log.h"
#include "base/strings.h"
#include "proxy/admin/failures_page.h"
#include "proxy/admin/json_text.h"
#include "telemetry/exposition.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kHelp =
    "GET  /certs             certificates in use (JSON)\n"
    "GET  /clusters          clusters and the state of their endpoints\n"
    "GET  /config_dump       the configuration that is in force, with its origin (JSON)\n"
    "GET  /listeners         addresses that accept connections\n"
    "GET  /ready             LIVE with 200, else what is awaited with 503\n"
    "GET  /server_info       version, state, flags (JSON)\n"
    "GET  /stats             numbers, one a line (?format=prometheus, ?filter=TEXT)\n"
    "GET  /stats/prometheus  numbers for Prometheus\n"
    "GET  /why               requests that failed lately, and why (JSON; ?id=START of a request id, ?last=N)\n"
    "POST /drain_listeners   accept no more connections, let the present ones finish (?graceful: after --drain-time)\n"
    "POST /logging           ?level=debug|info|warning|error\n"
    "POST /quitquitquit      end the process as SIGTERM does\n";

std::string_view name_of(ProxyState state) {
  switch (state) {
    case ProxyState::initializing:
      return "PRE_INITIALIZING";
    case ProxyState::live:
      return "LIVE";
    case ProxyState::draining:
      return "DRAINING";
  }
  return "";
}

// The value of a parameter in "a=1&b=2"; empty when it is missing. Admin parameters need no percent-decoding.
std::string_view parameter(std::string_view query, std::string_view name) {
  for (const std::string_view part : split(query, '&')) {
    if (part.starts_with(name) && part.size() > name.size() && part[name.size()] == '=')
      return part.substr(name.size() + 1);
  }
  return {};
}

std::string keep_lines_with(std::string_view text, std::string_view word) {
  std::string kept;
  for (const std::string_view line : split(text, '\n')) {
    if (line.find(word) != line.npos) kept.append(line).append("\n");
  }
  return kept;
}

// One cluster in the lines of Envoy's /clusters.
void append_cluster(std::string& page, const ShardStatus::Cluster& cluster) {
  const auto limit = [&](std::string_view what, uint32_t value) {
    page += fmt::format("{}::default_priority::{}::{}\n", cluster.name, what, value);
  };
  limit("max_connections", cluster.limits.connections_max);
  limit("max_pending_requests", cluster.limits.pending_max);
  limit("max_requests", cluster.limits.requests_max);
  limit("max_retries", cluster.limits.retries_max);
  page += fmt::format("{0}::cx_active::{1}\n{0}::rq_pending::{2}\n{0}::rq_active::{3}\n", cluster.name,
                      cluster.in_use.connections, cluster.in_use.pending, cluster.in_use.requests);
  for (const ShardStatus::Endpoint& endpoint : cluster.endpoints) {
    const auto line = [&](std::string_view what, const auto& value) {
      page += fmt::format("{}::{}::{}::{}\n", cluster.name, endpoint.address, what, value);
    };
    line("rq_active", endpoint.active_requests);
    line("rq_success", endpoint.successes);
    line("rq_error", endpoint.failures);
    line("health_flags", endpoint.flags.to_string());
    line("weight", endpoint.weight);
    line("priority", endpoint.priority);
  }
}

}  // namespace

runtime::Task<void> AdminPages::handle(http::Exchange& exchange) {
  const std::string_view target = exchange.request().path;
  const std::string_view path = exchange.request().path_without_query();
  const std::string_view query = target.size() > path.size() ? target.substr(path.size() + 1) : std::string_view();
  const std::string& method = exchange.request().method;
  Page page{405, "text/plain; charset=utf-8", "GET reads, POST acts\n"};
  if (method == "GET" || method == "HEAD") page = co_await read(path, query);
  if (method == "POST") page = act(path, query);
  (void)co_await exchange.respond(page.status, std::move(page.content_type), std::move(page.body));
}

runtime::Task<AdminPages::Page> AdminPages::read(std::string_view path, std::string_view query) {
  const std::string json = "application/json";
  if (path == "/ready") co_return ready();
  if (path == "/config_dump") co_return Page{200, json, inspection_->config_dump() + "\n"};
  if (path == "/stats") co_return co_await statistics(query);
  if (path == "/stats/prometheus") co_return co_await statistics("format=prometheus");
  if (path == "/clusters") co_return co_await clusters();
  if (path == "/listeners") co_return listeners(query);
  if (path == "/server_info") co_return server_info();
  if (path == "/why") co_return co_await failures(query);
  // Certificates come with mutual TLS; until a proxy holds one, the list is empty, as Envoy's would be.
  if (path == "/certs") co_return Page{200, json, "{\"certificates\":[]}\n"};
  if (path == "/" || path == "/help") co_return Page{.body = std::string(kHelp)};
  co_return Page{.status = 404, .body = "no such page; / lists them\n"};
}

AdminPages::Page AdminPages::act(std::string_view path, std::string_view query) {
  if (path == "/drain_listeners") return drain_listeners(query);
  if (path == "/quitquitquit") {
    inspection_->quit();
    return {.body = "OK\n"};
  }
  if (path == "/logging") return set_log_level(query);
  return {.status = 404, .body = "no such action; GET / lists them\n"};
}

AdminPages::Page AdminPages::drain_listeners(std::string_view query) {
  const auto words = split(query, '&');
  const auto has = [&](std::string_view word) { return std::ranges::find(words, word) != words.end(); };
  if (has("inboundonly")) return {.status = 400, .body = "listeners are drained together, not inbound ones only\n"};
  inspection_->drain_listeners(has("graceful") ? DrainManner::graceful : DrainManner::at_once);
  return {.body = "OK\n"};
}

AdminPages::Page AdminPages::ready() const {
  const ProxyState state = inspection_->state();
  if (state == ProxyState::live) return {.body = "LIVE\n"};
  std::string text(name_of(state));
  if (state == ProxyState::initializing) text += ": waiting for " + inspection_->waiting_for();
  return {.status = 503, .body = text + "\n"};
}

AdminPages::Page AdminPages::server_info() const {
  const auto uptime = std::chrono::duration_cast<std::chrono::seconds>(clock_->now() - started_);
  std::string options = fmt::format("\"restart_epoch\":{}", info_.restart_epoch);
  for (const auto& [flag, value] : info_.options) options += fmt::format(",{}:{}", json_text(flag), json_text(value));
  return {.content_type = "application/json",
          .body = fmt::format("{{\"version\":{},\"state\":\"{}\",\"uptime_current_epoch\":\"{}s\",\"node\":{{\"id\":{},"
                              "\"cluster\":{}}},\"command_line_options\":{{{}}}}}\n",
                              json_text("weft/" WEFT_VERSION), name_of(inspection_->state()), uptime.count(),
                              json_text(info_.node_id), json_text(info_.node_cluster), options)};
}

runtime::Task<AdminPages::Page> AdminPages::statistics(std::string_view query) {
  const auto shards = co_await inspection_->metrics();
  if (parameter(query, "format") == "prometheus") {
    co_return Page{.content_type = std::string(telemetry::kExpositionContentType),
                   .body = telemetry::exposition(shards)};
  }
  std::string page = telemetry::plain_statistics(shards);
  const std::string_view filter = parameter(query, "filter");
  co_return Page{.body = filter.empty() ? page : keep_lines_with(page, filter)};
}

AdminPages::Page AdminPages::listeners(std::string_view query) const {
  std::string page;
  if (parameter(query, "format") == "json") {
    for (const ListenerStatus& listener : inspection_->listeners()) {
      page += fmt::format("{}{{\"name\":{},\"address\":{}}}", page.empty() ? "" : ",", json_text(listener.name),
                          json_text(listener.address));
    }
    return {.content_type = "application/json", .body = "{\"listeners\":[" + page + "]}\n"};
  }
  for (const ListenerStatus& listener : inspection_->listeners())
    page += listener.name + "::" + listener.address + "\n";
  return {.body = page};
}

runtime::Task<AdminPages::Page> AdminPages::clusters() {
  std::string page;
  for (const ShardStatus::Cluster& cluster : co_await inspection_->clusters()) append_cluster(page, cluster);
  co_return Page{.body = page};
}

runtime::Task<AdminPages::Page> AdminPages::failures(std::string_view query) {
  WantedFailures wanted{.id = parameter(query, "id")};
  if (const std::string_view last = parameter(query, "last"); !last.empty()) {
    const auto number = parse_unsigned(last);
    if (!number) co_return Page{.status = 400, .body = "?last= takes a number\n"};
    wanted.last = std::min<size_t>(*number, telemetry::FailureLog::kRecordsMax);
  }
  co_return Page{200, "application/json", failures_json(co_await inspection_->failures(), wanted)};
}

AdminPages::Page AdminPages::set_log_level(std::string_view query) {
  const std::string_view level = parameter(query, "level");
  constexpr std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
  if (std::ranges::find(levels, level) == levels.end())
    return {.status = 400, .body = "?level=debug|info|warning|error\n"};
  log::set_level(spdlog::level::from_str(std::string(level)));
  return {.body = fmt::format("level: {}\n", level)};
}

runtime::Task<void> PublicPages::handle(http::Exchange& exchange) {
  const std::string_view path = exchange.request().path_without_query();
  const bool is_read = exchange.request().method == "GET" || exchange.request().is_head();
  if (is_read && kind_ == Kind::metrics && path == "/stats/prometheus") {
    (void)co_await exchange.respond(200, std::string(telemetry::kExpositionContentType),
                                    telemetry::exposition(co_await inspection_->metrics()));
  } else if (is_read && kind_ == Kind::health && path == "/healthz/ready") {
    const bool live = inspection_->state() == ProxyState::live;
    (void)co_await exchange.respond(live ? 200 : 503, "text/plain", live ? "" : "not ready\n");
  } else {
    (void)co_await exchange.respond(404, "text/plain", "");
  }
}

}  // namespace weft::proxy
