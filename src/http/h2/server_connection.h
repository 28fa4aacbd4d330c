// h2::ServerConnection: the server's end of an HTTP/2 connection: hands out requests as they come in, many at once.
#pragma once

#include <memory>
#include <string_view>

#include "http/h2/server_stream.h"
#include "http/h2/session.h"
#include "runtime/intrusive_list.h"

namespace weft::http::h2 {

// Who serves the requests.
class RequestHandler {
 public:
  // A request's head is complete. Called from the connection's own coroutine, once a batch of received bytes has been
  // understood, so what several requests write goes out together. The handler calls stream.release() in the end.
  virtual void on_request(ServerStream& stream) = 0;

 protected:
  ~RequestHandler() = default;
};

// Deadlines and bounds of a server's connection. The windows are small until somebody reads: a stranger can make us
// hold no more than that.
struct ServerOptions {
  Settings settings{.stream_window = 256u << 10, .connection_window = 1u << 20};
  Duration idle_timeout = std::chrono::seconds(3600);  // without any stream
  Duration io_timeout = std::chrono::seconds(300);     // one wait of a stream
  Duration linger_time = std::chrono::seconds(2);      // for the client to read the last response, as over HTTP/1.1
  StreamMemoryPool* memory = nullptr;                  // outlives the connection; none: streams allocate
  // Outlives the connection; none: clients may begin what they like. Without room, a client whose head has not ended is
  // told to calm down, and one whose bodies wait to be taken is not read from.
  MemoryGuard* guard = nullptr;
};

// Must outlive its streams: whoever runs it waits until all of them are released. One reactor's thread.
class ServerConnection final : public Session, private StreamSource {
 public:
  // `options` and `handler` outlive the connection.
  ServerConnection(runtime::Reactor& reactor, net::Stream& stream, const ServerOptions& options,
                   RequestHandler& handler);
  ~ServerConnection();

  // Moves bytes until the connection is over; `early` was received of it before, its preface first. Says why it ended.
  runtime::Task<Error> run(ByteBuffer early);

  // Tells the client to take its next requests elsewhere (GOAWAY), serves what is open and what crosses the notice,
  // then ends (RFC 9113 6.8).
  void drain();
  // Now no further stream is taken; the connection ends with the last open one.
  void finish();

  size_t streams() const { return streams_; }
  // Of the client, once it has sent its first request; see Settings.
  bool client_multiplexes() const { return framing().peer_multiplexes(); }

 private:
  friend class ServerStream;

  FramedStream* on_stream() override;
  void on_received() override;
  void lose_streams(const Error& why) override;
  Time read_deadline() const override;
  bool goes_on_when_quiet() override;
  Duration linger_time() const override { return options_->linger_time; }

  void note_request(ServerStream& stream);
  void discard(ServerStream& stream);

  const ServerOptions* options_;
  RequestHandler* handler_;
  runtime::IntrusiveList<ServerStream> open_;
  runtime::IntrusiveList<ServerStream> ready_;  // their heads are complete, the handler does not have them yet
  size_t streams_ = 0;
  Time idle_since_;
  bool draining_ = false;
};

}  // namespace weft::http::h2
