#include "proxy/detect/first_bytes.h"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace weft::proxy {
namespace {

constexpr size_t kFirstLook = 1024;  // enough for nearly every request line, and for most hellos

}  // namespace

runtime::Task<Result<std::string_view>> FirstBytes::more(Time deadline) {
  if (bytes_.empty() || is_full_) {
    bytes_.resize(std::max(kFirstLook, bytes_.size() * 2));
  } else if (has_looked_) {
    // What was seen stays in the socket: wait for the edge that more bytes bring.
    client_->readiness().clear_readable();
  }
  for (;;) {
    const auto waited = co_await client_->readable(deadline);
    if (waited != runtime::Wait::ready) {
      client_->readiness().mark_readable();  // whoever is next must not wait for an edge that has been
      co_return fail(net::wait_error(waited, "looking at a client's first bytes"));
    }
    const bool has_hung_up = client_->readiness().has_hung_up();
    const ssize_t size = recv(client_->fd(), bytes_.data(), bytes_.size(), MSG_PEEK | MSG_DONTWAIT);
    if (size < 0 && errno != EAGAIN) co_return fail(system_error("looking at a client's first bytes", errno));
    has_looked_ = true;
    has_ended_ = size == 0 || has_hung_up;
    is_full_ = size > 0 && static_cast<size_t>(size) == bytes_.size();
    if (size > 0 || has_ended_) co_return std::string_view(bytes_.data(), size > 0 ? static_cast<size_t>(size) : 0);
    client_->readiness().clear_readable();
  }
}

}  // namespace weft::proxy
