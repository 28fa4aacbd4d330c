#include "http/h1/server_connection.h"

#include "http/h1/serialize.h"
#include "http/preface.h"
#include "runtime/next_turn.h"

namespace weft::http::h1 {
namespace {

// What a head that may not go on is answered with: the server is short of memory, the request may be a good one.
constexpr uint16_t kNoRoom = 503;

}  // namespace

ServerConnection::ServerConnection(runtime::Reactor& reactor, net::Stream& stream, const ServerOptions& options)
    : reactor_(&reactor),
      stream_(&stream),
      options_(&options),
      receiver_(stream),
      parser_(options.limits),
      body_(options.limits),
      writer_(stream),
      io_timeout_(options.io_timeout) {}

runtime::Task<Result<bool>> ServerConnection::next_request(RequestHead& head) {
  if (in_exchange_ && !co_await finish_previous()) co_return false;
  in_exchange_ = false;
  if (violation_) co_return false;
  if (draining_) stream_->readiness().mark_readable();  // the kernel itself is asked whether a request has come
  parser_.reset();
  head_deadline_ = runtime::kNever;
  bool has_more = !receiver_.buffer().empty();
  for (;;) {
    Progress progress = Progress::need_more;
    if (has_more) progress = knows_version_ ? Progress::done : look_for_http2();
    if (wants_http2_) co_return false;
    if (progress == Progress::done) progress = parser_.parse(receiver_.buffer().readable(), head);
    if (progress == Progress::done) {
      begin_exchange(head);
      co_return true;
    }
    if (progress == Progress::failed) {
      violation_ = parser_.violation();
      co_return fail(to_error(violation_));
    }
    if (!may_hold_more()) {
      violation_ = {kNoRoom, "memory is short"};
      receiver_.buffer().clear();
      receiver_.buffer().release();
      co_return fail(to_error(violation_));
    }
    const net::Io io = receiver_.try_fill();
    has_more = io.done();
    if (has_more) continue;
    const bool is_idle = receiver_.buffer().empty();
    if (io.would_block() && is_idle && draining_ && has_served_) co_return false;
    auto outcome = runtime::Wait::ready;
    if (io.would_block()) {
      idle_ = is_idle;
      outcome = co_await stream_->readable(head_deadline());
      idle_ = false;
      if (outcome == runtime::Wait::ready) continue;
    }
    co_return note_end(io, outcome, is_idle);
  }
}

bool ServerConnection::may_rest() {
  const bool is_between = !in_exchange_ || (keep_alive_ && response_is_done() && body_.is_done());
  if (!is_between || violation_ || draining_) return false;
  if (!receiver_.buffer().empty() || !writer_.pending().empty()) return false;
  // Where something may be there, only a read tells, which needs a buffer.
  return !stream_->readiness().may_be_readable() || (receiver_.buffer().capacity() > 0 && receiver_.is_quiet());
}

void ServerConnection::swap_buffers(Buffers& others) {
  WEFT_ASSERT(receiver_.buffer().empty() && writer_.pending().empty());
  std::swap(receiver_.buffer(), others.received);
  std::swap(writer_.pending(), others.unsent);
}

// HTTP/2's preface begins like a request head, so a part of it is waited for like one. Done: the bytes are HTTP/1's.
// Its first line is nobody else's: what is wrong behind it is for HTTP/2 to say (RFC 9113 3.4).
Progress ServerConnection::look_for_http2() {
  const std::string_view bytes = receiver_.buffer().readable();
  const bool may_be = options_->http2 == ServerOptions::Http2::noticed &&
                      kHttp2FirstLine.starts_with(bytes.substr(0, kHttp2FirstLine.size()));
  wants_http2_ = may_be && bytes.size() >= kHttp2FirstLine.size();
  knows_version_ = !may_be;
  return may_be ? Progress::need_more : Progress::done;
}

// From its first byte on, a head has a deadline of its own.
Time ServerConnection::head_deadline() {
  if (idle_) return reactor_->now() + options_->idle_timeout;
  if (head_deadline_ == runtime::kNever) head_deadline_ = reactor_->now() + options_->head_timeout;
  return head_deadline_;
}

// Asked when a head begins to be waited for, and when its buffer is about to grow.
bool ServerConnection::may_hold_more() {
  const ByteBuffer& buffer = receiver_.buffer();
  if (options_->guard == nullptr || buffer.empty()) return true;
  const bool is_first = head_deadline_ == runtime::kNever;
  const bool will_grow = buffer.capacity() - buffer.size() < Receiver::kReadBytesMin;
  return (!is_first && !will_grow) || options_->guard->allows(buffer.capacity());
}

// No more bytes of a head will come: that is fine between requests, and an error within one.
Result<bool> ServerConnection::note_end(const net::Io& io, runtime::Wait outcome, bool was_idle) {
  Error error{.reason = Reason::closed, .detail = "the client left within a request head"};
  if (outcome != runtime::Wait::ready)
    error = net::wait_error(outcome, "reading a request");
  else if (!io.at_end())
    error = system_error("reading a request", io.error);
  client_left_ = was_idle && io.at_end();
  if (was_idle && error.reason != Reason::reset) return false;
  if (error.reason == Reason::timed_out) violation_ = {408, "the request head did not arrive in time"};
  error.side = Side::client;
  return fail(std::move(error));
}

void ServerConnection::begin_exchange(const RequestHead& head) {
  receiver_.buffer().consume(parser_.consumed());
  body_.start(parser_.framing().body);
  in_exchange_ = has_served_ = true;
  io_timeout_ = options_->io_timeout;
  keep_alive_ = parser_.framing().keep_alive;
  continue_due_ = parser_.framing().expects_continue;
  response_started_ = false;
  request_is_head_ = head.is_head();
  request_version_ = head.version;
  wanted_ = framing().wants_upgrade ? TunnelKind::upgrade : TunnelKind::none;
  if (!head.is_connect()) return;
  // Whoever sends into a tunnel that is refused has sent no request: the connection ends, or it would be taken for one.
  wanted_ = TunnelKind::connect;
  keep_alive_ = false;
}

// The rest of a request's body must not be taken for a request: it is skipped if it is small, else the connection ends.
runtime::Task<bool> ServerConnection::finish_previous() {
  if (!keep_alive_ || !response_is_done()) co_return false;
  const Time deadline = reactor_->now() + options_->drain_timeout;
  for (size_t skipped = 0; !body_.is_done();) {
    if (continue_due_ || body_.remaining() > options_->drain_bytes_max) co_return false;
    const auto piece = receiver_.take(body_);
    if (!piece) co_return false;
    skipped += piece->data.size();
    if (skipped > options_->drain_bytes_max) co_return false;
    if (!piece->data.empty() || piece->is_last()) continue;
    const auto filled = co_await receiver_.fill(deadline);
    if (!filled || *filled == 0) co_return false;
  }
  co_return true;
}

Result<BodyPiece> ServerConnection::received_body() {
  return receiver_.take(body_);
}

runtime::Task<Result<BodyPiece>> ServerConnection::read_body() {
  for (;;) {
    auto piece = receiver_.take(body_);
    if (!piece || !piece->data.empty() || piece->is_last()) {
      continue_due_ = false;
      co_return piece;
    }
    if (std::exchange(continue_due_, false) && !response_started_) {
      writer_.pending().append("HTTP/1.1 100 Continue\r\n\r\n");
      WEFT_CO_CHECK(co_await writer_.flush(io_deadline()));
    }
    auto filled = co_await receiver_.fill(io_deadline());
    if (!filled) {
      filled.error().side = Side::client;
      co_return std::unexpected(std::move(filled).error());
    }
    if (*filled == 0) co_return fail(Reason::closed, "the client left within a request body", Side::client);
  }
}

// Not before the client has been told to go on.
BodyRun ServerConnection::request_run() {
  uint64_t* const left = receiver_.buffer().empty() && !continue_due_ ? body_.run() : nullptr;
  if (left == nullptr) return {};
  return {.stream = stream_, .left = left, .patience = io_timeout_, .side = Side::client};
}

BodyRun ServerConnection::response_run() {
  uint64_t* const left = response_started_ ? writer_.run() : nullptr;
  if (left == nullptr) return {};
  return {.stream = stream_, .left = left, .patience = io_timeout_, .side = Side::client};
}

void ServerConnection::start_response(const ResponseHead& head, BodyLength body) {
  if (head.is_informational() && head.status != 101) return append_interim(head);
  const bool is_tunnel = opens_tunnel(wanted_, head.status);
  const bool bodyless = is_tunnel || head.status == 101 || head.status == 204 || head.status == 304;
  if (bodyless)
    body = BodyLength::none();
  else if (body.kind == BodyKind::none && !request_is_head_)
    body = BodyLength::known(0);
  if (body.kind == BodyKind::chunked && request_version_ == Version::http10) body = BodyLength::until_close();
  // A client that still waits for 100 may or may not send the body after a final answer: nobody can tell.
  if (closing_ || continue_due_ || body.kind == BodyKind::until_close || !in_exchange_) keep_alive_ = false;
  Persistence persistence = request_version_ == Version::http10 ? Persistence::keep_alive : Persistence::silent;
  if (!keep_alive_) persistence = Persistence::close;
  if (is_tunnel) persistence = Persistence::silent;
  append_response_head(writer_.pending(), head, body, persistence);
  writer_.start(body, bodyless || request_is_head_ ? BodyWriter::Send::discard : BodyWriter::Send::body);
  response_started_ = true;
}

// HTTP/1.0 knows no interim responses (RFC 9110 15.2).
void ServerConnection::append_interim(const ResponseHead& head) {
  if (head.status == 100) continue_due_ = false;
  if (request_version_ == Version::http10) return;
  append_response_head(writer_.pending(), head, BodyLength::none(), Persistence::silent);
}

runtime::Task<Result<>> ServerConnection::write_body(std::string_view data, Part part) {
  const Time deadline = io_deadline();
  if (!response_started_) return writer_.flush(deadline);
  return writer_.write(data, part, deadline);
}

runtime::Task<Result<>> ServerConnection::write_trailers(const Headers& trailers) {
  return writer_.finish(trailers, io_deadline());
}

runtime::Task<Result<>> ServerConnection::refuse(uint16_t status, std::string_view text) {
  ResponseHead head;
  head.status = status;
  head.headers.add(HeaderId::content_type, "text/plain");
  keep_alive_ = false;
  if (!in_exchange_) {
    request_is_head_ = false;
    wanted_ = TunnelKind::none;
    request_version_ = Version::http11;
  }
  start_response(head, BodyLength::known(text.size()));
  co_return co_await write_body(text, Part::last);
}

void ServerConnection::drain() {
  draining_ = closing_ = true;
  if (idle_ && has_served_) stream_->readiness().mark_readable();  // looks once more before it gives up
  if (on_drain_ != nullptr) on_drain_->set();
}

runtime::Task<void> ServerConnection::until_hang_up() {
  for (;;) {
    const auto filled = co_await receiver_.fill(runtime::kNever);
    if (!filled || *filled == 0) co_return;
    // Someone who pipelines this much behind a stream wants no stream.
    if (receiver_.buffer().size() > options_->limits.head_bytes_max) co_return;
  }
}

runtime::Task<void> ServerConnection::linger() {
  if (client_left_) co_return;
  stream_->finish_writing();
  if (violation_.status == kNoRoom) co_return;  // skipping takes a buffer, too
  ByteBuffer& buffer = receiver_.buffer();
  if (body_.is_done() && !violation_ && receiver_.is_quiet()) co_return;
  const Time deadline = reactor_->now() + options_->drain_timeout;
  // Who goes on sending that long after an answer that ends the connection does not read it.
  constexpr size_t kLingerBytesMax = 4 << 20;
  for (size_t taken = 0; taken < kLingerBytesMax; taken += buffer.size()) {
    buffer.clear();
    const auto filled = co_await receiver_.fill(deadline);
    if (!filled || *filled == 0 || reactor_->now() >= deadline) co_return;
    co_await runtime::NextTurn(*reactor_);  // it never has to wait for a sender that is fast: the others come first
  }
}

}  // namespace weft::http::h1
