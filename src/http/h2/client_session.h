// ClientSession: the client's end of an HTTP/2 connection with prior knowledge (RFC 9113 3.3) over any net::Stream.
// Many streams share it. One reactor's thread; steady state allocates nothing.
#pragma once

#include <memory>

#include "http/h2/client_stream.h"
#include "http/h2/limits.h"
#include "net/stream.h"
#include "runtime/gate.h"
#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::http::h2 {

// How a session behaves.
struct ClientOptions {
  Limits limits;
  uint32_t streams_max = 1000;  // open at a time, if the peer allows as many
  int informational_max = 16;   // 1xx responses before the final one
  // After so long without a byte received the peer is asked for a sign of life (zero: never); if it gives none for
  // `keepalive_answer`, the connection is given up.
  Duration keepalive{};
  Duration keepalive_answer = std::chrono::seconds(10);
};

// Owned by whoever made it, who spawns run() once and awaits close() before destroying it. Streams may outlive it.
class ClientSession {
 public:
  // `options` are copied.
  ClientSession(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream, const ClientOptions& options);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // Moves bytes until the connection ends; says why it did (`closed`: the peer ended it, `cancelled`: close()).
  runtime::Task<Error> run();

  // A stream for one request, counted from now on; only if can_open(). Nothing is sent before its start_request(). If
  // the session does not take it by then (the peer has said GOAWAY meanwhile), its calls fail with `refused`.
  ClientStreamHandle open();

  // Whether a stream may be opened now: the session is neither draining nor full.
  bool can_open() const { return !is_draining() && streams() < streams_max(); }
  // Streams whose handles are alive, and how many there may be: the peer's SETTINGS_MAX_CONCURRENT_STREAMS, at most
  // the option.
  uint32_t streams() const;
  uint32_t streams_max() const;
  // Takes no new streams any more: the peer is leaving, the ids are used up, or the session has ended.
  bool is_draining() const;
  bool has_ended() const;

  // Told of whatever may change can_open() from outside: SETTINGS, GOAWAY, the end. Called from the session's own
  // coroutines; only notes and wakes. nullptr ends it.
  class Observer {
   public:
    virtual void on_session_changed() = 0;

   protected:
    ~Observer() = default;
  };
  void set_observer(Observer* observer);

  // Ends the connection and all its streams, saying goodbye if that is possible without waiting; returns when run() has
  // ended.
  runtime::Task<void> close();

  net::Stream& stream();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weft::http::h2
