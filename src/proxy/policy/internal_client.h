// Whether a request comes from inside, by Envoy's rules (internal_address_config): the client's address decides.
#pragma once

#include "proxy/policy/exchange.h"

namespace weft::proxy {

// Of the peer of an edge, if nobody else is named; behind one, of the only client that x-forwarded-for names. No
// address is internal unless the listener says so, as in Envoy since 1.33. Asked before x-forwarded-for is ours.
bool is_internal(const Exchange& exchange);

}  // namespace weft::proxy
