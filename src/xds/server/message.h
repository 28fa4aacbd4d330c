// Requests and responses of an ADS stream as plain values: what `wire_messages.h` decodes from and encodes to bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "xds/server/resource.h"

namespace weft::xds {

// How a stream talks: incremental, or state-of-the-world. Chosen by the method the client called.
enum class Dialect : uint8_t { delta, state_of_the_world };

// Why a stream or call is ended by us, as gRPC statuses.
enum class StreamEnd : uint8_t {
  invalid_argument,
  unauthenticated,
  permission_denied,
  unavailable,
  resource_exhausted
};

// Who a client says it is, from the first request of its stream.
struct Node {
  std::string id;
  std::string metadata_json;  // node.metadata as JSON text; empty if there was none
};

// One DeltaDiscoveryRequest or DiscoveryRequest.
struct Request {
  std::optional<Node> node;
  std::string type_url;
  std::string nonce;
  std::vector<std::string> subscribe;                   // state-of-the-world: the complete list of names
  std::vector<std::string> unsubscribe;                 // delta only
  std::map<std::string, std::string> initial_versions;  // delta only, in the first request of a type
  std::optional<std::string> rejection;                 // error_detail's message: the client refuses what `nonce` names
};

// One response to be encoded. `removed` is delta only.
struct Response {
  ResourceType type = ResourceType::cluster;
  std::string nonce;
  std::string version;
  std::vector<ResourcePtr> resources;
  std::vector<std::string> removed;
};

}  // namespace weft::xds
