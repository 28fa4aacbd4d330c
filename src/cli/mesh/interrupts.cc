#include "cli/mesh/interrupts.h"

#include <ctime>

namespace weft::cli {

Interrupts::Interrupts() {
  sigemptyset(&held_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held_, number);
  sigprocmask(SIG_BLOCK, &held_, &before_);
}

Interrupts::~Interrupts() {
  put_back();
}

bool Interrupts::came_within(Duration longest) {
  if (came_) return true;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
  const timespec span{.tv_sec = seconds.count(), .tv_nsec = (longest - seconds).count()};
  came_ = sigtimedwait(&held_, nullptr, &span) > 0;
  return came_;
}

void Interrupts::put_back() const {
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

}  // namespace weft::cli
