// Which filter chains a port of a workload has: by what it takes (PeerAuthentication) and what is spoken there.
// Istio's, word for word: its proxies say by ALPN that they speak the mesh's TLS, and what is inside. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "api/istio/peer_authentication.h"
#include "control/mesh/protocol.h"
#include "control/translate/tls/server_tls.h"

namespace weft::control::translate {

// What is known of a port before its first byte.
enum class Speech : uint8_t { http, bytes, unknown };
Speech speech_of(mesh::Protocol protocol);

// Whether TLS ends in a chain; if not, it belongs to the application.
enum class EndsTls : uint8_t { no, yes };

// One chain. Empty means "any".
struct InboundChain {
  std::string_view transport;
  std::span<const std::string_view> protocols;  // of ALPN, or what the first bytes are
  EndsTls ends_tls = EndsTls::no;
  Inside inside = Inside::bytes;
};

// `mode` is not unset.
std::span<const InboundChain> inbound_chains(api::istio::MutualTlsMode mode, Speech speech);

// What a listener has to find out before it can choose among them.
bool asks_for_tls(std::span<const InboundChain> chains);
bool asks_for_http(std::span<const InboundChain> chains);

}  // namespace weft::control::translate
