// Gate: counts what is under way inside something long-lived, so that it can be closed and then waited for. spawn()
// starts a coroutine that nobody awaits; it holds a pass through the gate until it ends.
#pragma once

#include <cstdint>
#include <utility>

#include "runtime/reactor.h"
#include "runtime/task.h"

namespace weft::runtime {

// One reactor's thread. Must be empty when destroyed.
class Gate {
 public:
  explicit Gate(Reactor& reactor) : emptied_(reactor) {}
  ~Gate() { WEFT_ASSERT(inside_ == 0); }

  // Proof of being inside; leaving is its destruction.
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) { ++gate.inside_; }
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    Gate* gate_;
  };
  Pass enter() { return Pass(*this); }

  bool is_closed() const { return closed_; }
  uint32_t inside() const { return inside_; }

  // Tells those inside to finish (they look at is_closed()) and returns once the last has left, or at the deadline:
  // true if the gate is empty.
  Task<bool> close(Time deadline = kNever);

 private:
  void leave() {
    if (--inside_ == 0) emptied_.wake(Wait::ready);
  }

  Waiter emptied_;
  uint32_t inside_ = 0;
  bool closed_ = false;
};

// Starts the task at once, on this thread; the gate stays open for it until it has ended.
void spawn(Gate& gate, Task<void> task);

}  // namespace weft::runtime
