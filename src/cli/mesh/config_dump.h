// A proxy's own account of what it runs: its /config_dump, asked for through the state folder.
#pragma once

#include "api/tree.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/state_folder.h"
#include "cli/session.h"

namespace weft::cli {

Expected<api::Json> config_dump(const Session& session, const StateFolder& state, const PodName& pod);

}  // namespace weft::cli
