// The resolver of this machine, as /etc/resolv.conf names it: where questions go that are not about the mesh.
#pragma once

#include <string_view>

#include "net/address.h"

namespace weft::node {

// The first name server of a resolv.conf, port 53; 127.0.0.1 when it names none (resolv.conf(5)).
net::Address name_server_of(std::string_view resolv_conf);

// Read anew each time: laptops change networks.
net::Address host_resolver();

}  // namespace weft::node
