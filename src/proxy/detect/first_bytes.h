// FirstBytes: what a client has sent before anybody serves it, looked at where it lies: in the socket.
#pragma once

#include <string>
#include <string_view>

#include "net/stream.h"
#include "runtime/task.h"

namespace weft::proxy {

// Lives in the frame of whoever looks; the stream, a socket, outlives it.
class FirstBytes {
 public:
  explicit FirstBytes(net::Stream& client) : client_(&client) {}

  // All that is there, once that is more than last time, or nothing follows any more. Fails with `timed_out` at the
  // deadline, and as reading does. The view is good until the next call. How much is looked at is up to the caller.
  runtime::Task<Result<std::string_view>> more(Time deadline);

  // The client has finished, or left.
  bool has_ended() const { return has_ended_; }

 private:
  net::Stream* client_;
  std::string bytes_;
  bool has_looked_ = false;
  bool is_full_ = false;  // there may be more than was looked at
  bool has_ended_ = false;
};

}  // namespace weft::proxy
