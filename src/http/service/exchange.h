// Exchange: one request and its response as the handler of a small server sees them (the APIs, admin pages; the proxy's
// data path works on h1::ServerConnection itself).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/h1/server_connection.h"
#include "http/message.h"
#include "runtime/signal.h"
#include "runtime/task.h"

namespace weft::http {

// Valid while the handler runs; belongs to the connection's reactor. The handler responds exactly once: respond(), or
// start_stream(), send()..., end_stream(). Errors of those calls mean that the client is gone: give up, return.
class Exchange {
 public:
  Exchange(h1::ServerConnection& connection, RequestHead& request);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const RequestHead& request() const { return *request_; }

  // The whole body. Fails with `too_large` beyond `bytes_max`: answer 413; the connection then ends by itself.
  runtime::Task<Result<std::string>> read_body(size_t bytes_max);

  // The whole response, in one system call where it fits. Takes its arguments by value, so temporaries are welcome.
  runtime::Task<Result<>> respond(uint16_t status, std::string content_type, std::string body);
  runtime::Task<Result<>> respond(ResponseHead head, std::string body);

  // A response in parts, each sent at once (chunked): watches, followed logs. start_stream() sends the head.
  runtime::Task<Result<>> start_stream(uint16_t status, std::string content_type);
  runtime::Task<Result<>> start_stream(ResponseHead head);
  // `data` stays until this returns.
  runtime::Task<Result<>> send(std::string_view data);
  runtime::Task<Result<>> end_stream();

  // Whether the request asks to leave HTTP, and how it is let: the head (101) is sent, and the rest of the connection
  // belongs to the handler. It ends with the handler.
  bool wants_upgrade() const { return connection_->wanted_tunnel() == TunnelKind::upgrade; }
  runtime::Task<Result<RawConnection>> upgrade(ResponseHead head);

  // While a streaming handler waits for news: sets `signal` once the client has hung up, or the server is closing, too.
  // `signal` outlives this object. Call it after the body was read; it reads on the handler's behalf.
  void wake_on_hang_up(runtime::Signal& signal);
  // The client has left, or the server is closing: whoever streams should end.
  bool should_end() const { return hung_up_ || connection_->is_draining(); }

  bool has_responded() const { return connection_->response_has_started(); }
  net::Stream& stream() { return connection_->stream(); }

 private:
  class HangUpWatch;
  HangUpWatch watch_hang_up(runtime::Signal& signal);

  h1::ServerConnection* connection_;
  RequestHead* request_;
  std::unique_ptr<HangUpWatch> watch_;
  bool hung_up_ = false;
};

}  // namespace weft::http
