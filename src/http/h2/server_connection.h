// ServerConnection: the server's side of one HTTP/2 connection over a net::Stream that it does not own: many requests
// at a time, each a ServerStream. One reactor's thread; steady state allocates nothing.
#pragma once

#include <memory>

#include "base/byte_buffer.h"
#include "http/h2/limits.h"
#include "http/h2/server_stream.h"
#include "http/underscores.h"
#include "net/stream.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::http::h2 {

// Whether requests may ask for a tunnel of another protocol with CONNECT and ":protocol" (RFC 8441).
enum class ExtendedConnect : uint8_t { refuse, accept };

// Deadlines and bounds of a server's connection.
struct ServerOptions {
  Limits limits;
  Underscores underscores = Underscores::keep;
  ExtendedConnect extended_connect = ExtendedConnect::refuse;
  Duration head_timeout = std::chrono::seconds(10);    // from a head's first byte to its last; also for the preface
  Duration idle_timeout = std::chrono::seconds(3600);  // without any stream
  Duration io_timeout = std::chrono::seconds(300);     // one wait while a request's body is read
  // After so long without a byte received the client is asked for a sign of life (zero: never); if it gives none for
  // `keepalive_answer`, the connection ends.
  Duration keepalive{};
  Duration keepalive_answer = std::chrono::seconds(10);
  Duration drain_timeout = std::chrono::seconds(2);  // for the answer to a drain's PING, and for lingering at the end
};

// Who serves the requests of a connection. Outlives it.
class RequestHandler {
 public:
  // A request's head is complete. Called from the top of the stack, after everything that came with the same read was
  // taken in; the handler starts a coroutine (or serves at once), and calls stream.release() exactly once when it is
  // done with it, possibly before this returns.
  virtual void on_request(ServerStream& stream) = 0;

 protected:
  ~RequestHandler() = default;
};

// Owned by whoever made it, who awaits run() and destroys it afterwards.
class ServerConnection {
 public:
  // `stream` and `options` outlive the connection.
  ServerConnection(runtime::Reactor& reactor, net::Stream& stream, const ServerOptions& options);
  ~ServerConnection();
  ServerConnection(const ServerConnection&) = delete;
  ServerConnection& operator=(const ServerConnection&) = delete;

  // Serves the connection until it has ended and every stream was released; says why it ended: `closed` (by the client,
  // after a drain, or for being idle), `cancelled` (close()), `malformed`, `too_large`, `timed_out`, `reset`.
  // `received` is what was read before anyone knew that it is HTTP/2, from the preface on.
  runtime::Task<Error> run(RequestHandler& handler, ByteBuffer received = {});

  // Asks the client to leave (RFC 9113 6.8): GOAWAY with the highest id, a round trip later the id that is really the
  // last one. Streams under way finish, then the connection ends. From any place that does not run inside on_request().
  void drain();
  bool is_draining() const;

  // Ends everything at once: waits of all streams end with `cancelled`, run() returns when they are released.
  void close();

  // Streams that are not released yet.
  uint32_t streams() const;
  bool is_idle() const { return streams() == 0; }
  // Streams begun so far.
  uint64_t requests() const;

  net::Stream& stream();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weft::http::h2
