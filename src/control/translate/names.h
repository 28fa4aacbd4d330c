// Names of clusters, listeners and route configurations: Istio's, since tools and people know them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::control::translate {

inline constexpr std::string_view kPassthroughCluster = "PassthroughCluster";
inline constexpr std::string_view kBlackHoleCluster = "BlackHoleCluster";
inline constexpr std::string_view kInboundPassthroughCluster = "InboundPassthroughCluster";

// The ports of capture inside a pod, Istio's.
inline constexpr uint32_t kOutboundPort = 15001;
inline constexpr uint32_t kInboundPort = 15006;

// outbound|3000|v1|nodejs-api.nodejs-app.svc.cluster.local
std::string outbound_cluster(uint32_t port, std::string_view subset, std::string_view host);
// outbound_.3000_.v1_.nodejs-api.nodejs-app.svc.cluster.local: the same as a server name.
std::string sni_cluster(uint32_t port, std::string_view subset, std::string_view host);
// inbound|3000||
std::string inbound_cluster(uint32_t port);
// 0.0.0.0_3000, 10.96.0.11_5432
std::string listener_name(std::string_view address, uint32_t port);
// nodejs-api.nodejs-app.svc.cluster.local:3000, of a port whose protocol is sniffed
std::string sniffed_route_name(std::string_view host, uint32_t port);
// http.8080, http.8080.10.0.0.1: of a gateway's HTTP port, bound to an address or not
std::string gateway_route_name(uint32_t port, std::string_view bind);
// kubernetes://NAME, kubernetes://NAME-cacert: how certificates and authorities of a Secret are asked for; as Istio's.
std::string credential_secret(std::string_view name);
std::string authorities_secret(std::string_view name);
// https.443.web.edge.shop: of a gateway's server that ends TLS, by its port's name and the Gateway's
std::string gateway_https_route_name(uint32_t port, std::string_view port_name, std::string_view gateway,
                                     std::string_view space);
// expose_18080
std::string expose_name(uint32_t host_port);

}  // namespace weft::control::translate
