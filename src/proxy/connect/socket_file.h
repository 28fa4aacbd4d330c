// Dials socket files and listens at them, but for those in one folder: the node's own sockets, which are hidden from
// the applications that the proxy speaks for, so that no configuration makes it reach or take them in their place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/listening_sockets.h"
#include "net/socket_stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// `path` as in EndpointAddress; an empty `private_folder` hides nothing. Where a link leads counts, not what it is
// called. Errors as of net::dial(); denied for what is private.
runtime::Task<std::expected<std::unique_ptr<net::SocketStream>, net::DialError>> dial_socket_file(
    runtime::Reactor& reactor, std::string path, std::string private_folder, net::DialOptions options);

// A listening socket at `path`, as in EndpointAddress: a predecessor's, else a new one. Its permissions are `mode`; 0:
// as of Envoy's files under the usual mask, to be connected by the proxy's own user and root alone. A file that a
// process left behind is replaced; `already_exists`: what is there is somebody's. Denied for what is private.
Result<net::Fd> listen_at_socket_file(net::ListeningSockets& sockets, const std::string& path, unsigned mode,
                                      const std::string& private_folder);

// The file of a listening socket of ours: removed with this value, if it is still that one. A value that moves.
class OwnSocketFile {
 public:
  // Of what was bound there just now. An abstract name has none.
  explicit OwnSocketFile(std::string path);
  OwnSocketFile(OwnSocketFile&& other) noexcept;
  OwnSocketFile& operator=(OwnSocketFile&&) = delete;
  ~OwnSocketFile();

  // It is another process's from now on.
  void leave() { path_.clear(); }

 private:
  std::string path_;  // empty: there is nothing to remove
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
};

}  // namespace weft::proxy
