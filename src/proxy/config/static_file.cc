#include "proxy/config/static_file.h"

#include <array>

#include <envoy/config/cluster/v3/cluster.pb.h>
#include <envoy/config/listener/v3/listener.pb.h>
#include <envoy/config/route/v3/route.pb.h>
#include <envoy/extensions/filters/http/router/v3/router.pb.h>
#include <envoy/extensions/filters/listener/http_inspector/v3/http_inspector.pb.h>
#include <envoy/extensions/filters/listener/original_dst/v3/original_dst.pb.h>
#include <envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector.pb.h>
#include <envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h>
#include <envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h>
#include <envoy/service/discovery/v3/discovery.pb.h>
#include <google/protobuf/util/json_util.h>

#include "base/read_file.h"
#include "xds/wire/type_urls.h"

namespace weft::proxy {
namespace {

using envoy::service::discovery::v3::DiscoveryResponse;

constexpr size_t kFileMax = 64 << 20;  // far above what one proxy can have use of

// JSON names types in text only: unless something refers to them, the linker leaves their descriptors out.
void keep_types() {
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::http::router::v3::Router>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::listener::http_inspector::v3::HttpInspector>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::listener::original_dst::v3::OriginalDst>();
  google::protobuf::LinkMessageReflection<envoy::extensions::filters::listener::tls_inspector::v3::TlsInspector>();
}

Result<DiscoveryResponse> parse(const std::string& path) {
  WEFT_TRY(const std::string text, read_file(path, kFileMax));
  keep_types();
  // The array is the list of resources of a state-of-the-world response.
  DiscoveryResponse response;
  const auto status = google::protobuf::util::JsonStringToMessage("{\"resources\":" + text + "}", &response);
  if (!status.ok()) return fail(Reason::malformed, path + ": " + std::string(status.message()));
  return response;
}

// The name under which xDS speaks of a resource.
std::string name_of(const google::protobuf::Any& resource) {
  envoy::config::cluster::v3::Cluster cluster;
  envoy::config::endpoint::v3::ClusterLoadAssignment endpoints;
  envoy::config::listener::v3::Listener listener;
  envoy::config::route::v3::RouteConfiguration routes;
  if (resource.UnpackTo(&cluster)) return cluster.name();
  if (resource.UnpackTo(&endpoints)) return endpoints.cluster_name();
  if (resource.UnpackTo(&listener)) return listener.name();
  if (resource.UnpackTo(&routes)) return routes.name();
  return resource.type_url();
}

}  // namespace

runtime::Task<Result<>> load_static(Configuration& configuration, std::string path) {
  WEFT_CO_TRY(const DiscoveryResponse response, parse(path));
  constexpr std::array kOrder = {xds::kClusterType, xds::kEndpointsType, xds::kRouteType, xds::kListenerType};
  std::vector<std::string> names;
  for (const auto& resource : response.resources()) names.push_back(name_of(resource));
  std::string problems;
  for (const std::string_view type_url : kOrder) {
    xds::Update update{.type_url = type_url};
    for (int at = 0; at < response.resources_size(); ++at) {
      const auto& resource = response.resources(at);
      if (resource.type_url() == type_url)
        update.changed.push_back({names[static_cast<size_t>(at)], "static", resource.value()});
    }
    for (const auto& rejection : co_await configuration.apply(update))
      problems += (problems.empty() ? "" : "; ") + rejection.reason;
  }
  if (!problems.empty()) co_return fail(Reason::invalid, path + ": " + problems);
  co_return Result<>();
}

}  // namespace weft::proxy
