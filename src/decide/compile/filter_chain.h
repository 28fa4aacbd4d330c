// Filter chains of the wire into ours.
#pragma once

#include <envoy/config/listener/v3/listener_components.pb.h>

#include "base/error.h"
#include "decide/listener.h"
#include "decide/names.h"

namespace weft::decide {

Result<FilterChain> compile_filter_chain(const envoy::config::listener::v3::FilterChain& wire, Ids& ids);

// The ports for which a listener filter is on.
Result<PortCondition> compile_enabled_ports(const envoy::config::listener::v3::ListenerFilter& wire);

}  // namespace weft::decide
