// Descriptors handed between processes over a Unix socket (SCM_RIGHTS, unix(7)).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/fd.h"
#include "net/stream.h"

namespace weft::net {

// One message with its descriptors; at most kDescriptorsMax are taken, further ones are closed by the kernel.
struct MessageWithDescriptors {
  std::string bytes;
  std::vector<Fd> descriptors;
};

inline constexpr size_t kDescriptorsMax = 16;
inline constexpr size_t kMessageSizeMax = 4096;

// Non-blocking. would_block is Reason::unavailable; an empty message with no descriptors is the peer's end.
Result<> send_message(int fd, std::string_view bytes, std::span<const int> descriptors);
Result<MessageWithDescriptors> receive_message(int fd);

}  // namespace weft::net
