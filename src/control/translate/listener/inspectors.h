// The listener filters that look at a connection before its filter chain is chosen. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include <envoy/config/listener/v3/listener.pb.h>

#include "base/clock.h"

namespace weft::control::translate {

// Reads the PROXY header that every connection begins with (MeshConfig gatewayTopology.proxyProtocol).
void add_proxy_protocol(envoy::config::listener::v3::Listener& listener);

// Recovers the address that a redirected connection was made to.
void add_original_destination(envoy::config::listener::v3::Listener& listener);

// The destination ports on which something is looked for: all but these, or these alone.
struct InspectedPorts {
  enum class Listed : uint8_t { left_out, alone };

  Listed listed = Listed::left_out;
  std::vector<uint32_t> ports;

  bool is_none() const { return listed == Listed::alone && ports.empty(); }
};

// Recognizes HTTP by the first bytes.
void add_http_inspector(const InspectedPorts& where, envoy::config::listener::v3::Listener& listener);

// Reads the server name and ALPN of a TLS ClientHello.
void add_tls_inspector(const InspectedPorts& where, envoy::config::listener::v3::Listener& listener);

// A client that stays silent for so long (MeshConfig.protocolDetectionTimeout) is taken for opaque TCP: the server may
// be the one to speak first.
void give_up_on_silence(Duration timeout, envoy::config::listener::v3::Listener& listener);

// Connections whose client stays silent are not given up: the server may be the one to speak first.
void wait_for_silent_clients(envoy::config::listener::v3::Listener& listener);

}  // namespace weft::control::translate
