#include "http/service/server.h"

#include "base/log.h"

namespace weft::http {
namespace {

// How long accepting pauses when descriptors have run out.
constexpr auto kAcceptPause = std::chrono::milliseconds(50);

runtime::Task<bool> serve_one(h1::ServerConnection& connection, RequestHead& request, Handler& handler) {
  const auto next = co_await connection.next_request(request);
  if (!next && connection.violation()) {
    const h1::Violation violation = connection.violation();
    (void)co_await connection.refuse(violation.status, std::string(violation.what) + "\n");
  }
  if (!next || !*next) co_return false;
  Exchange exchange(connection, request);
  co_await handler.handle(exchange);
  if (!connection.response_has_started()) (void)co_await connection.refuse(500, "no answer\n");
  co_return connection.response_is_done();
}

runtime::Task<void> serve_requests(h1::ServerConnection& connection, Handler& handler) {
  RequestHead request;
  while (co_await serve_one(connection, request, handler)) {
  }
  co_await connection.linger();
}

}  // namespace

runtime::Task<void> serve_connection(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream, Handler& handler,
                                     const h1::ServerOptions& options) {
  h1::ServerConnection connection(reactor, *stream, options);
  co_await serve_requests(connection, handler);
}

Server::Server(runtime::Reactor& reactor, std::unique_ptr<net::Listener> listener, Handler& handler,
               ServerLimits limits)
    : reactor_(&reactor),
      listener_(std::move(listener)),
      handler_(&handler),
      limits_(limits),
      gate_(reactor),
      closing_(reactor) {}

Server::~Server() = default;

void Server::start() {
  spawn(gate_, accept_all());
}

runtime::Task<void> Server::accept_all() {
  while (!closing_.is_set()) {
    auto accepted = co_await listener_->accept();
    if (accepted) {
      if (count_ < limits_.connections_max) spawn(gate_, serve(*std::move(accepted)));
    } else if (!closing_.is_set()) {
      log::warn("accepting on {}: {}", listener_->local_address().to_string(), accepted.error().detail);
      if (accepted.error().reason == Reason::cancelled) co_return;
      co_await closing_.wait(reactor_->now() + kAcceptPause);
    }
  }
}

runtime::Task<void> Server::serve(std::unique_ptr<net::Stream> stream) {
  Connection connection(std::move(stream));
  connections_.push_back(connection);
  ++count_;
  const bool is_admitted = limits_.doorkeeper == nullptr || co_await limits_.doorkeeper->admit(connection.stream);
  if (is_admitted && !closing_.is_set()) {
    connection.http.emplace(*reactor_, *connection.stream, limits_.connection);
    co_await serve_requests(*connection.http, *handler_);
  }
  --count_;
}

// Who is still at the door has asked for nothing yet.
void Server::Connection::end_soon() {
  if (http) {
    http->drain();
  } else {
    stream->cancel();
  }
}

runtime::Task<void> Server::close(Time deadline) {
  closing_.set();
  listener_->cancel();
  each_connection([](Connection& connection) { connection.end_soon(); });
  if (co_await gate_.close(deadline)) co_return;
  each_connection([](Connection& connection) { connection.stream->cancel(); });
  co_await gate_.close();
}

void Server::each_connection(void (*act)(Connection&)) {
  runtime::IntrusiveList<Connection> seen;
  while (!connections_.empty()) {
    Connection& connection = connections_.pop_front();
    seen.push_back(connection);
    act(connection);
  }
  connections_.take(seen);
}

}  // namespace weft::http
