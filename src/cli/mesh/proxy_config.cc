#include "cli/mesh/proxy_config.h"

#include <functional>
#include <map>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "api/base64.h"
#include "base/strings.h"
#include "tls/certificate.h"

namespace weft::cli {
namespace {

using api::Json;

const Json& nothing() {
  static const Json value;
  return value;
}

// Proto JSON spells fields in lowerCamelCase, Envoy's own dump in snake_case: "route_config" finds both.
const Json& member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nothing();
  if (const auto found = object.find(name); found != object.end()) return *found;
  std::string camel;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '_' && i + 1 < name.size()) {
      camel += static_cast<char>(name[++i] - 32);
    } else {
      camel += name[i];
    }
  }
  const auto found = object.find(camel);
  return found == object.end() ? nothing() : *found;
}

// Several members deep.
const Json& at(const Json& object, std::initializer_list<std::string_view> names) {
  const Json* value = &object;
  for (const auto name : names) value = &member(*value, name);
  return *value;
}

std::string text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

std::string joined(const Json& list, std::string_view separator, size_t most) {
  std::string words;
  size_t count = 0;
  for (const auto& item : list) {
    if (count++ == most) return words + fmt::format("{}+{} more", separator, list.size() - most);
    if (!words.empty()) words += separator;
    words += text(item);
  }
  return words;
}

// The resources of one list of a dump's section, each inside an entry under `name`. What a proxy has received but not
// yet put in force is passed over.
void collect(const Json& list, std::string_view name, std::vector<Json>& into) {
  if (!list.is_array()) return;
  for (const auto& entry : list) {
    const auto& active = member(entry, "active_state");
    const auto& resource = member(active.is_object() ? active : entry, name);
    if (resource.is_object()) into.push_back(resource);
  }
}

std::string address_of(const Json& address) {
  const auto& socket = at(address, {"socket_address"});
  if (socket.is_object())
    return fmt::format("{}:{}", text(member(socket, "address")), text(member(socket, "port_value")));
  const auto path = text(at(address, {"pipe", "path"}));
  return path.empty() ? "" : "unix://" + path;
}

// Where a filter chain leads: a route by name, routes written in place, or a cluster.
std::string chain_target(const Json& chain) {
  for (const auto& filter : member(chain, "filters")) {
    const auto& config = member(filter, "typed_config");
    if (const auto route = text(at(config, {"rds", "route_config_name"})); !route.empty()) return "route " + route;
    if (const auto inline_route = member(config, "route_config"); inline_route.is_object()) {
      return "route " + text(member(inline_route, "name")) + " (inline)";
    }
    if (const auto cluster = text(member(config, "cluster")); !cluster.empty()) return "cluster " + cluster;
  }
  return "";
}

std::string chain_match(const Json& chain) {
  const auto& match = member(chain, "filter_chain_match");
  std::string words;
  const auto add = [&](const std::string& word) { words += (words.empty() ? "" : ", ") + word; };
  if (const auto port = text(member(match, "destination_port")); !port.empty()) add("port " + port);
  if (const auto& ranges = member(match, "prefix_ranges"); ranges.is_array()) {
    for (const auto& range : ranges) add("to " + text(member(range, "address_prefix")));
  }
  if (const auto protocol = text(member(match, "transport_protocol")); !protocol.empty()) add(protocol);
  if (const auto& protocols = member(match, "application_protocols"); protocols.is_array())
    add(joined(protocols, "/", 4));
  return words.empty() ? "all" : words;
}

// "canary=true", "canary prefix v", "canary present".
std::string header_match(const Json& header) {
  const auto name = text(member(header, "name"));
  const auto& string_match = member(header, "string_match");
  const std::string inverted = text(member(header, "invert_match")) == "true" ? "!" : "";
  if (const auto exact = text(member(string_match, "exact")); !exact.empty()) return inverted + name + "=" + exact;
  if (const auto prefix = text(member(string_match, "prefix")); !prefix.empty())
    return inverted + name + "=" + prefix + "*";
  const auto regex = text(at(string_match, {"safe_regex", "regex"}));
  if (!regex.empty()) return inverted + name + "~" + regex;
  if (const auto exact = text(member(header, "exact_match")); !exact.empty()) return inverted + name + "=" + exact;
  return inverted + name + " present";
}

std::string route_match(const Json& match) {
  std::string words;
  if (const auto prefix = text(member(match, "prefix")); !prefix.empty()) words = prefix + "*";
  if (const auto prefix = text(member(match, "path_separated_prefix")); !prefix.empty()) words = prefix + "/*";
  if (const auto path = text(member(match, "path")); !path.empty()) words = path;
  if (const auto regex = text(at(match, {"safe_regex", "regex"})); !regex.empty()) words = "~" + regex;
  if (const auto& headers = member(match, "headers"); headers.is_array()) {
    for (const auto& header : headers) words += " " + header_match(header);
  }
  return words;
}

