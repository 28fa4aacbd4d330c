// A proxy's own account of what it runs: its /config_dump, asked for through the state folder.
#pragma once

#include "api/tree.h"
#include "cli/input/pod_words.h"
#include "cli/mesh/state_folder.h"
#include "cli/session.h"

namespace weft::cli {

// A pod and what its proxy answered: Envoy's /config_dump, as far as Weft has it. A value.
struct ProxyDump {
  PodName pod;
  api::Json dump;
};
Expected<api::Json> config_dump(const Session& session, const StateFolder& state, const PodName& pod);

// Of the pod that the command's operand at this position names.
Expected<ProxyDump> dump_of_operand(const Session& session, size_t position);

}  // namespace weft::cli
