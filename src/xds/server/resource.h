// The words of xDS serving as plain values, free of protobuf: types of resources, encoded resources, and where a stream
// finds them. Everything here belongs to weftd's control thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weft::xds {

// The types that are served, in the order in which a change that spans several is sent: a cluster before the routes
// that name it (make before break).
enum class ResourceType : uint8_t { cluster, endpoints, listener, routes, names, secret };
inline constexpr size_t kResourceTypes = 6;
inline constexpr std::array<ResourceType, kResourceTypes> kPushOrder = {ResourceType::cluster,  ResourceType::endpoints,
                                                                        ResourceType::listener, ResourceType::routes,
                                                                        ResourceType::names,    ResourceType::secret};

constexpr size_t index_of(ResourceType type) {
  return static_cast<size_t>(type);
}

// "CDS", "EDS", "LDS", "RDS", "NDS", "SDS".
std::string_view short_name(ResourceType type);
// "type.googleapis.com/envoy.config.cluster.v3.Cluster" and so on.
std::string_view type_url(ResourceType type);
std::optional<ResourceType> type_of_url(std::string_view url);

// Types that a client may ask for without naming resources. Their responses are complete in state-of-the-world: what is
// absent is deleted. Of the others, absence means nothing.
constexpr bool is_wildcard_type(ResourceType type) {
  return type != ResourceType::endpoints && type != ResourceType::routes && type != ResourceType::secret;
}

// One encoded resource. Immutable; shared by the worlds and streams of all clients that get it.
struct Resource {
  std::string name;
  std::string version;  // equal content, equal version: a hash of `body`, unless that is secret
  std::string body;     // the serialized message inside the google.protobuf.Any
};
using ResourcePtr = std::shared_ptr<const Resource>;
using ResourceMap = std::map<std::string, ResourcePtr, std::less<>>;

// A resource with the version that its content has.
ResourcePtr make_resource(std::string name, std::string body);

// 64-bit content hash, as 16 hexadecimal digits. Not for secrets; stable across runs, so that a client that reconnects
// after a restart of weftd recognizes what it has.
std::string content_hash(std::string_view bytes);

// All that one client may see at one moment.
class World {
 public:
  virtual ~World() = default;
  // Null when there is no such resource.
  virtual ResourcePtr find(ResourceType type, std::string_view name) const = 0;
  // Every resource of a type, in order of their names.
  virtual void each(ResourceType type, const std::function<void(const ResourcePtr&)>& visit) const = 0;
};

}  // namespace weft::xds
