// The node's broker: connects to addresses outside the mesh on behalf of pods and hands back the connected descriptor.
#pragma once

#include "net/address.h"
#include "net/fd.h"
#include "net/socket_stream.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::proxy {

using Brokered = std::expected<net::Fd, net::DialError>;

// Asks the broker at `broker` (a Unix SOCK_SEQPACKET socket) one request of its protocol: "tcp ADDRESS:PORT",
// "udp ADDRESS:PORT", or "dns" for a UDP socket connected to the host's resolver. The answer is "ok" with the connected
// descriptor, or "error ERRNO TEXT".
runtime::Task<Brokered> ask_broker(runtime::Reactor& reactor, const net::Address& broker, std::string request,
                                   Time deadline);

// The same for a TCP connection to `to`.
runtime::Task<Brokered> dial_through_broker(runtime::Reactor& reactor, const net::Address& broker,
                                            const net::Address& to, Time deadline);

}  // namespace weft::proxy
