// RequestBody: the body of the request being served, as attempts to send it see it: what has arrived with the head, or
// was collected before the first attempt, can be sent again and again; once more has been read, it is gone.
#pragma once

#include <optional>
#include <string>

#include "http/server_stream.h"

namespace weft::proxy {

// Belongs to one exchange; refers to the client's stream.
class RequestBody {
 public:
  explicit RequestBody(http::ServerStream& client) : client_(&client) {}
  RequestBody(const RequestBody&) = delete;
  RequestBody& operator=(const RequestBody&) = delete;

  http::BodyLength length() const { return client_->request_length(); }

  // What arrived together with the head; the same for every attempt. `last` with no data for a request without a body.
  Result<http::BodyPiece> first();

  // Reads on until the body is complete or at least `size` of it is there, which is first() from then on. Before any
  // attempt; fails as ServerStream::read_body().
  runtime::Task<Result<>> collect(size_t size);

  // Whether everything that was read so far is still there, so that another attempt could begin.
  bool can_replay() const { return !has_read_on_; }

  // What follows first(); from now on there is no other attempt.
  runtime::Task<Result<http::BodyPiece>> next() {
    has_read_on_ = true;
    return client_->read_body();
  }
  // What of it can be moved as it is, once some has been read on.
  http::BodyRun run() { return client_->request_run(); }
  const http::Headers& trailers() const { return client_->request_trailers(); }

 private:
  http::ServerStream* client_;
  std::optional<http::BodyPiece> first_;
  std::string collected_;  // what first_ views, if more was read than came with the head
  bool has_read_on_ = false;
};

inline Result<http::BodyPiece> RequestBody::first() {
  if (!first_) {
    WEFT_TRY(first_, client_->received_body());
  }
  return *first_;
}

}  // namespace weft::proxy