// Names of services without the suffix that all of them have.
std::string shorter(std::string name) {
  constexpr std::string_view kSuffix = ".svc.cluster.local";
  if (const size_t at = name.find(kSuffix); at != std::string::npos) name.erase(at, kSuffix.size());
  return name;
}

// The four parts of Istio's cluster names, "outbound|3000|v1|host".
std::vector<std::string> name_parts(const std::string& name) {
  std::vector<std::string> parts;
  for (const auto part : split(name, '|')) parts.emplace_back(part);
  if (parts.size() != 4) parts = {"", "", "", name};
  return parts;
}

// "outbound|3000|v2|api.shop.svc.cluster.local" as "api.shop:3000 v2"; other names as they are.
std::string spoken_cluster(const std::string& name) {
  const auto parts = name_parts(name);
  if (parts[1].empty() || parts[3].empty()) return name;
  return shorter(parts[3]) + ":" + parts[1] + (parts[2].empty() ? "" : " " + parts[2]);
}

// The shortest of a virtual host's domains, and how many more there are.
std::string spoken_domains(const Json& domains) {
  std::string shortest;
  for (const auto& domain : domains) {
    const auto name = text(domain);
    if (shortest.empty() || name.size() < shortest.size()) shortest = name;
  }
  return domains.size() > 1 ? fmt::format("{} +{}", shortest, domains.size() - 1) : shortest;
}

std::string route_target(const Json& route) {
  const auto& action = member(route, "route");
  if (const auto cluster = text(member(action, "cluster")); !cluster.empty()) return spoken_cluster(cluster);
  std::string words;
  const auto& weighted = at(action, {"weighted_clusters", "clusters"});
  if (weighted.is_array()) {
    for (const auto& one : weighted) {
      words +=
          (words.empty() ? "" : ", ") + spoken_cluster(text(member(one, "name"))) + " " + text(member(one, "weight"));
    }
  }
  if (!words.empty()) return words;
  if (member(route, "redirect").is_object()) return "redirect";
  const auto status = text(at(route, {"direct_response", "status"}));
  return status.empty() ? "" : "answer " + status;
}

std::string cluster_type(const Json& cluster) {
  auto type = text(member(cluster, "type"));
  if (type.empty()) type = text(at(cluster, {"cluster_type", "name"}));
  return type.empty() ? "STATIC" : type;
}

std::map<std::string, std::string> types_by_cluster(const ProxyConfig& config) {
  std::map<std::string, std::string> types;
  for (const auto& cluster : config.clusters) types.try_emplace(text(member(cluster, "name")), cluster_type(cluster));
  return types;
}

// Where a cluster of this type has an endpoint from: "EDS", "DNS partner.example.com".
std::string source_of(const std::string& type, const std::string& host) {
  if (!type.ends_with("_DNS")) return type;
  return host.empty() ? "DNS" : "DNS " + host;
}

// Calls for every endpoint of an assignment.
void each_endpoint(const Json& assignment, const std::function<void(const Json&)>& visit) {
  const auto& localities = member(assignment, "endpoints");
  if (!localities.is_array()) return;
  for (const auto& locality : localities) {
    const auto& endpoints = member(locality, "lb_endpoints");
    if (!endpoints.is_array()) continue;
    for (const auto& one : endpoints) visit(one);
  }
}

// By the cluster's name.
std::map<std::string, Json> addresses_by_cluster(const ProxyConfig& config) {
  std::map<std::string, Json> addresses;
  for (const auto& assignment : config.endpoints) {
    auto& list = addresses.try_emplace(text(member(assignment, "cluster_name")), Json::array()).first->second;
    each_endpoint(assignment, [&](const Json& one) { list.push_back(address_of(at(one, {"endpoint", "address"}))); });
  }
  return addresses;
}

void add_routes(Table& table, const Json& config, const Json& host) {
  const auto& routes = member(host, "routes");
  if (!routes.is_array()) return;
  for (const auto& route : routes) {
    table.rows.push_back({text(member(config, "name")), shorter(text(member(host, "name"))),
                          spoken_domains(member(host, "domains")), route_match(member(route, "match")),
                          route_target(route), origin_of(route)});
  }
}

std::vector<std::string> certificate_row(const std::string& name, const std::string& type,
                                         const tls::Certificate& certificate) {
  const auto uris = certificate.alternative_names().uris;
  const auto [from, until] = certificate.validity();
  return {name,
          type,
          uris.empty() ? certificate.subject() : uris.front(),
          certificate.serial(),
          time_text(from),
          time_text(until)};
}

}  // namespace

