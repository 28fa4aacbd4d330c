#include "http/h2/client_stream.h"

#include <utility>

#include "base/strings.h"
#include "http/h2/client_session.h"
#include "http/h2/stream_pipe.h"

namespace weft::http::h2 {

ClientStream::ClientStream(ClientSession& session) : Stream(session, Side::endpoint) {
  memory_->response.version = Version::http2;
}

ClientStream::~ClientStream() {
  if (session_ != nullptr) static_cast<ClientSession*>(session_)->forget(*this);
  abandon(ErrorCode::cancel);
}

runtime::Task<Result<>> ClientStream::until_upgradable() {
  while (!failure_ && session_ != nullptr && !session_->framing().knows_peer()) {
    const auto outcome = co_await reader_.wait(deadline_);
    if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("waiting for an HTTP/2 peer's settings"));
  }
  if (failure_) co_return fail(*failure_);
  if (session_ != nullptr && session_->framing().peer_takes_connect_protocol()) co_return Result<>{};
  co_return fail(Reason::unsupported, "the endpoint takes no extended CONNECT (RFC 8441)", Side::endpoint);
}

void ClientStream::start_request(const RequestHead& head, BodyLength body) {
  start_request(head, body.is_empty() ? MessageBody::none : MessageBody::follows);
}

void ClientStream::start_request(const RequestHead& head, MessageBody body) {
  asked_by_head_ = head.is_head();
  protocol_ = head.headers.get(HeaderId::upgrade).value_or("");
  if (!protocol_.empty()) wanted_ = TunnelKind::upgrade;
  if (head.is_connect()) wanted_ = TunnelKind::connect;
  if (wanted_ != TunnelKind::none) body = MessageBody::follows;
  finished_ = body == MessageBody::none;
  if (session_ == nullptr || failure_) return;
  auto submitted = session_->framing().submit(head, body, *this);
  if (!submitted) return fail_with(std::move(submitted).error());
  session_->pump();
}

runtime::Task<Result<>> ClientStream::write_body(std::string_view data, Part part) {
  if (failure_) co_return fail(*failure_);
  if (finished_ || wanted_ != TunnelKind::none)
    co_return Result<>{};  // the end of a body that the head had announced as empty
  co_return co_await write(data, deadline_, part);
}

runtime::Task<Result<>> ClientStream::write_trailers(const Headers& trailers) {
  if (failure_) co_return fail(*failure_);
  if (!finished_) finish(trailers);
  co_return Result<>{};
}

runtime::Task<Result<>> ClientStream::receive_head(Time deadline) {
  while (section_ == Section::head) {
    if (failure_) co_return fail(*failure_);
    const auto outcome = co_await reader_.wait(deadline);
    if (outcome == runtime::Wait::timed_out) co_return fail(timed_out("waiting for an HTTP/2 response"));
  }
  co_return Result<>{};
}

// Interim heads are passed over: an endpoint's 100 is ours to answer, and clients can do without the others.
runtime::Task<Result<>> ClientStream::read_head(ResponseHead& head) {
  WEFT_CO_CHECK(co_await receive_head(deadline_));
  std::swap(head, memory_->response);
  if (wanted_ != TunnelKind::none) settle_tunnel(head);
  co_return Result<>{};
}

// RFC 8441 5: a success is what HTTP/1.1 has as 101. A tunnel's head announces no length (RFC 9110 9.3.6); to one that
// was refused there is no more to be said.
void ClientStream::settle_tunnel(ResponseHead& head) {
  is_tunnel_ = opens_tunnel(TunnelKind::connect, head.status);
  if (!is_tunnel_) return finish();
  head.headers.remove(HeaderId::content_length);
  if (wanted_ != TunnelKind::upgrade) return;
  head.status = 101;
  head.headers.set(HeaderId::upgrade, protocol_);
}

runtime::Task<Result<BodyPiece>> ClientStream::read_body() {
  if (is_tunnel_) co_return BodyPiece{.part = Part::last};
  co_return co_await read_piece(deadline_);
}

Result<BodyPiece> ClientStream::received_body() {
  if (is_tunnel_) return BodyPiece{.part = Part::last};
  return received_piece();
}

RawConnection ClientStream::raw() {
  return is_tunnel_ ? RawConnection{&pipe(), nullptr} : RawConnection();
}

BodyLength ClientStream::response_length() const {
  if (is_tunnel_) return BodyLength::none();
  return is_bare() && length_.kind == BodyKind::chunked ? BodyLength::known(0) : length_;
}

void ClientStream::cancel() {
  give_up(ErrorCode::cancel);
  fail_with({.reason = Reason::cancelled, .detail = "the HTTP/2 stream was cancelled"});
}

bool ClientStream::on_head_field(const hpack::DecodedField& field) {
  if (field.kind.pseudo == hpack::Pseudo::none) {
    memory_->response.headers.add_parsed({field.name, field.value, field.kind.id, field.indexing});
    return true;
  }
  memory_->response.status = static_cast<uint16_t>(parse_unsigned(field.value).value_or(0));
  if (!memory_->response.is_informational() || ++informational_ <= kInformationalMax) return true;
  fail_with({.reason = Reason::too_large, .detail = "too many informational responses", .side = Side::endpoint});
  return false;
}

bool ClientStream::on_head_end() {
  if (memory_->response.is_informational()) {
    memory_->response.headers.clear();
    return false;
  }
  length_ = announced_length(memory_->response.headers);
  if (asked_by_head_ || memory_->response.status == 204 || memory_->response.status == 304)
    length_ = BodyLength::none();
  return true;
}

}  // namespace weft::http::h2
