#include "http/h2/server_connection.h"

#include <utility>

namespace weft::http::h2 {

ServerConnection::ServerConnection(runtime::Reactor& reactor, net::Stream& stream, const ServerOptions& options,
                                   RequestHandler& handler)
    : Session(reactor, stream, Role::server, options.settings, this, options.memory, options.guard),
      options_(&options),
      handler_(&handler),
      idle_since_(reactor.now()) {}

ServerConnection::~ServerConnection() {
  lose_streams({.reason = Reason::closed, .detail = "the HTTP/2 connection has ended"});
}

runtime::Task<Error> ServerConnection::run(ByteBuffer early) {
  return move_bytes(std::move(early));
}

// Those that are being torn down count, too: who resets its requests at once has no more of them than others.
FramedStream* ServerConnection::on_stream() {
  if (streams_ >= options_->settings.streams_max) return nullptr;
  auto* stream = new ServerStream(*this, options_->io_timeout);
  open_.push_back(*stream);
  ++streams_;
  return stream;
}

void ServerConnection::note_request(ServerStream& stream) {
  ready_.push_back(stream);
}

// Requests are handed over when nobody is within Framing any more: their handlers may write at once.
void ServerConnection::on_received() {
  while (!ready_.empty()) {
    ServerStream& stream = ready_.pop_front();
    open_.push_back(stream);
    stream.dispatched_ = true;
    handler_->on_request(stream);
  }
}

void ServerConnection::discard(ServerStream& stream) {
  delete &stream;
  if (--streams_ == 0) idle_since_ = reactor().now();
}

void ServerConnection::lose_streams(const Error& why) {
  runtime::IntrusiveList<ServerStream> lost;
  lost.take(ready_);
  while (!lost.empty()) discard(lost.pop_front());
  lost.take(open_);
  while (!lost.empty()) {
    ServerStream& stream = lost.pop_front();
    stream.lose_session(why);
    if (stream.released_ || !stream.dispatched_) {
      discard(stream);
    } else {
      open_.push_back(stream);
    }
  }
}

void ServerConnection::drain() {
  if (draining_ || has_ended()) return;
  draining_ = true;
  framing().announce_leaving();
  pump();
}

void ServerConnection::finish() {
  if (has_ended()) return;
  framing().finish_streams();
  pump();
}

Time ServerConnection::read_deadline() const {
  return streams_ > 0 ? reactor().now() + options_->idle_timeout : idle_since_ + options_->idle_timeout;
}

bool ServerConnection::goes_on_when_quiet() {
  if (streams_ > 0) return true;
  framing().go_away();
  say_goodbye();
  return false;
}

}  // namespace weft::http::h2
