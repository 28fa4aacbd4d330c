// Asking the host's resolver for the addresses of one name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "decide/cluster.h"
#include "proxy/names/forwarder.h"

namespace weft::proxy {

// What a name resolves to. No addresses: there is no such name, or none of this family.
struct HostAddresses {
  std::vector<decide::IpAddress> addresses;  // in the order of the answer
  uint32_t ttl_s = 0;                        // the least of the records; 0: there are none
};

// Asks over UDP, and again over TCP where the answer was too long. Fails where the resolver could not be asked or could
// not answer (SERVFAIL, REFUSED): that says nothing about the name. `forwarder` outlives the call.
runtime::Task<Result<HostAddresses>> look_up_host(Forwarder& forwarder, std::string name, decide::AddressFamily family);

}  // namespace weft::proxy
