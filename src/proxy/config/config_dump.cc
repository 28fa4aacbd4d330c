#include "proxy/config/config_dump.h"

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/endpoint/v3/endpoint.pb.h>
#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include "proxy/config/known_endpoints.h"
#include "proxy/config/redaction.h"

namespace weft::proxy {
namespace {

std::string quoted(std::string_view text) {
  google::protobuf::Value value;
  value.set_string_value(std::string(text));
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(value, &json).ok()) return "\"\"";
  return json;
}

std::string iso_time(WallTime time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::time_point_cast<std::chrono::milliseconds>(time));
}

// The message as JSON. An extension whose type is not known here makes that impossible: then its name and the reason.
std::string message_json(std::string_view name, const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (status.ok()) return json;
  return fmt::format("{{\"name\":{},\"error\":{}}}", quoted(name), quoted(std::string(status.message())));
}

template <class Message>
std::string resource_json(std::string_view name, const std::string& bytes) {
  Message message;
  message.ParseFromString(bytes);
  redact(message);
  return message_json(name, message);
}

template <class Message, class Compiled>
std::string version_json(std::string_view field, std::string_view name, const ResourceVersion<Compiled>& version) {
  return fmt::format("{{\"version_info\":{},\"{}\":{},\"last_updated\":\"{}\"}}", quoted(version.version), field,
                     resource_json<Message>(name, version.bytes), iso_time(version.accepted_at_wall));
}

// One list of an Envoy dump: those entries that have the version, each as `{version_info, <field>, last_updated}`.
template <class Message, class Compiled, class Choose>
std::string list_json(const ResourceTable<Compiled>& table, std::string_view field, Choose choose) {
  std::string list;
  for (const auto& [name, entry] : table.entries()) {
    const auto& version = choose(entry);
    if (!version) continue;
    list += list.empty() ? "" : ",";
    list += version_json<Message>(field, name, version);
  }
  return '[' + list + ']';
}

template <class Compiled>
const ResourceVersion<Compiled>& active(const ResourceEntry<Compiled>& entry) {
  return entry.active;
}
template <class Compiled>
const ResourceVersion<Compiled>& warming(const ResourceEntry<Compiled>& entry) {
  return entry.warming;
}

// Of clusters whose endpoints come by no resource of their own, as Envoy lists them.
std::string static_endpoints_json(const Resources& resources) {
  std::string list;
  for (const auto& [name, entry] : resources.clusters().entries()) {
    if (!entry.active || entry.active.compiled->discovery == decide::Discovery::eds) continue;
    const auto endpoints = resources.endpoints_of(*entry.active.compiled);
    if (!endpoints) continue;
    list += list.empty() ? "" : ",";
    list += "{\"endpoint_config\":" + message_json(name, known_endpoints(*entry.active.compiled, *endpoints)) + "}";
  }
  return '[' + list + ']';
}

std::string listeners_json(const ResourceTable<decide::Listener>& table) {
  using Message = envoy::config::listener::v3::Listener;
  std::string list;
  for (const auto& [name, entry] : table.entries()) {
    std::string states;
    if (entry.active) states += ",\"active_state\":" + version_json<Message>("listener", name, entry.active);
    if (entry.warming) states += ",\"warming_state\":" + version_json<Message>("listener", name, entry.warming);
    if (!entry.last_error.empty()) states += ",\"error_state\":{\"details\":" + quoted(entry.last_error) + "}";
    list += list.empty() ? "" : ",";
    list += "{\"name\":" + quoted(name) + states + "}";
  }
  return '[' + list + ']';
}

}  // namespace

std::string config_dump(const Resources& resources, std::string_view more) {
  using envoy::config::cluster::v3::Cluster;
  using envoy::config::endpoint::v3::ClusterLoadAssignment;
  using envoy::config::route::v3::RouteConfiguration;
  const auto section = [](std::string_view kind, std::string_view content) {
    return fmt::format("{{\"@type\":\"type.googleapis.com/envoy.admin.v3.{}ConfigDump\",{}}}", kind, content);
  };
  const std::string clusters =
      "\"dynamic_active_clusters\":" + list_json<Cluster>(resources.clusters(), "cluster", active<decide::Cluster>) +
      ",\"dynamic_warming_clusters\":" + list_json<Cluster>(resources.clusters(), "cluster", warming<decide::Cluster>);
  const std::string routes =
      "\"dynamic_route_configs\":" +
      list_json<RouteConfiguration>(resources.route_tables(), "route_config", active<decide::RouteTable>);
  const std::string endpoints =
      "\"dynamic_endpoint_configs\":" +
      list_json<ClusterLoadAssignment>(resources.endpoints(), "endpoint_config", active<decide::EndpointSet>) +
      ",\"static_endpoint_configs\":" + static_endpoints_json(resources);
  return "{\"configs\":[" + section("Clusters", clusters) + "," +
         section("Listeners", "\"dynamic_listeners\":" + listeners_json(resources.listeners())) + "," +
         section("Routes", routes) + "," + section("Endpoints", endpoints) + (more.empty() ? "" : ",") +
         std::string(more) + "]}";
}

}  // namespace weft::proxy
