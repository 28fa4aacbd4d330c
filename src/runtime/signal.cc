#include "runtime/signal.h"

#include "runtime/gate.h"

namespace weft::runtime {

Task<void> sleep_until(Reactor& reactor, Time time) {
  Waiter waiter(reactor);
  co_await waiter.wait(time);
}

Task<void> both(Reactor& reactor, Task<void> first, Task<void> second) {
  Gate gate(reactor);
  spawn(gate, std::move(first));
  co_await second;
  co_await gate.close();
}

}  // namespace weft::runtime
