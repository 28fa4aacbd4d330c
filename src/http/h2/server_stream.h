// ServerStream: one request and its response on an HTTP/2 connection, as their server sees them.
#pragma once

#include "http/message.h"
#include "http/server_stream.h"

namespace weft::http::h2 {

// Made and recycled by its ServerConnection. A handler has it from on_request() to its one release(), across the end of
// the connection, too: then every wait fails. One reactor's thread.
class ServerStream final : public http::ServerStream {
 public:
  // The request's head. A handler may swap it with one of its own, so that the memory of both is used again.
  RequestHead& head() { return head_; }

  // The handler is done: a response that is not complete is broken off, a request body that was not read to its end is
  // refused with NO_ERROR (RFC 9113 8.1). The stream must not be used any more.
  void release();

  BodyLength request_length() const override;
  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  const Headers& request_trailers() const override;

  // Fields that belong to an HTTP/1 connection do not go out. No body for HEAD, 204 and 304.
  void start_response(const ResponseHead& head, BodyLength body) override;
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;
  bool response_has_started() const override;
  bool response_is_done() const override;
  void break_off() override;
  void cancel_when_client_leaves(runtime::CancelTarget* other) override;

 private:
  RequestHead head_;
};

}  // namespace weft::http::h2
