// Asking DNS for the addresses of a name, without blocking.
#pragma once

#include <string>
#include <vector>

#include "net/address.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::control {

// The nameserver that /etc/resolv.conf names first; 127.0.0.1:53 where it names none, as in the C library.
net::Address system_nameserver();

// IPv4 addresses first. Asks over UDP, again once a second until the deadline. Fails where nobody answers, or where
// there is no such name.
runtime::Task<Result<std::vector<net::IpAddress>>> look_up(runtime::Reactor& reactor, net::Address nameserver,
                                                           std::string name, Time deadline);

}  // namespace weft::control
