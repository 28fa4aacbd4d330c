#include "http/h2/server_stream.h"

#include "base/strings.h"
#include "http/h2/server_connection.h"

namespace weft::http::h2 {

ServerStream::ServerStream(ServerConnection& connection, int32_t id, const Settings& settings, Duration io_timeout)
    : Stream(connection, Side::client, settings), connection_(&connection), io_timeout_(io_timeout) {
  id_ = id;
  head_.clear();
  head_.path.clear();
  head_.version = Version::http2;
}

ServerStream::~ServerStream() {
  abandon(ErrorCode::internal_error);
}

Time ServerStream::io_deadline() const {
  return reactor_->now() + io_timeout_;
}

BodyLength ServerStream::request_length() const {
  return is_bare() ? BodyLength::none() : length_;
}

bool ServerStream::on_head_field(std::string_view name, std::string_view value) {
  if (name.starts_with(':')) {
    if (name == ":method") head_.method = value;
    if (name == ":scheme") head_.scheme = value;
    if (name == ":authority") head_.authority = value;
    if (name == ":path") head_.path = value;
    return true;
  }
  const HeaderId id = header_id(name);
  if (id == HeaderId::cookie && head_.headers.has(id)) {
    join_cookie(value);
    return true;
  }
  // One authority for routing, policy and forwarding: `host` may only repeat it.
  if (id == HeaderId::host) {
    if (head_.authority.empty()) head_.authority = value;
    return equal_ignoring_case(head_.authority, value);
  }
  head_.headers.add(name, value);
  return true;
}

// Crumbs become one field again before anything that is not HTTP/2 sees them (RFC 9113 8.2.3).
void ServerStream::join_cookie(std::string_view crumb) {
  std::string whole(*head_.headers.get(HeaderId::cookie));
  whole.append("; ").append(crumb);
  head_.headers.set(HeaderId::cookie, whole);
}

bool ServerStream::on_head_end() {
  length_ = announced_length(head_.headers);
  asked_by_head_ = head_.is_head();
  connection_->note_request(*this);
  return true;
}

void ServerStream::on_closed(uint32_t error_code) {
  Stream::on_closed(error_code);
  if (released_ || !dispatched_) connection_->discard(*this);
}

// What is left of a body that nobody reads is passed over, up to a bound.
void ServerStream::on_data(std::string_view bytes) {
  if (!released_) return Stream::on_data(bytes);
  session_->framing().consumed(id_, bytes.size());
  passed_over_ += bytes.size();
  if (passed_over_ > kPassedOverMax) session_->framing().reset(id_, ErrorCode::no_error);  // RFC 9113 8.1
}

void ServerStream::start_response(const ResponseHead& head, BodyLength body) {
  if (session_ == nullptr || closed_) return;
  if (head.is_informational()) {
    (void)session_->framing().respond(id_, head, MessageBody::follows);
    return session_->pump();
  }
  const bool sends_nothing = asked_by_head_ || head.status == 204 || head.status == 304;
  const bool has_body = !sends_nothing && !body.is_empty();
  auto responded = session_->framing().respond(id_, head, has_body ? MessageBody::follows : MessageBody::none);
  if (!responded) return fail_with(std::move(responded).error());
  started_ = true;
  finished_ = !has_body;
  session_->pump();
}

runtime::Task<Result<>> ServerStream::write_body(std::string_view data, Part part) {
  if (failure_ && !ended_) co_return fail(*failure_);
  if (closed_ && !finished_) co_return fail(Reason::reset, "the client has reset its HTTP/2 stream", Side::client);
  if (!started_ || finished_) co_return Result<>{};
  WEFT_CO_CHECK(co_await write(data, io_deadline()));
  if (part == Part::last) finish();
  co_return Result<>{};
}

runtime::Task<Result<>> ServerStream::write_trailers(const Headers& trailers) {
  if (started_ && !finished_) finish(trailers);
  co_return Result<>{};
}

void ServerStream::break_off() {
  if (session_ == nullptr || closed_) return;
  session_->framing().reset(id_, ErrorCode::internal_error);
  session_->pump();
}

void ServerStream::cancel_when_client_leaves(runtime::CancelTarget* other) {
  client_left_.set_target(other);
  if (other != nullptr && closed_ && !(ended_ && finished_)) client_left_.fire();
}

void ServerStream::release() {
  released_ = true;
  client_left_.set_target(nullptr);
  if (session_ != nullptr && !closed_) {
    if (!response_is_done()) session_->framing().reset(id_, ErrorCode::internal_error);
    session_->pump();
  }
  if (closed_) connection_->discard(*this);
}

}  // namespace weft::http::h2
