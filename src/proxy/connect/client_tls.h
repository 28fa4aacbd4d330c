// How a connection to an endpoint is encrypted: by which settings, under which names, with which handshake.
#pragma once

#include <memory>

#include "decide/cluster.h"
#include "decide/tls.h"
#include "net/stream.h"
#include "proxy/connect/handshake_counts.h"
#include "proxy/connect/tls_contexts.h"
#include "proxy/connect/trouble.h"
#include "runtime/task.h"
#include "tls/engine.h"
#include "tls/stream.h"
#include "tls/tickets.h"

namespace weft::proxy {

// What goes over a connection: decides what is offered in ALPN.
enum class Carries : uint8_t { bytes, http1, http2 };

// The settings for an endpoint with these labels (transport_socket_matches: the first that fits, else the cluster's
// own). Null: plain text.
const decide::ClientTls* client_tls_for(const decide::Cluster& cluster, const decide::SocketLabels* labels);

// The connection, once both sides have accepted each other. Fails with `denied` where one does not; that is safe to try
// again, since nothing was sent.
runtime::Task<Connected<std::unique_ptr<tls::Stream>>> secure(std::unique_ptr<net::Stream> plain,
                                                              tls::ContextPtr context, tls::ServerName server,
                                                              HandshakeCounts& counts, Time deadline);

// Whom to turn to.
tls::ServerName server_name_for(const decide::Cluster& cluster, const decide::ClientTls& settings, Carries carries,
                                std::shared_ptr<tls::Tickets> tickets);

}  // namespace weft::proxy
