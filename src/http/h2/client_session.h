// ClientSession: the client's end of an HTTP/2 connection with prior knowledge (RFC 9113 3.3) over any net::Stream.
#pragma once

#include <memory>

#include "http/h2/client_stream.h"
#include "http/h2/session.h"
#include "runtime/gate.h"

namespace weft::http::h2 {

// How a session behaves. After `keepalive` without a byte received the peer is asked for a sign of life (zero: never),
// and if it gives none for `keepalive_answer`, the connection is given up.
struct ClientOptions {
  Settings settings;
  Duration keepalive{};
  Duration keepalive_answer = std::chrono::seconds(10);
  StreamMemoryPool* memory = nullptr;  // outlives the streams; none: they allocate
};

// Owned by whoever made it, who runs run() once and either awaits close() or ends run()'s coroutine before destroying
// it. Streams may outlive it.
class ClientSession final : public Session {
 public:
  ClientSession(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream, const ClientOptions& options);
  ~ClientSession();

  // Moves bytes until the connection ends; says why it did (`closed`: the peer ended it, `cancelled`: close()).
  runtime::Task<Error> run();

  // A stream whose request is still to be started.
  std::unique_ptr<ClientStream> new_stream();
  // Sends a request's head. `unavailable`, and safe to try elsewhere, when the peer is leaving or the session has
  // ended.
  Result<std::unique_ptr<ClientStream>> open(const RequestHead& head, MessageBody body);

  // Ends the connection and all its streams, saying goodbye if that is possible without waiting; returns when run() has
  // ended.
  runtime::Task<void> close();
  // The same without waiting for run().
  void end();

  // New streams are refused: the peer is leaving, or the session has ended.
  bool is_draining() const { return has_ended() || !framing().can_submit(); }
  // Streams that exist, and how many the peer takes.
  size_t streams() const { return count_; }
  uint32_t streams_max() const { return framing().peer_streams_max(); }

 private:
  friend class ClientStream;

  void on_received() override;
  void forget(ClientStream& stream);
  void lose_streams(const Error& why) override;
  Time read_deadline() const override;
  bool goes_on_when_quiet() override;

  std::unique_ptr<net::Stream> owned_;
  ClientOptions options_;
  runtime::IntrusiveList<ClientStream> streams_;
  size_t count_ = 0;
  runtime::Gate gate_;
  Time received_at_;
  std::optional<Time> probed_at_;
  bool knows_peer_ = false;  // its settings have come
};

}  // namespace weft::http::h2
