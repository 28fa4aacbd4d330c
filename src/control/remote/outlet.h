// Outlet: the sending side of a connection that several coroutines share.
#pragma once

#include <string>

#include "net/stream.h"
#include "runtime/signal.h"

namespace weft::control {

// On a stream that outlives it. What is sent goes out whole: whoever comes second waits. Control thread.
class Outlet {
 public:
  Outlet(runtime::Reactor& reactor, net::Stream& stream) : stream_(&stream), written_(reactor) {}

  // Fails as writing does.
  runtime::Task<Result<>> send(std::string bytes);

 private:
  net::Stream* stream_;
  bool is_writing_ = false;
  runtime::Signal written_;
};

}  // namespace weft::control
