// Waiter: the one place where a coroutine is suspended and woken. What it waits for (readiness, a signal, a place in a
// pool) wakes it with an outcome; so does its deadline. Waking only queues the coroutine: it runs later in the same
// turn of the reactor, from the top of the stack, so no event handler ever re-enters another. Who waits for so long,
// and in such numbers, that a coroutine's frame is too much to keep is a Sleeper instead.
#pragma once

#include <coroutine>
#include <cstdint>

#include "base/clock.h"
#include "runtime/intrusive_list.h"
#include "runtime/timer_wheel.h"

namespace weft::runtime {

class Reactor;

// How a wait ended.
enum class Wait : uint8_t { ready, timed_out, cancelled };

// Waits without a coroutine. Called where one would be resumed: may do all that one may, also end the waiter.
class Sleeper {
 public:
  virtual void woken(Wait outcome) = 0;

 protected:
  ~Sleeper() = default;
};

// At most one coroutine or sleeper at a time. Lives in its owner (a stream, an awaiter); a coroutine that is destroyed
// while it waits leaves by itself. Belongs to one reactor's thread.
class Waiter final : public Link<Waiter>, private Timer {
 public:
  explicit Waiter(Reactor& reactor) : reactor_(&reactor) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter();

  bool is_waiting() const { return state_ == State::waiting; }

  // Queues the waiting coroutine with this outcome. Without one: nothing happens, nothing is remembered.
  void wake(Wait outcome);

  // `co_await waiter.wait(deadline)`: always suspends; callers look first whether there is anything to wait for.
  class Awaiter {
   public:
    Awaiter(Waiter& waiter, Time deadline) : waiter_(&waiter), deadline_(deadline) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { waiter_->abandon(suspended_); }
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      suspended_ = coroutine;
      waiter_->begin(coroutine.address(), deadline_);
    }
    Wait await_resume() {
      suspended_ = {};
      return waiter_->outcome_;
    }

   private:
    Waiter* waiter_;
    Time deadline_;
    std::coroutine_handle<> suspended_;
  };
  Awaiter wait(Time deadline = kNever) { return {*this, deadline}; }
  // The same for a sleeper, which stays where it is until it is woken.
  void sleep(Sleeper& sleeper, Time deadline);

 private:
  friend class Reactor;
  enum class State : uint8_t { idle, waiting, queued };

  void begin(void* who, Time deadline);
  void abandon(std::coroutine_handle<> coroutine);
  void resume();
  void fire() override { wake(Wait::timed_out); }

  Reactor* reactor_;
  void* who_ = nullptr;  // a coroutine's address, or a sleeper
  bool is_sleeper_ = false;
  State state_ = State::idle;
  Wait outcome_ = Wait::ready;
};

}  // namespace weft::runtime
