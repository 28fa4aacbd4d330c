// The identity of a pod on its disk: the token that weftd minted for it, renewed before it expires.
#pragma once

#include <string>

#include "api/metadata.h"
#include "node/api_client/control_plane.h"
#include "runtime/signal.h"

namespace weft::node {

// Asks weftd (TokenRequest, bound to the Pod) and writes `file`, 0600, in one step; how long the token is good for.
runtime::Task<Result<Duration>> fetch_token(ControlPlane& control_plane, const api::Metadata& pod,
                                            std::string service_account, std::string file);

// Renews it at 80 % of its life until `stopping` is set. References outlive it.
runtime::Task<void> keep_token(ControlPlane& control_plane, const api::Metadata& pod, std::string service_account,
                               std::string file, Duration first_life, runtime::Signal& stopping);

// Writes a whole file, 0600, so that readers see the old or the new text, never a part.
Result<> write_file(const std::string& path, std::string_view text);

}  // namespace weft::node
