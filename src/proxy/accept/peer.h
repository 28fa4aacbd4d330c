// Who a client is, by the certificate of a finished handshake.
#pragma once

#include <optional>

#include "decide/listener.h"
#include "decide/peer.h"
#include "tls/engine.h"

namespace weft::proxy {

// What a chain wants to be told of its clients' certificates; nothing but the hash where bytes are relayed.
decide::ClientCertParts certificate_parts(const decide::FilterChain& chain);

// Nothing: the client has shown no certificate.
std::optional<decide::Peer> peer_of(const tls::Engine& engine, const decide::ClientCertParts& parts);

}  // namespace weft::proxy
