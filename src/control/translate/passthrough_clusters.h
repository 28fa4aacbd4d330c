// The clusters that belong to no service: what nobody claims goes through them. Pure.
#pragma once

#include "control/translate/encoded.h"

namespace weft::control::translate {

// PassthroughCluster, BlackHoleCluster, InboundPassthroughCluster.
Resources passthrough_clusters();

}  // namespace weft::control::translate
