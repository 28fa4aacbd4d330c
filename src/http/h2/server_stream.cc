#include "http/h2/server_stream.h"

#include "base/strings.h"
#include "http/h2/server_connection.h"
#include "http/h2/stream_pipe.h"

namespace weft::http::h2 {

ServerStream::ServerStream(ServerConnection& connection, Duration io_timeout)
    : Stream(connection, Side::client), connection_(&connection), io_timeout_(io_timeout) {
  head().version = Version::http2;
}

ServerStream::~ServerStream() {
  abandon(ErrorCode::internal_error);
}

Time ServerStream::io_deadline() const {
  return io_timeout_ > Duration::zero() ? reactor_->now() + io_timeout_ : runtime::kNever;
}

runtime::Task<Result<BodyPiece>> ServerStream::read_body() {
  if (wanted_ != TunnelKind::none) co_return BodyPiece{.part = Part::last};
  co_return co_await read_piece(io_deadline());
}

Result<BodyPiece> ServerStream::received_body() {
  if (wanted_ != TunnelKind::none) return BodyPiece{.part = Part::last};
  return received_piece();
}

BodyLength ServerStream::request_length() const {
  return wanted_ != TunnelKind::none || is_bare() ? BodyLength::none() : length_;
}

bool ServerStream::on_head_field(const hpack::DecodedField& field) {
  switch (field.kind.pseudo) {
    case hpack::Pseudo::method:
      head().method = field.value;
      return true;
    case hpack::Pseudo::scheme:
      head().scheme = field.value;
      return true;
    case hpack::Pseudo::authority:
      head().authority = field.value;
      return true;
    case hpack::Pseudo::path:
      head().path = field.value;
      return true;
    case hpack::Pseudo::protocol:
      head().headers.set(HeaderId::upgrade, field.value);
      return true;
    default:
      return on_plain_field(field);
  }
}

bool ServerStream::on_plain_field(const hpack::DecodedField& field) {
  const HeaderId id = field.kind.id;
  // One authority for routing, policy and forwarding: `host` may only repeat it.
  if (id == HeaderId::host) {
    if (head().authority.empty()) head().authority = field.value;
    return equal_ignoring_case(head().authority, field.value);
  }
  if (id == HeaderId::cookie && head().headers.has(id)) {
    join_cookie(field.value);
  } else {
    head().headers.add_parsed({field.name, field.value, id, field.indexing});
  }
  return true;
}

// Crumbs become one field again before anything that is not HTTP/2 sees them (RFC 9113 8.2.3).
void ServerStream::join_cookie(std::string_view crumb) {
  std::string whole(*head().headers.get(HeaderId::cookie));
  whole.append("; ").append(crumb);
  head().headers.set(HeaderId::cookie, whole);
}

bool ServerStream::on_head_end() {
  if (head().is_connect()) ask_for_tunnel();
  length_ = announced_length(head().headers);
  asked_by_head_ = head().is_head();
  connection_->note_request(*this);
  return true;
}

// RFC 8441 5: what HTTP/1.1 has as a GET with an Upgrade field.
void ServerStream::ask_for_tunnel() {
  const bool upgrades = head().headers.has(HeaderId::upgrade);
  wanted_ = upgrades ? TunnelKind::upgrade : TunnelKind::connect;
  if (upgrades) {
    head().method = "GET";
  } else {
    head().path.clear();
  }
}

void ServerStream::on_closed(ErrorCode code) {
  Stream::on_closed(code);
  leave_if_unwanted();
}

void ServerStream::on_broken(Error why) {
  Stream::on_broken(std::move(why));
  leave_if_unwanted();
}

// Nobody holds a stream that its handler never had, or has released.
void ServerStream::leave_if_unwanted() {
  if (released_ || !dispatched_) connection_->discard(*this);
}

// What is left of a body that nobody reads is passed over, up to a bound.
void ServerStream::on_data(std::string_view bytes) {
  if (!released_) return Stream::on_data(bytes);
  session_->framing().consumed(*this, bytes.size());
  passed_over_ += bytes.size();
  if (passed_over_ <= kPassedOverMax) return;
  give_up(ErrorCode::no_error);  // RFC 9113 8.1
  connection_->discard(*this);
}

void ServerStream::start_response(const ResponseHead& head, BodyLength body) {
  if (session_ == nullptr || closed_) return;
  if (!head.is_informational() || head.status == 101) {
    const bool sends_nothing = asked_by_head_ || head.status == 204 || head.status == 304;
    started_ = true;
    is_tunnel_ = opens_tunnel(wanted_, head.status);
    finished_ = !is_tunnel_ && (sends_nothing || body.is_empty());
  }
  session_->framing().respond(*this, head, finished_ ? MessageBody::none : MessageBody::follows);
  session_->pump();
}

runtime::Task<Result<>> ServerStream::write_body(std::string_view data, Part part) {
  if (failure_ && !ended_) co_return fail(*failure_);
  if (closed_ && !finished_) co_return fail(Reason::reset, "the client has reset its HTTP/2 stream", Side::client);
  if (!started_ || finished_ || is_tunnel_) co_return Result<>{};
  co_return co_await write(data, io_deadline(), part);
}

runtime::Task<Result<>> ServerStream::write_trailers(const Headers& trailers) {
  if (started_ && !finished_) finish(trailers);
  co_return Result<>{};
}

// RFC 9113 8.5: a tunnel that broke is a CONNECT_ERROR.
void ServerStream::break_off() {
  give_up(is_tunnel_ ? ErrorCode::connect_error : ErrorCode::internal_error);
}

RawConnection ServerStream::raw() {
  return is_tunnel_ ? RawConnection{&pipe(), nullptr} : RawConnection();
}

void ServerStream::cancel_when_client_leaves(runtime::CancelTarget* other) {
  client_left_.set_target(other);
  if (other != nullptr && closed_ && !(ended_ && finished_)) client_left_.fire();
}

void ServerStream::release() {
  released_ = true;
  client_left_.set_target(nullptr);
  if (!response_is_done() || is_tunnel_) break_off();
  if (closed_) connection_->discard(*this);
}

}  // namespace weft::http::h2
