#include "net/tunnel.h"

#include <algorithm>

#include "net/conveyor.h"
#include "runtime/next_turn.h"
#include "runtime/signal.h"

namespace weft::net {
namespace {

using runtime::Wait;

// What both directions of one tunnel know of each other.
struct Both {
  runtime::Reactor& reactor;
  TunnelLimits limits;
  Time last_moved;
  TunnelEnding ending = TunnelEnding::finished;

  Time deadline() const {
    const bool may_idle = limits.idle_timeout == Duration::zero();
    return may_idle ? limits.ends_at : std::min(limits.ends_at, last_moved + limits.idle_timeout);
  }
};

// One direction, and what it means when one of its streams breaks.
struct Direction {
  Both& both;
  Stream& from;
  Stream& to;
  TunnelEnding sender_broke;
  TunnelEnding receiver_broke;
  Conveyor conveyor;

  // Ends the other direction as well. The first to end it says why.
  void break_off(TunnelEnding why) {
    if (both.ending == TunnelEnding::finished) both.ending = why;
    from.cancel();
    to.cancel();
  }
};

// Whether a wait ended for a reason to go on: readiness, or the other direction has moved meanwhile.
bool goes_on(Direction& direction, Wait outcome) {
  Both& both = direction.both;
  if (outcome == Wait::ready) return true;
  if (outcome == Wait::timed_out && both.reactor.now() < both.deadline()) return true;
  const bool is_old = both.reactor.now() >= both.limits.ends_at;
  const TunnelEnding by_time = is_old ? TunnelEnding::too_old : TunnelEnding::idle;
  direction.break_off(outcome == Wait::timed_out ? by_time : TunnelEnding::cancelled);
  return false;
}

runtime::Task<void> pump(Direction& direction) {
  Both& both = direction.both;
  for (;;) {
    const uint64_t before = direction.conveyor.moved();
    const Conveyor::Step step = direction.conveyor.move();
    if (direction.conveyor.moved() != before) both.last_moved = both.reactor.now();
    switch (step) {
      case Conveyor::Step::wait_readable:
        if (!goes_on(direction, co_await direction.from.readable(both.deadline()))) co_return;
        break;
      case Conveyor::Step::wait_writable:
        if (!goes_on(direction, co_await direction.to.writable(both.deadline()))) co_return;
        break;
      case Conveyor::Step::take_turns:
        co_await runtime::NextTurn(both.reactor);
        break;
      case Conveyor::Step::ended:
        co_return direction.to.finish_writing();
      case Conveyor::Step::sender_broke:
        co_return direction.break_off(direction.sender_broke);
      case Conveyor::Step::receiver_broke:
        co_return direction.break_off(direction.receiver_broke);
    }
  }
}

}  // namespace

runtime::Task<TunnelResult> run_tunnel(TunnelEnd client, TunnelEnd endpoint, TunnelLimits limits, RelayPool& pool) {
  runtime::Reactor& reactor = client.stream.readiness().reactor();
  Both both{.reactor = reactor, .limits = limits, .last_moved = reactor.now()};
  Direction to_endpoint{both,
                        client.stream,
                        endpoint.stream,
                        TunnelEnding::client_broke,
                        TunnelEnding::endpoint_broke,
                        Conveyor(client.stream, endpoint.stream, pool)};
  Direction to_client{both,
                      endpoint.stream,
                      client.stream,
                      TunnelEnding::endpoint_broke,
                      TunnelEnding::client_broke,
                      Conveyor(endpoint.stream, client.stream, pool)};
  if (client.early != nullptr) to_endpoint.conveyor.start_with(*client.early);
  if (endpoint.early != nullptr) to_client.conveyor.start_with(*endpoint.early);
  co_await runtime::both(reactor, pump(to_endpoint), pump(to_client));
  co_return TunnelResult{to_endpoint.conveyor.moved(), to_client.conveyor.moved(), both.ending};
}

}  // namespace weft::net
