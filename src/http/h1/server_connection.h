// ServerConnection: the server's side of one HTTP/1.1 connection: heads and bodies in, responses out, one exchange
// after another. Works on a net::Stream that it does not own; one reactor's thread; steady state allocates nothing.
#pragma once

#include <string_view>

#include "base/memory_guard.h"
#include "http/h1/body_decoder.h"
#include "http/h1/body_writer.h"
#include "http/h1/head_parser.h"
#include "http/h1/limits.h"
#include "http/h1/receiver.h"
#include "http/message.h"
#include "http/server_stream.h"
#include "net/stream.h"
#include "runtime/signal.h"
#include "runtime/task.h"

namespace weft::http::h1 {

// Deadlines and bounds of a server's connection.
struct ServerOptions {
  Limits limits;
  Duration head_timeout = std::chrono::seconds(10);    // from a head's first byte to its last
  Duration idle_timeout = std::chrono::seconds(3600);  // without any exchange
  Duration io_timeout = std::chrono::seconds(300);     // one wait while a body is read or a response is written
  // Asked while a head is waited for; nullptr: heads may always go on. Without room they are refused with 503.
  MemoryGuard* guard = nullptr;
  // Whether a connection may turn out to be HTTP/2 with prior knowledge (RFC 9113 3.3): see wants_http2().
  enum class Http2 : uint8_t { refused, noticed } http2 = Http2::refused;
  size_t drain_bytes_max = 64 * 1024;                // unread request body skipped to keep a connection
  Duration drain_timeout = std::chrono::seconds(2);  // for that, and for lingering at the end
};

// A connection's memory for bytes that have come and bytes to be sent. Whoever has many connections lends it to those
// that are at work. Swapped, not moved.
struct Buffers {
  ByteBuffer received;
  ByteBuffer unsent;
};

// The order of calls: next_request(), then body reads and one response in any interleaving (one coroutine may read
// while another writes), then next_request() again. An error of any call ends the connection. After the last exchange:
// linger(), then destroy the stream.
class ServerConnection final : public ServerStream {
 public:
  // `options` outlives the connection.
  ServerConnection(runtime::Reactor& reactor, net::Stream& stream, const ServerOptions& options);

  // Reads the next request's head. false: the connection is over (the client left between requests, an exchange said
  // close, or drain() was called). Fails with `malformed`, `too_large` or `unsupported` when violation() is to be
  // answered (refuse() does it), `timed_out` (answer 408 if a head had begun: violation() is set), `closed` or `reset`.
  // What the client left of the previous request's body is skipped here, or ends the connection.
  runtime::Task<Result<bool>> next_request(RequestHead& head);

  // Nothing is under way and nothing has come: what requests need may be taken away (swap_buffers()) until
  // `co_await wait_idle()` says that something is there to be read (`ready`). Anything else is next_request()'s
  // business.
  bool may_rest();
  class IdleWait;
  IdleWait wait_idle(Time deadline);
  // When a wait for a request that begins now is to end.
  Time idle_deadline() const { return reactor_->now() + options_->idle_timeout; }
  // This is a connection on which requests were served before, by another such object that has been let go of.
  void resume() { has_served_ = knows_version_ = true; }
  // Both are empty.
  void swap_buffers(Buffers& others);

  // The connection's first bytes were HTTP/2's preface, so next_request() gave none. All that was received is in raw().
  bool wants_http2() const { return wants_http2_; }

  const Framing& framing() const { return parser_.framing(); }
  const Violation& violation() const { return violation_; }

  TunnelKind wanted_tunnel() const override { return wanted_; }
  BodyLength request_length() const override { return framing().body; }
  runtime::Task<Result<BodyPiece>> read_body() override;
  Result<BodyPiece> received_body() override;
  bool body_is_done() const { return body_.is_done(); }
  // Body bytes still to come, where the length was announced.
  uint64_t body_remaining() const { return body_.remaining(); }
  const Headers& request_trailers() const override { return body_.trailers(); }

  BodyRun request_run() override;
  BodyRun response_run() override;

