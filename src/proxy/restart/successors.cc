#include "proxy/restart/successors.h"

#include <unistd.h>

#include "base/log.h"
#include "proxy/restart/messages.h"
#include "runtime/signal.h"

namespace weft::proxy::restart {
namespace {

constexpr Duration kAcceptPause = std::chrono::milliseconds(50);
// For everything but the wait for a configuration, which takes as long as the control plane does.
constexpr Duration kStepTime = std::chrono::seconds(10);

runtime::Task<Result<>> expect(net::MessageSocket& socket, std::string_view word, Time deadline) {
  WEFT_CO_TRY(const auto message, co_await socket.receive(deadline));
  if (message.bytes == word) co_return Result<>();
  co_return fail(Reason::malformed, "expected '" + std::string(word) + "', not '" + message.bytes.substr(0, 100) + "'");
}

}  // namespace

Result<std::unique_ptr<Successors>> Successors::open(runtime::Reactor& reactor, const net::Address& at, uint32_t epoch,
                                                     net::ListeningSockets& sockets, Estate& estate) {
  WEFT_TRY(auto door, sockets.messages(at));
  return std::unique_ptr<Successors>(new Successors(reactor, at, std::move(door), epoch, estate));
}

Successors::Successors(runtime::Reactor& reactor, net::Address at, net::Fd door, uint32_t epoch, Estate& estate)
    : reactor_(&reactor),
      at_(std::move(at)),
      door_(std::make_unique<net::Listener>(reactor, std::move(door))),
      epoch_(epoch),
      estate_(&estate),
      gate_(reactor) {}

// In the end the socket is let go of, or this process would be woken in place of its successor.
runtime::Task<void> Successors::accept_all() {
  while (!door_->is_cancelled()) {
    auto connection = co_await door_->accept_socket();
    if (connection) runtime::spawn(gate_, attend(*std::move(connection)));
    if (!connection && !door_->is_cancelled()) co_await runtime::sleep_for(*reactor_, kAcceptPause);
  }
  door_.reset();
}

runtime::Task<void> Successors::attend(net::Fd connection) {
  Candidate candidate(*reactor_, std::move(connection));
  candidates_.push_back(candidate);
  if (!co_await expect(candidate.socket, kTakeOver, reactor_->now() + kStepTime) || !admit(candidate)) co_return;
  const auto followed = co_await hand_over(candidate);
  if (present_ == &candidate) {
    present_ = nullptr;
    is_decided_ = followed.has_value();
  }
  if (followed) {
    (void)co_await candidate.socket.receive();  // held, so that the successor sees when this process has ended
  } else {
    log::warn("a process that came to take over has failed: {}", followed.error().detail);
  }
}

// Whoever is not admitted while another one is being followed looks again, and finds that one here.
bool Successors::admit(Candidate& candidate) {
  const auto user = candidate.socket.peer_user();
  if (!user || *user != geteuid()) {
    log::warn("a process of another user wanted to take over");
    return false;
  }
  if (is_decided_) return false;
  if (present_ != nullptr) {
    (void)present_->socket.try_send(kSuperseded);
    present_->socket.cancel();
  }
  present_ = &candidate;
  return true;
}

runtime::Task<Result<>> Successors::hand_over(Candidate& candidate) {
  net::MessageSocket& socket = candidate.socket;
  WEFT_CO_CHECK(co_await send_sockets(candidate));
  WEFT_CO_CHECK(co_await expect(socket, kReady, runtime::kNever));
  is_decided_ = true;
  WEFT_CO_CHECK(co_await socket.send(kGo, {}, reactor_->now() + kStepTime));
  WEFT_CO_CHECK(co_await expect(socket, kServing, reactor_->now() + kStepTime));
  door_->cancel();  // the successor has it, too
  co_await estate_->release();
  (void)socket.try_send(kReleased);
  co_return Result<>();
}

runtime::Task<Result<>> Successors::send_sockets(Candidate& candidate) {
  auto offered = estate_->sockets();
  offered.push_back({net::SocketKind::messages, at_, door_->fd()});
  for (const net::OfferedSocket& socket : offered) {
    const std::string name = to_message({socket.kind, socket.at});
    WEFT_CO_CHECK(co_await candidate.socket.send(name, {&socket.fd, 1}, reactor_->now() + kStepTime));
  }
  const std::string last = complete_message(epoch_);
  co_return co_await candidate.socket.send(last, {}, reactor_->now() + kStepTime);
}

runtime::Task<void> Successors::close() {
  if (door_) door_->cancel();
  runtime::IntrusiveList<Candidate> leaving;
  leaving.take(candidates_);
  while (!leaving.empty()) {
    Candidate& candidate = leaving.pop_front();
    candidates_.push_back(candidate);
    candidate.socket.cancel();
  }
  co_await gate_.close();
}

}  // namespace weft::proxy::restart
