// ServerStream: one request and its response as their server sees them, whatever version of HTTP carries them: the
// present exchange of an HTTP/1.1 connection, or one stream of an HTTP/2 connection. The data path knows nothing else
// of its client.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "http/body.h"
#include "http/body_run.h"
#include "http/message.h"
#include "http/raw_connection.h"
#include "http/tunnel_kind.h"
#include "runtime/cancellation.h"
#include "runtime/task.h"

namespace weft::http {

// Begins when the request's head has been read; owned by its connection, one reactor's thread. One coroutine may read
// the body while another writes the response. Errors of reads and writes have Side::client and end the exchange.
class ServerStream {
 public:
  // Whether the request asks to leave HTTP. Then it has no body: what follows is the tunnel's, if there will be one.
  virtual TunnelKind wanted_tunnel() const = 0;

  // The request's body, as its head announced it.
  virtual BodyLength request_length() const = 0;
  // The next piece, waiting for it if need be; an HTTP/1.1 client that asked gets its "100 Continue" first. Fails with
  // `closed`, `reset`, `timed_out`, `malformed`, `too_large`, `cancelled`.
  virtual runtime::Task<Result<BodyPiece>> read_body() = 0;
  // The same with what has arrived already, never waiting; possibly empty.
  virtual Result<BodyPiece> received_body() = 0;
  virtual const Headers& request_trailers() const = 0;

  // Begins the final response, or (status 1xx) writes an interim one; nothing need be sent before the next write. The
  // framing is adapted to what the client can take.
  virtual void start_response(const ResponseHead& head, BodyLength body) = 0;
  // Sends what is pending and this part of the body, which must stay until the call returns; waits while the client
  // takes no more. `last` ends the response; for `more`, empty data just lets go of what is pending.
  virtual runtime::Task<Result<>> write_body(std::string_view data, Part part) = 0;
  // Ends a response of unknown length with trailers.
  virtual runtime::Task<Result<>> write_trailers(const Headers& trailers) = 0;
  virtual bool response_has_started() const = 0;
  virtual bool response_is_done() const = 0;

  // The rest of the request on its way in, and of the response on its way out.
  virtual BodyRun request_run() { return {}; }
  virtual BodyRun response_run() { return {}; }

  // The response cannot be completed: lets the client see that what it got is not all (HTTP/1.1: the connection ends;
  // HTTP/2: RST_STREAM with INTERNAL_ERROR).
  virtual void break_off() = 0;

  // After a response that opens a tunnel: the bytes to and from the client.
  virtual RawConnection raw() = 0;

  // How long one wait for the client may last in this exchange; 0: as long as it likes.
  virtual void set_idle_timeout(Duration timeout) = 0;

  // While set, `other` is cancelled when the client leaves: hangs up, resets the stream, loses the connection. nullptr
  // ends it.
  virtual void cancel_when_client_leaves(runtime::CancelTarget* other) = 0;

 protected:
  ~ServerStream() = default;
};

}  // namespace weft::http
