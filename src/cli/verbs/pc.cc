#include <algorithm>
#include <ostream>

#include "cli/mesh/config_dump.h"
#include "cli/mesh/proxy_config.h"
#include "cli/text/output.h"
#include "cli/verbs/verbs.h"

namespace weft::cli {
namespace {

using api::Json;

// The table and the raw resources of one kind of configuration.
struct View {
  Table table;
  std::vector<Json> resources;
};

View view_of(const ProxyConfig& config, std::string_view what) {
  if (what.starts_with("listener")) return {listeners_table(config), config.listeners};
  if (what.starts_with("route")) return {routes_table(config), config.routes};
  if (what.starts_with("cluster")) return {clusters_table(config), config.clusters};
  if (what.starts_with("secret")) return {secrets_table(config), config.secrets};
  return {endpoints_table(config), config.endpoints};
}

// Rows in which some cell contains the word.
void keep_matching(Table& table, const std::string& word) {
  std::erase_if(table.rows, [&](const auto& row) {
    return std::ranges::none_of(row, [&](const std::string& cell) { return cell.find(word) != std::string::npos; });
  });
}

Outcome run_pc(Session& session) {
  const auto asked = dump_of_operand(session, 1);
  if (!asked) return stop(asked.error());
  if (session.call.operands.front() == "all") {
    session.screen.out << print(asked->dump, Format::json);
    return Exit::ok;
  }
  auto view = view_of(read_config_dump(asked->dump), session.call.operands.front());
  const auto format = format_of(session.call.value_or("output", "table"));
  if (format != Format::table) {
    session.screen.out << print(view.resources, format);
    return Exit::ok;
  }
  if (const auto word = session.call.value("match")) keep_matching(view.table, *word);
  session.screen.out << render(view.table);
  return Exit::ok;
}

}  // namespace

Command pc_command() {
  return {
      .name = "pc",
      .group = "proxy",
      .summary = "Show what a proxy really runs: listeners, routes, clusters, endpoints, secrets",
      .details =
          "POD may be a pod's name, the start of one, POD.NAMESPACE as with istioctl, or deploy/NAME. The gateway is "
          "the pod\nweft-gateway of namespace weft-system. `all` prints the whole dump.",
      .operands = {.usage = "listeners|routes|clusters|endpoints|secrets|all POD",
                   .min = 2,
                   .max = 2,
                   .first = {"listeners", "routes", "clusters", "endpoints", "secrets", "all", "listener", "route",
                             "cluster", "endpoint", "secret"}},
      .flags = {{.name = "match", .value = "TEXT", .help = "only the rows that contain this"}, table_output_flag()},
      .examples = {{"the routes of a pod and where they come from", "weft pc routes -n nodejs-app nodejs-api-v2"},
                   {"what the exposed port leads to", "weft pc routes weft-gateway.weft-system"}},
      .aliases = {"proxy-config"},
      .run = run_pc};
}

}  // namespace weft::cli
