// Which protocol a Service port speaks, as Istio reads it from appProtocol, the port's name and a few well-known
// numbers.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft::control::mesh {

// `sniffed` = nobody said: the proxy looks at the first bytes.
enum class Protocol : uint8_t { http, http2, grpc, tls, tcp, udp, sniffed };

// HTTP filters, routes and retries apply.
constexpr bool is_http(Protocol protocol) {
  return protocol == Protocol::http || protocol == Protocol::http2 || protocol == Protocol::grpc;
}
// The endpoints speak HTTP/2.
constexpr bool is_http2(Protocol protocol) {
  return protocol == Protocol::http2 || protocol == Protocol::grpc;
}

// What a port's own words say about it; `transport` is Kubernetes' protocol ("TCP", "UDP").
struct PortWords {
  std::string_view name;
  std::string_view app_protocol;
  std::string_view transport;
  uint32_t number = 0;
};

Protocol protocol_of(const PortWords& port);
// Of a port of Istio's own kinds, whose name says nothing: by its protocol alone, in any case ("HTTP_PROXY").
Protocol protocol_of(std::string_view declared, uint32_t number);

}  // namespace weft::control::mesh