std::string time_text(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

ProxyConfig read_config_dump(const Json& dump) {
  ProxyConfig config;
  const auto& sections = member(dump, "configs");
  if (!sections.is_array()) return config;
  for (const auto& section : sections) {
    for (const std::string origin : {"static_", "dynamic_"}) {
      collect(member(section, origin + "listeners"), "listener", config.listeners);
      collect(member(section, origin + "route_configs"), "route_config", config.routes);
      collect(member(section, origin + "endpoint_configs"), "endpoint_config", config.endpoints);
    }
    collect(member(section, "dynamic_active_secrets"), "secret", config.secrets);
    collect(member(section, "static_clusters"), "cluster", config.clusters);
    collect(member(section, "dynamic_active_clusters"), "cluster", config.clusters);
  }
  return config;
}

Table listeners_table(const ProxyConfig& config) {
  Table table{.headings = {"NAME", "ADDRESS", "MATCH", "DESTINATION"}, .rows = {}};
  for (const auto& listener : config.listeners) {
    const auto name = text(member(listener, "name"));
    const auto address = address_of(member(listener, "address"));
    auto add = [&](const Json& chain) {
      table.rows.push_back({name, address, chain_match(chain), chain_target(chain)});
    };
    const auto& chains = member(listener, "filter_chains");
    if (chains.is_array()) {
      for (const auto& chain : chains) add(chain);
    }
    if (const auto& chain = member(listener, "default_filter_chain"); chain.is_object()) add(chain);
    if (!chains.is_array() && !member(listener, "default_filter_chain").is_object()) add(nothing());
  }
  return table;
}

Table routes_table(const ProxyConfig& config) {
  Table table{.headings = {"NAME", "VHOST", "DOMAINS", "MATCH", "DESTINATION", "ORIGIN"}, .rows = {}};
  for (const auto& route_config : config.routes) {
    const auto& hosts = member(route_config, "virtual_hosts");
    if (!hosts.is_array()) continue;
    for (const auto& host : hosts) add_routes(table, route_config, host);
  }
  return table;
}

Table clusters_table(const ProxyConfig& config) {
  Table table{.headings = {"HOST", "PORT", "SUBSET", "DIRECTION", "TYPE", "ENDPOINTS", "ORIGIN"}, .rows = {}};
  const auto addresses = addresses_by_cluster(config);
  for (const auto& cluster : config.clusters) {
    const auto name = text(member(cluster, "name"));
    const auto parts = name_parts(name);
    const auto known = addresses.find(name);
    const auto dash = [](const std::string& part) { return part.empty() ? "-" : part; };
    table.rows.push_back({dash(shorter(parts[3])), dash(parts[1]), dash(parts[2]), dash(parts[0]),
                          cluster_type(cluster), known == addresses.end() ? "-" : dash(joined(known->second, ", ", 2)),
                          origin_of(cluster)});
  }
  return table;
}

Table endpoints_table(const ProxyConfig& config) {
  Table table{.headings = {"ENDPOINT", "HEALTH", "WEIGHT", "CLUSTER", "FROM"}, .rows = {}};
  const auto types = types_by_cluster(config);
  for (const auto& assignment : config.endpoints) {
    const auto cluster = text(member(assignment, "cluster_name"));
    const auto known = types.find(cluster);
    const std::string type = known == types.end() ? "EDS" : known->second;
    each_endpoint(assignment, [&](const Json& one) {
      const auto health = text(member(one, "health_status"));
      const auto weight = text(member(one, "load_balancing_weight"));
      table.rows.push_back({address_of(at(one, {"endpoint", "address"})), health.empty() ? "HEALTHY" : health,
                            weight.empty() ? "1" : weight, spoken_cluster(cluster),
                            source_of(type, text(at(one, {"endpoint", "hostname"})))});
    });
  }
  return table;
}

Table secrets_table(const ProxyConfig& config) {
  Table table{.headings = {"NAME", "TYPE", "IDENTITY", "SERIAL", "NOT BEFORE", "NOT AFTER"}, .rows = {}};
  for (const auto& secret : config.secrets) {
    const bool is_own = member(secret, "tls_certificate").is_object();
    const auto& source = is_own ? at(secret, {"tls_certificate", "certificate_chain"})
                                : at(secret, {"validation_context", "trusted_ca"});
    const auto pem = api::decode_base64(text(member(source, "inline_bytes")));
    const auto chain = tls::read_certificates(pem.value_or(""));
    const auto name = text(member(secret, "name"));
    const auto type = is_own ? "certificate" : "roots";
    if (!chain) {
      table.rows.push_back({name, type, "-", "-", "-", "-"});
      continue;
    }
    // Of a chain its leaf counts; of roots each.
    const size_t count = is_own ? 1 : chain->size();
    for (size_t i = 0; i < count; ++i) table.rows.push_back(certificate_row(name, type, (*chain)[i]));
  }
  return table;
}

std::string origin_of(const Json& resource) {
  const auto& metadata = at(resource, {"metadata", "filter_metadata"});
  const auto& weft = member(metadata, "weft");
  auto origin = text(member(weft, "origin"));
  if (origin.empty()) return text(at(metadata, {"istio", "config"}));
  const auto file = text(member(weft, "file"));
  if (!file.empty()) origin += "  " + file + ":" + text(member(weft, "line"));
  return origin;
}

}  // namespace weft::cli
