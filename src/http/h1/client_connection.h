// ClientConnection: the client's side of one HTTP/1.1 connection: one request at a time out, its responses in. Works on
// a net::Stream that it does not own; one reactor's thread; steady state allocates nothing.
#pragma once

#include <string>
#include <string_view>

#include "http/client_stream.h"
#include "http/h1/body_decoder.h"
#include "http/h1/body_writer.h"
#include "http/h1/head_parser.h"
#include "http/h1/limits.h"
#include "http/h1/receiver.h"
#include "http/message.h"
#include "net/stream.h"
#include "runtime/task.h"

namespace weft::http::h1 {

// Bounds of a client's connection.
struct ClientOptions {
  Limits limits;
  int informational_max = 16;  // 1xx responses before the final one
};

// One exchange after another: when one is over and reusable() says so, start_request() begins the next. Errors are
// Retry::safe while no byte of the response has come and the stream was found closed or reset (RFC 9110 9.2.2 is the
// caller's to obey).
class ClientConnection final : public ClientStream {
 public:
  // `options` outlives the connection.
  ClientConnection(net::Stream& stream, const ClientOptions& options);

  void set_deadline(Time deadline) override { deadline_ = deadline; }

  void start_request(const RequestHead& head, BodyLength body) override;
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;
  // Sends the head alone, before the body's first byte is known.
  runtime::Task<Result<>> flush();
  bool request_is_sent() const { return writer_.is_done(); }

  runtime::Task<Result<>> read_head(ResponseHead& head) override;
  const Framing& framing() const { return parser_.framing(); }
  BodyLength response_length() const override { return framing().body; }

  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  bool body_is_done() const { return body_.is_done(); }
  const Headers& response_trailers() const override { return body_.trailers(); }
  BodyRun request_run() override;
  BodyRun response_run() override;

  bool was_unread() const override;
  runtime::CancelTarget& cancel_target() override { return stream_->readiness(); }

  // Whether the exchange is over and left the connection fit for another: both bodies complete, neither side said
  // close, no byte beyond the response.
  bool reusable() const;
  // For an idle connection, before it is used again and while it waits: nothing has come and nobody hung up. An idle
  // connection that speaks is poisoned (a response nobody asked for) and must be closed.
  bool is_quiet();

  RawConnection raw() override { return {stream_, &receiver_.buffer()}; }
  net::Stream& stream() { return *stream_; }

 private:
  Error lost(Error error) const;
  Error broken(const Violation& violation) const;
  Result<bool> parse_head(ResponseHead& head);

  net::Stream* stream_;
  const ClientOptions* options_;
  Receiver receiver_;
  ResponseParser parser_;
  BodyDecoder body_;
  BodyWriter writer_;
  Time deadline_ = runtime::kNever;
  std::string method_;
  int informational_ = 0;
  bool response_begun_ = false;
  bool response_final_ = false;
  bool tunnel_ = false;
};

}  // namespace weft::http::h1
