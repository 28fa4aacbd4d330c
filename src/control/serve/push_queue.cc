#include "control/serve/push_queue.h"

#include <algorithm>

namespace weft::control {

void PushQueue::add(mesh::Touched touched, uint64_t revision) {
  newest_revision_ = std::max(newest_revision_, revision);
  if (!touched.endpoints.empty()) {
    mesh::Touched at_once;
    at_once.endpoints = touched.endpoints;  // they stay in `touched` too: the hosts may be new to the clients
    push_(at_once, newest_revision_);
    if (touched.hosts.empty() && touched.pods.empty() && !touched.client_labels) touched.endpoints.clear();
  }
  if (!touched.empty()) {
    if (!is_armed()) first_ = reactor_->now();
    waiting_.add(std::move(touched));
    reactor_->timers().arm(*this, std::min(reactor_->now() + kQuiet, first_ + kLongest));
  }
  if (!is_armed()) pushed_revision_ = newest_revision_;
}

void PushQueue::fire() {
  auto touched = std::exchange(waiting_, {});
  pushed_revision_ = newest_revision_;
  push_(touched, pushed_revision_);
}

}  // namespace weft::control
