// NetworkDoor: where a service is served to other machines, always with TLS, as --api-listen, --api-name and
// --api-client-ca ask for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/address.h"

namespace weft::http {

// What the flags say. A value; paths are as they were given.
struct NetworkDoor {
  std::optional<net::Address> address;  // nothing: there is none
  std::vector<std::string> names;       // by which clients know this machine; once complete with its own address
  std::string client_roots_path;        // who may issue clients' certificates; empty: the mesh's authority
};

// The same with the address among the names. Fails with `invalid` where the flags do not go together, and names them.
Result<NetworkDoor> complete(NetworkDoor door);

}  // namespace weft::http
