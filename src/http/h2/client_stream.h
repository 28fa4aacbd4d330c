// h2::ClientStream: one request and its response on an HTTP/2 connection, as their client sees them.
#pragma once

#include <string>

#include "http/client_stream.h"
#include "http/h2/stream.h"
#include "http/tunnel_kind.h"

namespace weft::http::h2 {

class ClientSession;

// Owned by whoever opened it; destroying it before the response has ended resets the stream (CANCEL). Outlives neither
// the coroutines that wait in it nor, usefully, its session: after the session's end every call fails. One thread.
class ClientStream final : public http::ClientStream,
                           public Stream,
                           public runtime::Link<ClientStream>,
                           private runtime::CancelTarget {
 public:
  explicit ClientStream(ClientSession& session);
  ~ClientStream();

  // Sends the request's head. Where that cannot be, the next call says why.
  runtime::Task<Result<>> until_upgradable() override;
  void start_request(const RequestHead& head, BodyLength body) override;
  void start_request(const RequestHead& head, MessageBody body);
  void set_deadline(Time deadline) override { deadline_ = deadline; }
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;

  runtime::Task<Result<>> read_head(ResponseHead& head) override;
  BodyLength response_length() const override;
  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  const Headers& response_trailers() const override { return trailers(); }
  RawConnection raw() override;
  bool was_unread() const override { return refused_ || id() == 0; }
  bool was_reset() const override { return reset_; }
  runtime::CancelTarget& cancel_target() override { return *this; }

  // Waits for the response's final head.
  runtime::Task<Result<>> receive_head(Time deadline = runtime::kNever);
  const ResponseHead& head() const { return memory_->response; }

  // Gives the exchange up: the peer hears CANCEL, waiting calls end with `cancelled`.
  void cancel() override;

 private:
  friend class ClientSession;
  static constexpr int kInformationalMax = 16;  // heads before the final one; a peer that sends more means harm

  bool on_head_field(const hpack::DecodedField& field) override;
  bool on_head_end() override;
  void settle_tunnel(ResponseHead& head);

  Time deadline_ = runtime::kNever;
  int informational_ = 0;
  BodyLength length_;
  bool asked_by_head_ = false;  // HEAD: the response has no body, whatever it announces
  TunnelKind wanted_ = TunnelKind::none;
  bool is_tunnel_ = false;  // the endpoint has opened it
  std::string protocol_;    // the one that was asked for
};

}  // namespace weft::http::h2
