#include "runtime/readiness.h"

#include <utility>

#include <sys/epoll.h>

namespace weft::runtime {

void Readiness::sleep_until_readable(Sleeper& sleeper, Time deadline) {
  reader_.sleep(sleeper, deadline);
  if (cancelled_) reader_.wake(Wait::cancelled);
  if (readable_) reader_.wake(Wait::ready);
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
  if (!std::exchange(hung_up_, true)) hang_up_.fire();
}

void Readiness::cancel() {
  cancelled_ = true;
  reader_.wake(Wait::cancelled);
  writer_.wake(Wait::cancelled);
  leave_source();
}

void Readiness::cancel_on_hang_up(CancelTarget* other) {
  hang_up_.set_target(other);
  if (hung_up_) hang_up_.fire();
}

FdWatch::FdWatch(Reactor& reactor, int fd, Watching watching) : readiness_(reactor), fd_(fd), watching_(watching) {
  reactor.add(fd, *this, watching);
}

FdWatch::~FdWatch() {
  if (watching_ != Watching::until_closed) readiness_.reactor().remove(fd_, *this);
}

void FdWatch::on_events(uint32_t events) {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_hung_up();
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_readable();
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) readiness_.mark_writable();
}

}  // namespace weft::runtime
