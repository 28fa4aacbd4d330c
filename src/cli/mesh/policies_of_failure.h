// Looks up what weftd and the proxy know of the policies that a failure has to do with.
#pragma once

#include "cli/mesh/failed_requests.h"
#include "cli/mesh/state_folder.h"
#include "cli/session.h"

namespace weft::cli {

// Fills in where the policies that refused are written, and at the culprit which ones admitted nothing. It is as of
// now; what cannot be learned, since weftd or the proxy does not answer, stays empty. Blocks.
void learn_policies(const Session& session, const StateFolder& state, FailedRequest& request);

}  // namespace weft::cli
