#include "xds/server/wire_messages.h"

#include <envoy/service/discovery/v3/discovery.pb.h>
#include <google/protobuf/util/json_util.h>

namespace weft::xds {
namespace {

using envoy::service::discovery::v3::DeltaDiscoveryRequest;
using envoy::service::discovery::v3::DeltaDiscoveryResponse;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;

// What both dialects have.
template <class Message>
Request read_shared_fields(const Message& message) {
  Request request;
  request.type_url = message.type_url();
  request.nonce = message.response_nonce();
  if (message.has_error_detail()) request.rejection = message.error_detail().message();
  if (message.has_node()) {
    Node node{message.node().id(), {}};
    if (message.node().has_metadata()) {
      // Cannot fail: a Struct is JSON.
      (void)google::protobuf::util::MessageToJsonString(message.node().metadata(), &node.metadata_json);
    }
    request.node = std::move(node);
  }
  return request;
}

Request read(const DeltaDiscoveryRequest& message) {
  auto request = read_shared_fields(message);
  request.subscribe.assign(message.resource_names_subscribe().begin(), message.resource_names_subscribe().end());
  request.unsubscribe.assign(message.resource_names_unsubscribe().begin(), message.resource_names_unsubscribe().end());
  for (const auto& [name, version] : message.initial_resource_versions()) {
    request.initial_versions.emplace(name, version);
  }
  return request;
}

Request read(const DiscoveryRequest& message) {
  auto request = read_shared_fields(message);
  request.subscribe.assign(message.resource_names().begin(), message.resource_names().end());
  return request;
}

template <class Message>
Result<Request> decode(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Reason::malformed, "a discovery request does not parse", Side::client);
  }
  return read(message);
}

}  // namespace

Result<Request> decode_request(Dialect dialect, std::string_view bytes) {
  return dialect == Dialect::delta ? decode<DeltaDiscoveryRequest>(bytes) : decode<DiscoveryRequest>(bytes);
}

std::string encode_response(Dialect dialect, const Response& response) {
  std::string url(type_url(response.type));
  if (dialect == Dialect::state_of_the_world) {
    DiscoveryResponse message;
    message.set_type_url(url);
    message.set_nonce(response.nonce);
    message.set_version_info(response.version);
    for (const auto& resource : response.resources) {
      auto& any = *message.add_resources();
      any.set_type_url(url);
      any.set_value(resource->body);
    }
    return message.SerializeAsString();
  }
  DeltaDiscoveryResponse message;
  message.set_type_url(url);
  message.set_nonce(response.nonce);
  message.set_system_version_info(response.version);
  for (const auto& resource : response.resources) {
    auto& wrapper = *message.add_resources();
    wrapper.set_name(resource->name);
    wrapper.set_version(resource->version);
    wrapper.mutable_resource()->set_type_url(url);
    wrapper.mutable_resource()->set_value(resource->body);
  }
  for (const auto& name : response.removed) message.add_removed_resources(name);
  return message.SerializeAsString();
}

}  // namespace weft::xds
