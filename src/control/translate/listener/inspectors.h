// The listener filters that look at a connection before its filter chain is chosen. Pure.
#pragma once

#include <vector>

#include <envoy/config/listener/v3/listener.pb.h>

#include "base/clock.h"

namespace weft::control::translate {

// Recovers the address that a redirected connection was made to.
void add_original_destination(envoy::config::listener::v3::Listener& listener);

// How long a client may stay silent before its connection is taken for opaque TCP, so that protocols in which the
// server speaks first work on ports of any kind. Istio's own default, MeshConfig.protocolDetectionTimeout 0, waits for
// ever and leaves such clients hanging; a client that means to speak has nearly always done so with its handshake.
inline constexpr Duration kProtocolDetectionTimeout = std::chrono::milliseconds(200);

// Recognizes HTTP by the first bytes, except on these destination ports.
void add_http_inspector(const std::vector<uint32_t>& except_ports, envoy::config::listener::v3::Listener& listener);

// Reads the server name and ALPN of a TLS ClientHello.
void add_tls_inspector(envoy::config::listener::v3::Listener& listener);

// Connections whose client stays silent are not given up: the server may be the one to speak first.
void wait_for_silent_clients(envoy::config::listener::v3::Listener& listener);

}  // namespace weft::control::translate
