// SpdyConnection: a client's streams over a connection that was upgraded to SPDY/3.1.
#pragma once

#include "control/remote/outlet.h"
#include "http/raw_connection.h"
#include "spdy/frame_reader.h"
#include "spdy/frames.h"

namespace weft::control {

// What a client said that has no meaning to it but for the one who serves it: no pings. See spdy::Event.
using ClientEvent = spdy::Event;

// On a connection that outlives it. One coroutine reads; any number may send, and wait for each other. Control thread.
class SpdyConnection {
 public:
  SpdyConnection(runtime::Reactor& reactor, http::RawConnection raw);

  // The next event. Fails with `closed` when the client has left, `timed_out`, `cancelled`, or as its frames do.
  runtime::Task<Result<ClientEvent>> next(Time deadline);

  runtime::Task<Result<>> accept(uint32_t stream);
  runtime::Task<Result<>> refuse(uint32_t stream);
  // `data` stays until this returns.
  runtime::Task<Result<>> send(uint32_t stream, std::string_view data, spdy::Fin fin = spdy::Fin::no);

  // What waits ends, and the connection is over.
  void cancel() { stream_->cancel(); }
  // While set, `other` is cancelled when the client hangs up.
  void cancel_on_hang_up(runtime::CancelTarget* other) { stream_->readiness().cancel_on_hang_up(other); }

 private:
  net::Stream* stream_;
  spdy::FrameReader reader_;
  spdy::HeaderWriter headers_;
  Outlet outlet_;
};

}  // namespace weft::control
