// Acquaintance: what is known of a client from its first visit on, and how it is found out: whose connection it is,
// where it was going, what it speaks, and who its certificate says that it is.
#pragma once

#include <memory>
#include <optional>

#include "net/socket_stream.h"
#include "proxy/connect/proven.h"
#include "proxy/detect/detect.h"
#include "proxy/policy/exchange.h"
#include "tls/stream.h"

namespace weft::proxy {

// What there is of an encrypted connection besides its socket, from its handshake on.
struct Secured {
  Secured(net::Stream& socket, tls::ContextPtr context) : stream(socket, std::move(context)) {}

  tls::Stream stream;
  std::optional<ProvenConnection> proven;  // of the socket, so that it ends whoever waits for it
  std::optional<decide::Peer> peer;
};

// Kept while the connection rests, so that nothing of it has to be asked again.
struct Acquaintance {
  std::optional<ClientFacts> facts;  // nothing before the first visit
  Detected detected;                 // by which its chain was chosen, and is again after a rest
  std::unique_ptr<Secured> secured;  // null: plain text
};

// By what the kernel knows; who comes by a socket file is on this machine, at 127.0.0.1.
ClientFacts facts_of(const net::SocketStream& client, const decide::Listener& listener);

// Whose connection it really is, where a load balancer says so. false: the connection is to be closed. Silence is no
// header: whoever must send one is not served without.
runtime::Task<bool> learn_addresses(Shard& shard, const decide::Listener& listener, net::Stream& client,
                                    ClientFacts& facts);

// What the client speaks, where the listener wants to know. Nothing: the connection is to be closed.
runtime::Task<std::optional<Detected>> inspect(Shard& shard, const decide::Listener& listener, net::Stream& client,
                                               uint16_t port);

// Nothing: the two did not come to terms, and the connection is to be closed. Until then the client costs memory and
// computing time, and has proven nothing, so its time is short.
runtime::Task<std::unique_ptr<Secured>> shake_hands(Shard& shard, const decide::FilterChain& chain,
                                                    net::Stream& client);

}  // namespace weft::proxy
