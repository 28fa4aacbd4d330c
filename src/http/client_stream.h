// ClientStream: one request and its response as their client sees them, whatever version of HTTP carries them. The data
// path knows nothing else of its endpoint.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/body.h"
#include "http/body_run.h"
#include "http/message.h"
#include "http/raw_connection.h"
#include "runtime/cancellation.h"
#include "runtime/task.h"

namespace weft::http {

// The order of calls: start_request(), write_body() until the last part, read_head() until it is not informational,
// read_body() until the last piece. Writing and reading may be interleaved or be done by two coroutines, since
// endpoints may answer early. Errors have Side::endpoint (`cancelled` after cancellation); Retry::safe where the
// endpoint left before any byte of a response. One reactor's thread.
class ClientStream {
 public:
  // For every wait from now on.
  virtual void set_deadline(Time deadline) = 0;

  // Waits until it is known whether the endpoint can be asked for an upgrade; fails with `unsupported` if not.
  virtual runtime::Task<Result<>> until_upgradable() { co_return Result<>(); }

  // Nothing need be sent before the next write. A head with an Upgrade field, or a CONNECT, has no body: raw() is what
  // follows it, once the response's head has opened the tunnel.
  virtual void start_request(const RequestHead& head, BodyLength body) = 0;
  // As in ServerStream.
  virtual runtime::Task<Result<>> write_body(std::string_view data, Part part) = 0;
  virtual runtime::Task<Result<>> write_trailers(const Headers& trailers) = 0;

  // The next response head. Fails with `malformed`, `too_large`, `closed`, `reset`, `timed_out`, `cancelled`; `refused`
  // when the endpoint says that it has not looked at the request (HTTP/2: REFUSED_STREAM, GOAWAY before this stream).
  virtual runtime::Task<Result<>> read_head(ResponseHead& head) = 0;
  virtual BodyLength response_length() const = 0;
  virtual runtime::Task<Result<BodyPiece>> read_body() = 0;
  virtual Result<BodyPiece> received_body() = 0;
  virtual const Headers& response_trailers() const = 0;

  // The rest of the request on its way out, and of the response on its way in.
  virtual BodyRun request_run() { return {}; }
  virtual BodyRun response_run() { return {}; }

  // As in ServerStream.
  virtual RawConnection raw() = 0;

  // After a failure: the endpoint has read nothing of the request, for certain.
  virtual bool was_unread() const = 0;
  // After a failure: the endpoint has ended this exchange alone, and its connection goes on (RST_STREAM, or GOAWAY
  // before this stream).
  virtual bool was_reset() const { return false; }

  // Ends all present and later waits with `cancelled`.
  virtual runtime::CancelTarget& cancel_target() = 0;

 protected:
  ~ClientStream() = default;
};

}  // namespace weft::http