  // No body for HEAD, nothing chunked for HTTP/1.0.
  void start_response(const ResponseHead& head, BodyLength body) override;
  // What is pending and the part go out in one system call where possible.
  runtime::Task<Result<>> write_body(std::string_view data, Part part) override;
  runtime::Task<Result<>> write_trailers(const Headers& trailers) override;
  void break_off() override { close_after_response(); }
  void set_idle_timeout(Duration timeout) override { io_timeout_ = timeout; }
  void cancel_when_client_leaves(runtime::CancelTarget* other) override {
    stream_->readiness().cancel_on_hang_up(other);
  }

  // A whole small response of text/plain after which the connection ends; for what could not be read as a request.
  runtime::Task<Result<>> refuse(uint16_t status, std::string_view text);

  // Returns when the client has left (closed or ended its side, which for us is the same), for streams that have
  // nothing to send for long. Call it when the request's body is done; pipelined bytes are kept. May be destroyed while
  // it waits.
  runtime::Task<void> until_hang_up();

  // The next response that begins says "Connection: close", and the connection ends after it.
  void announce_close() { closing_ = true; }
  // The same; and a connection that waits for another request ends now, unless one has just come. A client that has
  // had no answer yet has not connected for nothing: its first request is waited for.
  void drain();
  bool is_draining() const { return draining_; }
  // A signal to set when drain() is called; nullptr for none.
  void on_drain(runtime::Signal* signal) { on_drain_ = signal; }
  // The connection ends after this exchange, whose response says so if it has not begun.
  void close_after_response() { keep_alive_ = false; }
  // Whether another request may follow this exchange.
  bool keeps_alive() const { return keep_alive_; }
  bool response_has_started() const override { return response_started_; }
  bool response_is_done() const override { return response_started_ && writer_.is_done(); }

  // Says goodbye so that the client gets the whole response: ends our side, then skips what still comes, for a bounded
  // time.
  runtime::Task<void> linger();

  RawConnection raw() override { return {stream_, &receiver_.buffer()}; }
  net::Stream& stream() { return *stream_; }

 private:
  runtime::Task<bool> finish_previous();
  Result<bool> note_end(const net::Io& io, runtime::Wait outcome, bool was_idle);
  Time head_deadline();
  bool may_hold_more();
  Time io_deadline() const { return io_timeout_ > Duration::zero() ? reactor_->now() + io_timeout_ : runtime::kNever; }
  void begin_exchange(const RequestHead& head);
  Progress look_for_http2();
  void append_interim(const ResponseHead& head);

  runtime::Reactor* reactor_;
  net::Stream* stream_;
  const ServerOptions* options_;
  Receiver receiver_;
  RequestParser parser_;
  BodyDecoder body_;
  BodyWriter writer_;
  Violation violation_;
  Time head_deadline_ = runtime::kNever;
  runtime::Signal* on_drain_ = nullptr;
  bool wants_http2_ = false;
  bool knows_version_ = false;  // the first bytes were not HTTP/2's
  bool in_exchange_ = false;
  bool has_served_ = false;   // a request, at least
  bool client_left_ = false;  // between requests: it has had all that it asked for
  bool keep_alive_ = true;
  bool closing_ = false;       // no exchange after the next one
  bool draining_ = false;      // no exchange after the present one
  bool idle_ = false;          // waiting for a first byte
  bool continue_due_ = false;  // the client waits for "100 Continue"
  bool response_started_ = false;
  bool request_is_head_ = false;
  Duration io_timeout_;  // of the present exchange; 0: none
  TunnelKind wanted_ = TunnelKind::none;
  Version request_version_ = Version::http11;
};

// Awaited in place, so that a wait between requests costs no frame.
class ServerConnection::IdleWait {
 public:
  IdleWait(ServerConnection& connection, Time deadline)
      : connection_(&connection), awaiter_(connection.stream_->readable(deadline)) {}
  bool await_ready() { return awaiter_.await_ready(); }
  auto await_suspend(std::coroutine_handle<> waiting) { return awaiter_.await_suspend(waiting); }
  runtime::Wait await_resume() {
    connection_->idle_ = false;
    return awaiter_.await_resume();
  }

 private:
  ServerConnection* connection_;
  runtime::Readiness::Awaiter awaiter_;
};

inline ServerConnection::IdleWait ServerConnection::wait_idle(Time deadline) {
  idle_ = true;
  return {*this, deadline};
}

}  // namespace weft::http::h1
