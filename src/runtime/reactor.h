// Reactor: one thread's event loop over epoll. Everything that a shard owns (streams, timers, coroutines) belongs to
// one reactor and is touched on its thread alone; other threads reach it through mailbox().
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "runtime/detached.h"
#include "runtime/intrusive_list.h"
#include "runtime/mailbox.h"
#include "runtime/task.h"
#include "runtime/timer_wheel.h"
#include "runtime/waiter.h"

namespace weft::runtime {

// Receives a descriptor's epoll events. Handlers only note what happened and wake waiters; they run no other code.
class EventSource {
 public:
  virtual void on_events(uint32_t events) = 0;

 protected:
  ~EventSource() = default;
};

// Who else watches the descriptor. A listening socket may be shared by the reactors of several threads and processes:
// of those that wait, an event wakes one (EPOLLEXCLUSIVE); one that is at work does not keep it from the others.
// `until_closed`: alone, and the descriptor is closed right after the watch has ended, which needs no system call then
// (epoll(7)). Only where nobody can have a duplicate of it, else events would come for a source that is gone.
enum class Watching : uint8_t { alone, shared, until_closed };

class EndOfTurn;

// A turn: wait for events, note them, fire timers, open the mailbox, resume the woken coroutines, and then those that
// waited for the others.
class Reactor {
 public:
  explicit Reactor(const Clock& clock);
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // Runs turns until stop() is called, from any thread.
  void run();
  void stop();

  // Runs turns until the task has ended, and gives its value. For main functions and tests.
  template <class T>
  T run_until_done(Task<T> task);

  // One turn that waits at most `longest` for events. For tests; with a ManualClock use longest = 0.
  void turn(Duration longest);

  // The time at which this turn began.
  Time now() const { return now_; }
  const Clock& clock() const { return *clock_; }
  TimerWheel& timers() { return timers_; }
  Mailbox& mailbox() { return mailbox_; }

  // Watches a descriptor, edge-triggered: for both directions, a shared one for reading. remove() before the descriptor
  // is closed.
  void add(int fd, EventSource& source, Watching watching = Watching::alone);
  void remove(int fd, EventSource& source);

  // Queues a woken waiter; used by Waiter alone.
  void enqueue(Waiter& waiter) { woken_.push_back(waiter); }

  // Queues a coroutine behind all that are woken; used by EndOfTurn alone.
  void enqueue_last(EndOfTurn& last);

  // Makes the loop turn; from any thread.
  void interrupt();

 private:
  void resume_woken();
  int poll_timeout_ms(Duration longest);

  const Clock* clock_;
  Time now_;
  TimerWheel timers_;
  Mailbox mailbox_;
  IntrusiveList<Waiter> woken_;
  IntrusiveList<EndOfTurn> last_;
  std::atomic<bool> stopped_ = false;
  int epoll_fd_;
  int wake_fd_;
};

// What a Task leaves: its value, or a mark of its end where it has none.
template <class T>
using Left = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

template <class T>
Detached run_root(Task<T> task, std::optional<Left<T>>& left) {
  if constexpr (std::is_void_v<T>) {
    co_await task;
    left.emplace();
  } else {
    left.emplace(co_await task);
  }
}

template <class T>
T Reactor::run_until_done(Task<T> task) {
  constexpr auto kLongTurn = std::chrono::seconds(60);
  std::optional<Left<T>> left;
  run_root(std::move(task), left);
  while (!left) turn(kLongTurn);
  if constexpr (!std::is_void_v<T>) return *std::move(left);
}

}  // namespace weft::runtime
