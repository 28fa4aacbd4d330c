// Readiness: what is known of a descriptor's (or in-memory pipe's) ability to be read and written, and the two
// coroutines that may wait for it. Edge-triggered: a flag stays up until a try_read or try_write finds nothing to do
// and takes it down, so no system call is spent on asking. One reactor's thread.
#pragma once

#include "runtime/cancellation.h"
#include "runtime/reactor.h"
#include "runtime/waiter.h"

namespace weft::runtime {

// Held by the stream it describes.
class Readiness final : public CancelTarget {
 public:
  explicit Readiness(Reactor& reactor) : reactor_(&reactor), reader_(reactor), writer_(reactor) {}

  // Awaitable: suspends until the direction may make progress. Ready at once when the flag is up; `cancelled` for ever
  // after cancel(). At most one waiter a direction.
  class Awaiter {
   public:
    Awaiter(Readiness& readiness, Waiter& waiter, const bool& flag, Time deadline)
        : readiness_(&readiness), flag_(&flag), wait_(waiter, deadline) {}
    bool await_ready() const { return *flag_ || readiness_->cancelled_; }
    void await_suspend(std::coroutine_handle<> coroutine) {
      suspended_ = true;
      wait_.await_suspend(coroutine);
    }
    Wait await_resume() {
      const Wait outcome = suspended_ ? wait_.await_resume() : Wait::ready;
      return readiness_->cancelled_ ? Wait::cancelled : outcome;
    }

   private:
    Readiness* readiness_;
    const bool* flag_;
    Waiter::Awaiter wait_;
    bool suspended_ = false;
  };
  Awaiter readable(Time deadline = kNever) { return {*this, reader_, readable_, deadline}; }
  Awaiter writable(Time deadline = kNever) { return {*this, writer_, writable_, deadline}; }

  // The same without a coroutine; the outcome comes in a turn of its own, also when the flag is up. A cancel() after
  // the outcome was settled does not change it: who was told `ready` looks at is_cancelled().
  void sleep_until_readable(Sleeper& sleeper, Time deadline);

  bool may_be_readable() const { return readable_; }
  bool may_be_writable() const { return writable_; }

  // The peer closed its side, or the connection broke. Data may still be there to be read.
  bool has_hung_up() const { return hung_up_; }

  void mark_readable();
  void mark_writable();
  void mark_hung_up();
  void clear_readable() { readable_ = false; }
  void clear_writable() { writable_ = false; }

  // Ends this and all later waits with `cancelled`. What the peer sees is up to the owner, who closes the stream.
  void cancel() override;
  bool is_cancelled() const { return cancelled_; }

  // While set, a hang-up here cancels `other` too: a client that leaves ends the exchange with the endpoint. nullptr
  // ends it.
  void cancel_on_hang_up(CancelTarget* other);

  Reactor& reactor() const { return *reactor_; }

 private:
  Reactor* reactor_;
  Waiter reader_;
  Waiter writer_;
  CancelSource hang_up_;
  bool readable_ = false;
  bool writable_ = false;
  bool hung_up_ = false;
  bool cancelled_ = false;
};

// Readiness of a descriptor that the reactor watches: sockets, eventfd, signalfd, pidfd, inotify. Does not own the
// descriptor, which must stay open for as long as this lives.
class FdWatch final : public EventSource {
 public:
  FdWatch(Reactor& reactor, int fd, Watching watching = Watching::alone);
  ~FdWatch();
  FdWatch(const FdWatch&) = delete;
  FdWatch& operator=(const FdWatch&) = delete;

  Readiness& readiness() { return readiness_; }
  Readiness::Awaiter readable(Time deadline = kNever) { return readiness_.readable(deadline); }

 private:
  void on_events(uint32_t events) override;

  Readiness readiness_;
  int fd_;
  Watching watching_;
};

}  // namespace weft::runtime
