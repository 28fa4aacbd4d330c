#include "proxy/restart/predecessor.h"

#include <unistd.h>

#include "base/log.h"
#include "proxy/restart/messages.h"

namespace weft::proxy::restart {
namespace {

// A process that is just being taken over by another one closes the connection; a moment later its successor answers.
constexpr Duration kFindTime = std::chrono::seconds(5);
constexpr Duration kFindPause = std::chrono::milliseconds(20);
// Opening and closing doors takes milliseconds; a predecessor that does not answer is left to itself.
constexpr Duration kAnswerTime = std::chrono::seconds(10);

bool is_nobody(const Error& error) {
  return error.reason == Reason::not_found || error.reason == Reason::refused;
}

}  // namespace

Predecessor::Predecessor(runtime::Reactor& reactor, std::unique_ptr<net::MessageSocket> socket)
    : reactor_(&reactor),
      socket_(std::move(socket)),
      may_follow_(reactor),
      released_(reactor),
      superseded_(reactor),
      ended_(reactor),
      gate_(reactor) {}

runtime::Task<Result<std::unique_ptr<Predecessor>>> Predecessor::find(runtime::Reactor& reactor, net::Address at,
                                                                      net::ListeningSockets& sockets) {
  const Time limit = reactor.now() + kFindTime;
  for (;;) {
    auto socket = net::MessageSocket::connect(reactor, at);
    if (!socket && is_nobody(socket.error())) co_return nullptr;
    if (!socket) co_return fail(std::move(socket).error());
    WEFT_CO_TRY(const uid_t user, (*socket)->peer_user());
    if (user != geteuid()) co_return fail(Reason::denied, at.to_string() + " belongs to another user's process");
    std::unique_ptr<Predecessor> predecessor(new Predecessor(reactor, *std::move(socket)));
    auto received = co_await predecessor->receive_sockets(sockets);
    if (received) {
      runtime::spawn(predecessor->gate_, predecessor->listen());
      co_return predecessor;
    }
    sockets.forget_inherited();
    if (received.error().reason != Reason::closed || reactor.now() >= limit) {
      co_return fail(std::move(received.error()).during("taking over from the process at " + at.to_string()));
    }
    co_await runtime::sleep_for(reactor, kFindPause);
  }
}

runtime::Task<Result<>> Predecessor::receive_sockets(net::ListeningSockets& sockets) {
  const Time limit = reactor_->now() + kAnswerTime;
  WEFT_CO_CHECK(co_await socket_->send(kTakeOver, {}, limit));
  for (;;) {
    WEFT_CO_TRY(auto message, co_await socket_->receive(limit));
    if (message.descriptors.empty()) {
      WEFT_CO_TRY(epoch_, parse_complete(message.bytes));
      co_return Result<>();
    }
    WEFT_CO_TRY(auto name, parse_socket(message.bytes));
    sockets.inherit({name.kind, std::move(name.at), std::move(message.descriptors.front())});
  }
}

// Hears all that it says from now on.
runtime::Task<void> Predecessor::listen() {
  for (;;) {
    const auto message = co_await socket_->receive();
    if (!message) break;
    if (message->bytes == kGo) may_follow_.set();
    if (message->bytes == kReleased) released_.set();
    if (message->bytes == kSuperseded) superseded_.set();
  }
  end();
}

// Whoever has gone does not mind.
void Predecessor::end() {
  ended_.set();
  may_follow_.set();
  released_.set();
}

runtime::Task<Result<>> Predecessor::ask_to_follow() {
  (void)co_await socket_->send(kReady, {}, reactor_->now() + kAnswerTime);
  const auto answered = co_await may_follow_.wait(reactor_->now() + kAnswerTime);
  if (superseded_.is_set()) co_return fail(Reason::conflict, "another process has come to take over");
  if (answered != runtime::Wait::ready) co_return fail(Reason::timed_out, "the process to take over from is stuck");
  co_return Result<>();
}

runtime::Task<void> Predecessor::relieve() {
  (void)co_await socket_->send(kServing, {}, reactor_->now() + kAnswerTime);
  if (co_await released_.wait(reactor_->now() + kAnswerTime) != runtime::Wait::ready) {
    log::warn("the process that was taken over still accepts connections");
  }
}

runtime::Task<void> Predecessor::close() {
  socket_->cancel();
  co_await gate_.close();
}

}  // namespace weft::proxy::restart
