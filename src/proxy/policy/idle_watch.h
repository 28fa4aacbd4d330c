// IdleWatch: gives an exchange up when nothing of it has moved in either direction for its idle time
// (HttpConnectionManager.stream_idle_timeout, RouteAction.idle_timeout). Waits for the client have that limit
// themselves; this is for the endpoint's side.
#pragma once

#include "base/clock.h"
#include "runtime/cancellation.h"
#include "runtime/reactor.h"
#include "runtime/timer_wheel.h"

namespace weft::proxy {

// Part of an exchange; costs nothing where there is no limit. One reactor's thread.
class IdleWatch final : private runtime::Timer {
 public:
  explicit IdleWatch(runtime::Reactor& reactor) : reactor_(&reactor) {}

  // For the next exchange; 0: none.
  void limit(Duration timeout) {
    timeout_ = timeout;
    has_fired_ = false;
  }
  Duration timeout() const { return timeout_; }

  // From now until stop(): cancels `endpoint` when nothing has moved for too long.
  void start(runtime::CancelTarget& endpoint) {
    if (timeout_ == Duration::zero()) return;
    endpoint_ = &endpoint;
    note_moved();
    reactor_->timers().arm(*this, moved_ + timeout_);
  }
  void stop() {
    if (endpoint_ == nullptr) return;
    endpoint_ = nullptr;
    disarm();
  }

  // A part of the request or of the response has gone on.
  void note_moved() {
    if (endpoint_ != nullptr) moved_ = reactor_->now();
  }

  // It was this that ended the exchange.
  bool has_fired() const { return has_fired_; }

 private:
  void fire() override {
    if (reactor_->now() < moved_ + timeout_) return reactor_->timers().arm(*this, moved_ + timeout_);
    has_fired_ = true;
    endpoint_->cancel();
  }

  runtime::Reactor* reactor_;
  runtime::CancelTarget* endpoint_ = nullptr;
  Duration timeout_{};
  Time moved_{};
  bool has_fired_ = false;
};

}  // namespace weft::proxy
