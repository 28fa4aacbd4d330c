#include "http/service/network_door.h"

#include <utility>

namespace weft::http {

// What a certificate for "all addresses" would be about, nobody could say.
Result<NetworkDoor> complete(NetworkDoor door) {
  if (!door.address) {
    if (door.names.empty() && door.client_roots_path.empty()) return door;
    return fail(Reason::invalid, "--api-name and --api-client-ca are about --api-listen, which is not there");
  }
  if (door.address->is_unix()) return fail(Reason::invalid, "--api-listen takes ADDRESS:PORT");
  const std::string ip = door.address->ip().to_string();
  const bool is_any = ip == "0.0.0.0" || ip == "::";
  if (is_any && door.names.empty())
    return fail(Reason::invalid, "--api-listen on every address needs --api-name: what clients will call this machine");
  if (!is_any) door.names.push_back(ip);
  return door;
}

}  // namespace weft::http
