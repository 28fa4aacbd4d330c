// Whom the other side of a TLS connection may be, beyond that its chain is good.
#pragma once

#include "decide/tls.h"
#include "proxy/secrets/notice.h"
#include "tls/context.h"

namespace weft::proxy {

// Of the mesh's own trust bundle: only workloads' certificates count, which name exactly one identity.
inline constexpr std::string_view kMeshRoots = "ROOTCA";

// Empty where nobody is refused. `role`: of the peer.
tls::RefusePeer refusal_by(const decide::PeerRules& rules, tls::PeerRole role, std::shared_ptr<const Serials> revoked);

}  // namespace weft::proxy
