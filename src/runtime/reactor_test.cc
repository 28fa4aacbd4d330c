#include "runtime/reactor.h"

#include <thread>

#include <gtest/gtest.h>

#include "runtime/end_of_turn.h"
#include "runtime/gate.h"
#include "runtime/readiness.h"
#include "runtime/signal.h"

namespace weft::runtime {
namespace {

using std::chrono::milliseconds;

Task<int> add(int a, int b) {
  co_return a + b;
}

Task<int> add_three(int a, int b, int c) {
  const int first = co_await add(a, b);
  co_return co_await add(first, c);
}

TEST(Reactor, TasksHandTheirValueUp) {
  const SystemClock clock;
  Reactor reactor(clock);
  EXPECT_EQ(reactor.run_until_done(add_three(1, 2, 3)), 6);
}

Task<void> note_after(Reactor& reactor, Duration delay, int number, std::vector<int>& order) {
  co_await sleep_for(reactor, delay);
  order.push_back(number);
}

TEST(Reactor, SleepersWakeInOrderOfTheirDeadlines) {
  ManualClock clock;
  Reactor reactor(clock);
  Gate gate(reactor);
  std::vector<int> order;
  spawn(gate, note_after(reactor, milliseconds(30), 3, order));
  spawn(gate, note_after(reactor, milliseconds(10), 1, order));
  spawn(gate, note_after(reactor, milliseconds(20), 2, order));
  for (int i = 0; i < 3; ++i) {
    clock.advance(milliseconds(10));
    reactor.turn(Duration::zero());
  }
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
  EXPECT_EQ(gate.inside(), 0u);
}

Task<void> note_at_end(Reactor& reactor, Signal& signal, int number, std::vector<int>& order) {
  co_await signal.wait();
  order.push_back(number);
  co_await EndOfTurn(reactor);
  order.push_back(number);
}

TEST(Reactor, WhoWaitsForTheEndOfATurnGoesOnBehindAllThatItWoke) {
  ManualClock clock;
  Reactor reactor(clock);
  Gate gate(reactor);
  Signal signal(reactor);
  std::vector<int> order;
  spawn(gate, note_at_end(reactor, signal, 1, order));
  spawn(gate, note_at_end(reactor, signal, 2, order));
  signal.set();
  reactor.turn(Duration::zero());
  EXPECT_EQ(order, (std::vector{1, 2, 1, 2}));
}

Task<void> wait_for(Signal& signal, Time deadline, std::vector<Wait>& outcomes) {
  outcomes.push_back(co_await signal.wait(deadline));
}

TEST(Reactor, ASignalWakesAllItsWaitersAndStaysSet) {
  ManualClock clock;
  Reactor reactor(clock);
  Gate gate(reactor);
  Signal signal(reactor);
  std::vector<Wait> outcomes;
  spawn(gate, wait_for(signal, kNever, outcomes));
  spawn(gate, wait_for(signal, reactor.now() + milliseconds(5), outcomes));
  clock.advance(milliseconds(6));
  reactor.turn(Duration::zero());
  EXPECT_EQ(outcomes, std::vector{Wait::timed_out});
  signal.set();
  reactor.turn(Duration::zero());
  spawn(gate, wait_for(signal, kNever, outcomes));
  EXPECT_EQ(outcomes, (std::vector{Wait::timed_out, Wait::ready, Wait::ready}));
}

TEST(Reactor, LettersFromAnotherThreadAreOpenedInOrder) {
  const SystemClock clock;
  Reactor reactor(clock);
  std::vector<int> opened;
  std::thread sender([&] {
    for (int i = 0; i < 100; ++i) reactor.mailbox().send([&opened, i] { opened.push_back(i); });
    reactor.mailbox().send([&reactor] { reactor.stop(); });
  });
  reactor.run();
  sender.join();
  ASSERT_EQ(opened.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(opened[i], i);
}

Task<bool> close_while_busy(Reactor& reactor, Gate& gate, std::vector<int>& order) {
  spawn(gate, note_after(reactor, milliseconds(1), 1, order));
  const bool timely = co_await gate.close(reactor.now() + std::chrono::seconds(60));
  order.push_back(2);
  co_return timely;
}

TEST(Reactor, AGateClosesAfterTheLastHasLeft) {
  const SystemClock clock;
  Reactor reactor(clock);
  Gate gate(reactor);
  std::vector<int> order;
  EXPECT_TRUE(reactor.run_until_done(close_while_busy(reactor, gate, order)));
  EXPECT_EQ(order, (std::vector{1, 2}));
}

TEST(Reactor, AWaitingCoroutineMayBeDestroyed) {
  ManualClock clock;
  Reactor reactor(clock);
  Signal signal(reactor);
  std::vector<Wait> outcomes;
  struct Starter {
    struct promise_type {
      Starter get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
      std::suspend_never initial_suspend() noexcept { return {}; }
      std::suspend_always final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() {}
    };
    std::coroutine_handle<> frame;
    static Starter run(Task<void> task) { co_await task; }
  };
  const Starter starter = Starter::run(wait_for(signal, reactor.now() + milliseconds(1), outcomes));
  signal.set();
  starter.frame.destroy();
  clock.advance(milliseconds(5));
  reactor.turn(Duration::zero());
  EXPECT_TRUE(outcomes.empty());
}

class NotingSleeper final : public Sleeper {
 public:
  void woken(Wait outcome) override { outcomes.push_back(outcome); }
  std::vector<Wait> outcomes;
};

TEST(Reactor, ASleeperIsWokenInItsTurnAsACoroutineIs) {
  ManualClock clock;
  Reactor reactor(clock);
  Waiter waiter(reactor);
  NotingSleeper sleeper;
  waiter.sleep(sleeper, clock.now() + milliseconds(10));
  waiter.wake(Wait::ready);
  EXPECT_TRUE(sleeper.outcomes.empty());
  reactor.turn(Duration::zero());
  waiter.sleep(sleeper, clock.now() + milliseconds(10));
  clock.advance(milliseconds(10));
  reactor.turn(Duration::zero());
  EXPECT_EQ(sleeper.outcomes, (std::vector{Wait::ready, Wait::timed_out}));
}

TEST(Reactor, ASleeperIsWokenAtOnceWhereThereIsSomethingToRead) {
  ManualClock clock;
  Reactor reactor(clock);
  Readiness readiness(reactor);
  NotingSleeper sleeper;
  readiness.mark_readable();
  readiness.sleep_until_readable(sleeper, kNever);
  EXPECT_TRUE(sleeper.outcomes.empty());
  reactor.turn(Duration::zero());
  readiness.clear_readable();
  readiness.sleep_until_readable(sleeper, kNever);
  readiness.cancel();
  reactor.turn(Duration::zero());
  EXPECT_EQ(sleeper.outcomes, (std::vector{Wait::ready, Wait::cancelled}));
}

}  // namespace
}  // namespace weft::runtime
