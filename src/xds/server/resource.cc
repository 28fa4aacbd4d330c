#include "xds/server/resource.h"

#include <fmt/format.h>

namespace weft::xds {
namespace {

struct TypeNames {
  std::string_view short_name;
  std::string_view url;
};

constexpr std::array<TypeNames, kResourceTypes> kNames = {{
    {"CDS", "type.googleapis.com/envoy.config.cluster.v3.Cluster"},
    {"EDS", "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"},
    {"LDS", "type.googleapis.com/envoy.config.listener.v3.Listener"},
    {"RDS", "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"},
    {"NDS", "type.googleapis.com/istio.networking.nds.v1.NameTable"},
    {"SDS", "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"},
}};

constexpr uint64_t rotate_left(uint64_t value, int by) {
  return (value << by) | (value >> (64 - by));
}

}  // namespace

std::string_view short_name(ResourceType type) {
  return kNames[index_of(type)].short_name;
}
std::string_view type_url(ResourceType type) {
  return kNames[index_of(type)].url;
}

std::optional<ResourceType> type_of_url(std::string_view url) {
  for (auto type : kPushOrder) {
    if (type_url(type) == url) return type;
  }
  return std::nullopt;
}

// FNV-1a over the bytes followed by a finalizer (murmur3's) that spreads every input bit over the result.
std::string content_hash(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  hash ^= rotate_left(bytes.size() * 0x9e3779b97f4a7c15, 31);
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
  return fmt::format("{:016x}", hash ^ (hash >> 33));
}

ResourcePtr make_resource(std::string name, std::string body) {
  auto version = content_hash(body);
  return std::make_shared<const Resource>(Resource{std::move(name), std::move(version), std::move(body)});
}

}  // namespace weft::xds
