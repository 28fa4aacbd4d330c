// ClientStream: one request and its response on an HTTP/2 connection, as their client sees them.
#pragma once

#include <memory>

#include "http/client_stream.h"

namespace weft::http::h2 {

class ClientStream;

// Gives a stream back to its session; before its end it is reset with CANCEL.
struct ClientStreamRelease {
  void operator()(ClientStream* stream) const;
};
using ClientStreamHandle = std::unique_ptr<ClientStream, ClientStreamRelease>;

// Opened by a session, held by a handle, recycled. Outlives neither the coroutines that wait in it nor, usefully, its
// session: after the session's end every call fails. One reactor's thread.
class ClientStream final : public http::ClientStream, private runtime::CancelTarget {
 public:
  void set_deadline(Time deadline) override;

  // Fields that belong to an HTTP/1 connection do not go out. A request without a body ends with its head.
  void start_request(const RequestHead& head, BodyLength body) override;
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;

  runtime::Task<Result<>> read_head(ResponseHead& head) override;
  BodyLength response_length() const override;
  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  const Headers& response_trailers() const override;

  // REFUSED_STREAM, or GOAWAY with a lower last id.
  bool was_unread() const override;
  runtime::CancelTarget& cancel_target() override { return *this; }

 private:
  friend struct ClientStreamRelease;
  void cancel() override;
};

}  // namespace weft::http::h2
