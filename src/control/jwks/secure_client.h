// TLS as a client of the Web's servers.
#pragma once

#include <memory>
#include <string>

#include "net/stream.h"
#include "runtime/task.h"

namespace weft::control {

// The stream within TLS, once the server has shown a certificate for `host` that leads to `roots` (PEM; empty: the
// system's). Fails otherwise; nothing was sent then but the handshake.
runtime::Task<Result<std::unique_ptr<net::Stream>>> secure(std::unique_ptr<net::Stream> transport, std::string host,
                                                           std::string roots, Time deadline);

}  // namespace weft::control
