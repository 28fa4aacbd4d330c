// Dials socket files, but for those in one folder: the node's own sockets, which are hidden from the applications that
// the proxy speaks for, so that no configuration makes it reach them in their place.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/socket_stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// `path` as in EndpointAddress; an empty `private_folder` hides nothing. Where a link leads counts, not what it is
// called. Errors as of net::dial(); denied for what is private.
runtime::Task<std::expected<std::unique_ptr<net::SocketStream>, net::DialError>> dial_socket_file(
    runtime::Reactor& reactor, std::string path, std::string private_folder, net::DialOptions options);

}  // namespace weft::proxy
