// What a proxy really runs, from its /config_dump, as tables: the listeners, routes, clusters and endpoints, each with
// the object it comes from, and the certificates. Reads Envoy's dump as well as Weft's own. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/tree.h"
#include "base/clock.h"
#include "cli/text/table.h"

namespace weft::cli {

// The resources of a dump by kind, as they stand in it.
struct ProxyConfig {
  std::vector<api::Json> listeners;
  std::vector<api::Json> routes;
  std::vector<api::Json> clusters;
  std::vector<api::Json> endpoints;
  std::vector<api::Json> secrets;
};
ProxyConfig read_config_dump(const api::Json& dump);

Table listeners_table(const ProxyConfig& config);
Table routes_table(const ProxyConfig& config);
Table clusters_table(const ProxyConfig& config);
Table endpoints_table(const ProxyConfig& config);
Table secrets_table(const ProxyConfig& config);

// "2026-11-23T15:04:05Z", as dates of certificates are shown.
std::string time_text(WallTime time);

// "VirtualService nodejs-app/nodejs-api  mesh.yaml:45", from a resource's metadata; empty when it has none.
std::string origin_of(const api::Json& resource);

}  // namespace weft::cli
