// ClientSession: the client's end of an HTTP/2 connection with prior knowledge (RFC 9113 3.3) over any net::Stream.
// Many streams share it. One reactor's thread.
#pragma once

#include <memory>
#include <set>

#include "http/h2/client_stream.h"
#include "http/h2/framing.h"
#include "net/stream.h"
#include "runtime/gate.h"

namespace weft::http::h2 {

// How a session behaves. After `keepalive` without a byte received the peer is asked for a sign of life (zero: never),
// and if it gives none for `keepalive_answer`, the connection is given up.
struct ClientOptions {
  Settings settings;
  Duration keepalive{};
  Duration keepalive_answer = std::chrono::seconds(10);
};

// Owned by whoever made it, who spawns run() once and awaits close() before destroying it. Streams may outlive it.
class ClientSession {
 public:
  ClientSession(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream, const ClientOptions& options);
  ~ClientSession();
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  // Moves bytes until the connection ends; says why it did (`closed`: the peer ended it, `cancelled`: close()).
  runtime::Task<Error> run();

  // Sends a request's head. `unavailable`, and safe to try elsewhere, when the peer is leaving or the session has
  // ended.
  Result<std::unique_ptr<ClientStream>> open(const RequestHead& head, RequestBody body);

  // Ends the connection and all its streams, saying goodbye if that is possible without waiting; returns when run() has
  // ended.
  runtime::Task<void> close();

  // New streams are refused: the peer is leaving, or the session has ended.
  bool is_draining() const { return end_.has_value() || framing_.is_draining(); }

 private:
  friend class ClientStream;

  runtime::Task<Error> read_all();
  runtime::Task<void> write_all();
  runtime::Task<void> probe();
  void say_goodbye();
  void end_with(Error error);
  // There may be something to write.
  void pump() { output_.wake(runtime::Wait::ready); }

  runtime::Reactor* reactor_;
  std::unique_ptr<net::Stream> stream_;
  ClientOptions options_;
  Framing framing_;
  std::set<ClientStream*> streams_;
  ByteBuffer unsent_;  // what write_all() is writing
  runtime::Waiter output_;
  runtime::Waiter probing_;
  runtime::Gate gate_;
  std::optional<Error> end_;
  Time received_at_;
};

}  // namespace weft::http::h2
