#include "runtime/readiness.h"

#include <sys/epoll.h>

#include "base/assert.h"

namespace weft::runtime {

Readiness::~Readiness() {
  cancel_on_hang_up(nullptr);
  if (cancelled_by_ != nullptr) cancelled_by_->cancels_ = nullptr;
}

void Readiness::mark_readable() {
  readable_ = true;
  reader_.wake(Wait::ready);
}

void Readiness::mark_writable() {
  writable_ = true;
  writer_.wake(Wait::ready);
}

void Readiness::mark_hung_up() {
  if (!hung_up_ && cancels_ != nullptr) cancels_->cancel();
  hung_up_ = true;
}

void Readiness::cancel() {
  cancelled_ = true;
  reader_.wake(Wait::cancelled);
  writer_.wake(Wait::cancelled);
  if (cancelled_by_ != nullptr) cancelled_by_->cancels_ = nullptr;
  cancelled_by_ = nullptr;
}

void Readiness::cancel_on_hang_up(Readiness* other) {
  if (cancels_ != nullptr) cancels_->cancelled_by_ = nullptr;
  cancels_ = other;
  if (other == nullptr) return;
  WEFT_ASSERT(other->cancelled_by_ == nullptr);
  other->cancelled_by_ = this;
  if (hung_up_) other->cancel();
}

FdWatch::FdWatch(Reactor& reactor, int fd) : readiness_(reactor), fd_(fd) {
  reactor.add(fd, *this);
}

FdWatch::~FdWatch() {
  readiness_.reactor().remove(fd_, *this);
}

void FdWatch::on_events(uint32_t events) {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_hung_up();
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_readable();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_writable();
}

}  // namespace weft::runtime
