#include "decide/compile/extensions.h"

#include <array>
#include <string>

#include <udpa/type/v1/typed_struct.pb.h>
#include <xds/type/v3/typed_struct.pb.h>

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

struct Known {
  std::string_view type;
  Disposition disposition;
};

// Ignored: they observe, or negotiate things between two proxies of Istio's that are not asked for in plain text.
constexpr std::array<Known, 17> kKnown = {{
    {"envoy.extensions.filters.http.router.v3.Router", Disposition::router},
    {"envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
     Disposition::http_connection_manager},
    {"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", Disposition::tcp_proxy},
    {"envoy.extensions.filters.network.sni_cluster.v3.SniCluster", Disposition::sni_cluster},
    {"envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication", Disposition::token_rules},
    {"envoy.extensions.filters.http.rbac.v3.RBAC", Disposition::http_authorization},
    {"envoy.extensions.filters.network.rbac.v3.RBAC", Disposition::tcp_authorization},
    {"envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", Disposition::http_authorizer},
    {"envoy.extensions.filters.network.ext_authz.v3.ExtAuthz", Disposition::tcp_authorizer},
    {"envoy.extensions.filters.http.grpc_stats.v3.FilterConfig", Disposition::ignored},
    {"io.istio.http.peer_metadata.Config", Disposition::ignored},
    {"istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig", Disposition::ignored},
    {"stats.PluginConfig", Disposition::ignored},
    {"envoy.tcp.metadataexchange.config.MetadataExchange", Disposition::ignored},
    {"envoy.extensions.network_filters.peer_metadata.Config", Disposition::ignored},
    {"envoy.extensions.network_filters.peer_metadata.UpstreamConfig", Disposition::ignored},
    {"envoy.extensions.filters.http.set_filter_state.v3.Config", Disposition::ignored},
}};

// These act only through what they are told; told nothing, they do nothing.
constexpr std::array<std::string_view, 2> kHarmlessWhenEmpty = {
    "envoy.extensions.filters.http.fault.v3.HTTPFault",
    "envoy.extensions.filters.http.cors.v3.Cors",
};

// The type that a TypedStruct stands for; otherwise the Any's own.
std::string meant_type(const google::protobuf::Any& config) {
  udpa::type::v1::TypedStruct udpa_struct;
  xds::type::v3::TypedStruct xds_struct;
  std::string url = config.type_url();
  if (config.UnpackTo(&udpa_struct)) url = udpa_struct.type_url();
  if (config.UnpackTo(&xds_struct)) url = xds_struct.type_url();
  return url.substr(url.rfind('/') + 1);
}

}  // namespace

Result<Disposition> disposition_of(const google::protobuf::Any& config) {
  const std::string type = meant_type(config);
  for (const auto& known : kKnown) {
    if (known.type == type) return known.disposition;
  }
  for (const std::string_view harmless : kHarmlessWhenEmpty) {
    if (harmless == type && config.value().empty()) return Disposition::ignored;
  }
  return fail(Reason::unsupported, "filter of type '" + type + "' is not supported and must not be ignored");
}

}  // namespace weft::decide
