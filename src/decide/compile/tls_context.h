// Transport sockets of the wire into ServerTls and ClientTls: plain text and TLS; anything else is refused.
#pragma once

#include <envoy/config/core/v3/base.pb.h>

#include "base/error.h"
#include "decide/names.h"
#include "decide/tls.h"

namespace weft::decide {

// A null pointer: plain text. Fails with `unsupported` for what would weaken a connection if it was passed over.
Result<ServerTlsPtr> compile_server_tls(const envoy::config::core::v3::TransportSocket& wire, Ids& ids);
Result<ClientTlsPtr> compile_client_tls(const envoy::config::core::v3::TransportSocket& wire, Ids& ids);

}  // namespace weft::decide
