#include "net/descriptor_passing.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "base/assert.h"

namespace weft::net {

Result<> send_message(int fd, std::string_view bytes, std::span<const int> descriptors) {
  WEFT_ASSERT(descriptors.size() <= kDescriptorsMax);
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsMax)> control{};
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
  }
  for (;;) {
    if (sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return {};
    if (errno == EAGAIN) return fail(Reason::unavailable, "the socket is full");
    if (errno != EINTR) return fail(system_error("sending a message", errno));
  }
}

namespace {

void take_descriptors(msghdr& message, std::vector<Fd>& into) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof fd);
      into.emplace_back(fd);
    }
  }
}

}  // namespace

Result<MessageWithDescriptors> receive_message(int fd) {
  MessageWithDescriptors received;
  received.bytes.resize(kMessageSizeMax);
  iovec part{received.bytes.data(), received.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * kDescriptorsMax)> control{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  for (;;) {
    const ssize_t size = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (size >= 0) {
      take_descriptors(message, received.descriptors);
      if ((message.msg_flags & MSG_TRUNC) != 0) return fail(Reason::too_large, "message of over 4096 bytes");
      received.bytes.resize(static_cast<size_t>(size));
      return received;
    }
    if (errno == EAGAIN) return fail(Reason::unavailable, "no message is there");
    if (errno != EINTR) return fail(system_error("receiving a message", errno));
  }
}

}  // namespace weft::net
