// h2::ServerStream: one request and its response on an HTTP/2 connection, as their server sees them.
#pragma once

#include "http/h2/stream.h"
#include "http/server_stream.h"
#include "runtime/intrusive_list.h"

namespace weft::http::h2 {

class ServerConnection;

// Owned by its connection, alive until the handler's release(). One thread.
class ServerStream final : public http::ServerStream, public Stream, public runtime::Link<ServerStream> {
 public:
  ServerStream(ServerConnection& connection, Duration io_timeout);
  ~ServerStream();

  // The request. Handlers swap it with a head of their own, so that the memory of both is used again.
  RequestHead& head() { return memory_->request; }

  TunnelKind wanted_tunnel() const override { return wanted_; }
  BodyLength request_length() const override;
  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  const Headers& request_trailers() const override { return trailers(); }

  void start_response(const ResponseHead& head, BodyLength body) override;
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;
  bool response_has_started() const override { return started_; }
  bool response_is_done() const override { return started_ && (finished_ || is_tunnel_); }

  void break_off() override;
  void set_idle_timeout(Duration timeout) override { io_timeout_ = timeout; }
  RawConnection raw() override;
  void cancel_when_client_leaves(runtime::CancelTarget* other) override;

  // The handler is done with the stream: what of the response is written still goes out, what of the request still
  // comes is passed over; a response that is not whole is reset. Call it once; for the handler the stream is then gone.
  void release();

 private:
  friend class ServerConnection;
  static constexpr size_t kPassedOverMax = 64 * 1024;

  bool on_head_field(const hpack::DecodedField& field) override;
  bool on_head_end() override;
  void on_data(std::string_view bytes) override;
  void on_closed(ErrorCode code) override;
  void on_broken(Error why) override;
  void on_lost() override { client_left_.fire(); }
  bool on_plain_field(const hpack::DecodedField& field);
  void join_cookie(std::string_view crumb);
  void ask_for_tunnel();
  void leave_if_unwanted();
  Time io_deadline() const;

  ServerConnection* connection_;
  BodyLength length_;
  TunnelKind wanted_ = TunnelKind::none;
  Duration io_timeout_;
  runtime::CancelSource client_left_;
  bool started_ = false;
  bool is_tunnel_ = false;      // the response has opened one
  bool asked_by_head_ = false;  // the response has no body, whatever it announces
  bool dispatched_ = false;     // the handler has it
  bool released_ = false;
  size_t passed_over_ = 0;  // of the body, after the handler was done
};

}  // namespace weft::http::h2
