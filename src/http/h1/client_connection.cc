#include "http/h1/client_connection.h"

#include <cerrno>

#include <sys/socket.h>

#include "http/h1/serialize.h"
#include "http/tunnel_kind.h"
#include "runtime/end_of_turn.h"

namespace weft::http::h1 {

ClientConnection::ClientConnection(net::Stream& stream, const ClientOptions& options)
    : stream_(&stream),
      options_(&options),
      receiver_(stream),
      parser_(options.limits),
      body_(options.limits),
      writer_(stream) {}

void ClientConnection::start_request(const RequestHead& head, BodyLength body) {
  method_ = head.method;
  informational_ = 0;
  response_begun_ = response_final_ = tunnel_ = false;
  parser_.reset();
  append_request_head(writer_.pending(), head, body, Persistence::silent);
  writer_.start(body);
}

runtime::Task<Result<>> ClientConnection::write_body(std::string_view data, Part part) {
  if (writer_.begins()) co_await runtime::EndOfTurn(stream_->readiness().reactor());
  auto written = writer_.try_write(data, part);
  if (!written) co_return fail(lost(std::move(written).error()));
  if (*written) co_return Result<>{};
  auto rest = co_await writer_.write_rest(deadline_);
  if (!rest) co_return fail(lost(std::move(rest).error()));
  co_return rest;
}

runtime::Task<Result<>> ClientConnection::write_trailers(const Headers& trailers) {
  auto written = co_await writer_.finish(trailers, deadline_);
  if (!written) co_return fail(lost(std::move(written).error()));
  co_return written;
}

runtime::Task<Result<>> ClientConnection::flush() {
  return writer_.flush(deadline_);
}

runtime::Task<Result<>> ClientConnection::read_head(ResponseHead& head) {
  parser_.reset();
  bool has_more = !receiver_.buffer().empty();
  for (;;) {
    if (has_more) {
      WEFT_CO_TRY(const bool complete, parse_head(head));
      if (complete) co_return Result<>{};
    }
    const net::Io io = receiver_.try_fill();
    has_more = io.done();
    if (has_more) continue;
    if (io.at_end())
      co_return fail(lost({.reason = Reason::closed, .detail = "the endpoint closed without a response"}));
    if (!io.would_block()) co_return fail(lost(system_error("reading", io.error)));
    const auto outcome = co_await stream_->readable(deadline_);
    if (outcome != runtime::Wait::ready) co_return fail(lost(net::wait_error(outcome, "reading a response")));
  }
}

Result<bool> ClientConnection::parse_head(ResponseHead& head) {
  response_begun_ = true;
  const Progress progress = parser_.parse(receiver_.buffer().readable(), method_, head);
  if (progress == Progress::need_more) return false;
  if (progress == Progress::failed) return fail(broken(parser_.violation()));
  receiver_.buffer().consume(parser_.consumed());
  tunnel_ = opens_tunnel(method_ == "CONNECT" ? TunnelKind::connect : TunnelKind::upgrade, head.status);
  response_final_ = tunnel_ || !head.is_informational();
  if (!response_final_ && ++informational_ > options_->informational_max) {
    return fail(broken({400, "too many informational responses"}));
  }
  body_.start(parser_.framing().body);
  return true;
}

Result<BodyPiece> ClientConnection::received_body() {
  auto piece = receiver_.take(body_);
  if (!piece) return fail(broken(body_.violation()));
  return piece;
}

runtime::Task<Result<BodyPiece>> ClientConnection::read_body() {
  for (;;) {
    auto piece = received_body();
    if (!piece || !piece->data.empty() || piece->is_last()) co_return piece;
    auto filled = co_await receiver_.fill(deadline_);
    if (!filled) co_return fail(lost(std::move(filled).error()));
    if (*filled > 0) continue;
    if (body_.finish_at_close()) co_return BodyPiece{.part = Part::last};
    co_return fail(lost({.reason = Reason::closed, .detail = "the endpoint closed within a response"}));
  }
}

BodyRun ClientConnection::request_run() {
  uint64_t* const left = writer_.run();
  if (left == nullptr) return {};
  return {.stream = stream_, .left = left, .deadline = deadline_, .side = Side::endpoint};
}

BodyRun ClientConnection::response_run() {
  uint64_t* const left = receiver_.buffer().empty() ? body_.run() : nullptr;
  if (left == nullptr) return {};
  return {.stream = stream_, .left = left, .deadline = deadline_, .side = Side::endpoint};
}

bool ClientConnection::reusable() const {
  return response_final_ && !tunnel_ && body_.is_done() && writer_.is_done() && parser_.framing().keep_alive &&
         receiver_.buffer().empty() && !stream_->readiness().has_hung_up() && !stream_->readiness().is_cancelled();
}

// A socket that got the peer's end and then, for what was sent, a reset is in this state (tcp(7), EPIPE): the peer had
// closed before our bytes came, so nobody has read them.
bool ClientConnection::was_unread() const {
  if (response_begun_ || stream_->socket() < 0) return false;
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(stream_->socket(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == EPIPE;
}

bool ClientConnection::is_quiet() {
  return receiver_.is_quiet();
}

// The stream broke. Before any byte of the response, a closed or reset connection most often was an idle one that the
// endpoint had given up: another connection may well work.
Error ClientConnection::lost(Error error) const {
  error.side = Side::endpoint;
  const bool given_up = error.reason == Reason::closed || error.reason == Reason::reset;
  error.retry = given_up && !response_begun_ ? Retry::safe : Retry::unsafe;
  return error;
}

Error ClientConnection::broken(const Violation& violation) const {
  Error error = to_error(violation);
  error.side = Side::endpoint;
  return error;
}

}  // namespace weft::http::h1
