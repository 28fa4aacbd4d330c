// Server: accepts connections and hands their requests to a Handler, one coroutine a connection, all on one reactor.
// For the APIs and admin pages; bounded in connections, closed gracefully.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "http/h1/server_connection.h"
#include "http/service/exchange.h"
#include "net/listener.h"
#include "runtime/gate.h"
#include "runtime/intrusive_list.h"

namespace weft::http {

// What a server does with requests. handle() may run for many connections at a time, interleaved on one thread. A
// handler that returns without a response makes a 500.
class Handler {
 public:
  virtual runtime::Task<void> handle(Exchange& exchange) = 0;

 protected:
  ~Handler() = default;
};

// What stands between accepting a connection and its first request: TLS, say. Outlives the server.
class Doorkeeper {
 public:
  // Awaited once for each connection, before all else. May put a stream on top of the accepted one into its place,
  // before it waits or after: requests come through the one that is there in the end. false: the connection is over.
  virtual runtime::Task<bool> admit(std::unique_ptr<net::Stream>& stream) = 0;

 protected:
  ~Doorkeeper() = default;
};

// Bounds of a server. Connections over the maximum are closed at once.
struct ServerLimits {
  h1::ServerOptions connection;
  size_t connections_max = 1024;
  Doorkeeper* doorkeeper = nullptr;  // null: what is accepted is served
};

// Serves one connection until it ends. `handler` and `options` outlive it.
runtime::Task<void> serve_connection(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream, Handler& handler,
                                     const h1::ServerOptions& options);

// Owns its listener and connections. One reactor's thread. close() before destruction.
class Server {
 public:
  // `handler` outlives the server.
  Server(runtime::Reactor& reactor, std::unique_ptr<net::Listener> listener, Handler& handler,
         ServerLimits limits = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Begins to accept; returns at once.
  void start();

  // Accepts no more, lets requests under way finish (streams are asked to end), and at the deadline cuts what is left.
  runtime::Task<void> close(Time deadline);

  net::Address local_address() const { return listener_->local_address(); }

 private:
  // One accepted connection. `http` is there once the doorkeeper has let it in.
  struct Connection : runtime::Link<Connection> {
    explicit Connection(std::unique_ptr<net::Stream> accepted) : stream(std::move(accepted)) {}
    void end_soon();

    std::unique_ptr<net::Stream> stream;
    std::optional<h1::ServerConnection> http;
  };

  runtime::Task<void> accept_all();
  runtime::Task<void> serve(std::unique_ptr<net::Stream> stream);
  void each_connection(void (*act)(Connection&));

  runtime::Reactor* reactor_;
  std::unique_ptr<net::Listener> listener_;
  Handler* handler_;
  ServerLimits limits_;
  runtime::Gate gate_;
  runtime::Signal closing_;
  runtime::IntrusiveList<Connection> connections_;
  size_t count_ = 0;
};

}  // namespace weft::http
