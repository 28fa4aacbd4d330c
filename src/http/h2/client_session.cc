#include "http/h2/client_session.h"

#include <utility>

namespace weft::http::h2 {

ClientSession::ClientSession(runtime::Reactor& reactor, std::unique_ptr<net::Stream> stream,
                             const ClientOptions& options)
    : Session(reactor, *stream, Role::client, options.settings, nullptr, options.memory),
      owned_(std::move(stream)),
      options_(options),
      gate_(reactor),
      received_at_(reactor.now()) {}

ClientSession::~ClientSession() {
  lose_streams({.reason = Reason::closed, .detail = "the HTTP/2 session has ended"});
}

runtime::Task<Error> ClientSession::run() {
  const auto inside = gate_.enter();
  co_return co_await move_bytes({});
}

std::unique_ptr<ClientStream> ClientSession::new_stream() {
  auto stream = std::make_unique<ClientStream>(*this);
  if (has_ended()) {
    stream->lose_session(*Session::end());
  } else {
    streams_.push_back(*stream);
    ++count_;
  }
  return stream;
}

Result<std::unique_ptr<ClientStream>> ClientSession::open(const RequestHead& head, MessageBody body) {
  if (const auto& why = Session::end())
    return fail(Reason::unavailable, "the HTTP/2 session has ended: " + why->detail, why->side, Retry::safe);
  auto stream = new_stream();
  stream->start_request(head, body);
  if (stream->failure_) return fail(*stream->failure_);
  return stream;
}

runtime::Task<void> ClientSession::close() {
  end();
  co_await gate_.close();
}

void ClientSession::end() {
  if (has_ended()) return;
  framing().go_away();
  say_goodbye();
  end_with({.reason = Reason::cancelled, .detail = "the HTTP/2 session was closed"});
}

void ClientSession::on_received() {
  received_at_ = reactor().now();
  if (knows_peer_ || !framing().knows_peer()) return;
  knows_peer_ = true;
  for (size_t left = count_; left > 0; --left) {
    ClientStream& stream = streams_.pop_front();
    streams_.push_back(stream);
    stream.reader_.wake(runtime::Wait::ready);  // it may wait for this
  }
}

void ClientSession::forget(ClientStream& stream) {
  streams_.erase(stream);
  --count_;
}

void ClientSession::lose_streams(const Error& why) {
  while (!streams_.empty()) streams_.pop_front().lose_session(why);
  count_ = 0;
}

Time ClientSession::read_deadline() const {
  if (options_.keepalive <= Duration::zero()) return runtime::kNever;
  return probed_at_ ? *probed_at_ + options_.keepalive_answer : received_at_ + options_.keepalive;
}

// RFC 9113 6.7: a PING answered proves the peer alive; any byte does.
bool ClientSession::goes_on_when_quiet() {
  if (reactor().now() < received_at_ + options_.keepalive) return true;
  if (probed_at_ && received_at_ < *probed_at_) {
    end_with({.reason = Reason::timed_out, .detail = "the peer did not answer a PING", .side = Side::endpoint});
    return true;
  }
  probed_at_ = reactor().now();
  framing().ping();
  pump();
  return true;
}

}  // namespace weft::http::h2
