#include "runtime/reactor.h"

#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.h"
#include "runtime/end_of_turn.h"

namespace weft::runtime {
namespace {

constexpr int kEventsPerTurn = 256;
constexpr auto kLongTurn = std::chrono::seconds(60);

}  // namespace

Reactor::Reactor(const Clock& clock)
    : clock_(&clock),
      now_(clock.now()),
      timers_(now_),
      mailbox_(*this),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  WEFT_ASSERT(epoll_fd_ >= 0 && wake_fd_ >= 0);
  epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.ptr = nullptr}};
  WEFT_ASSERT(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) == 0);
}

Reactor::~Reactor() {
  close(wake_fd_);
  close(epoll_fd_);
}

void Reactor::add(int fd, EventSource& source, Watching watching) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &source}};
  if (watching == Watching::shared) event.events = EPOLLIN | EPOLLET | EPOLLEXCLUSIVE;
  WEFT_ASSERT(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) == 0);
}

void Reactor::remove(int fd, EventSource&) {
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
}

void Reactor::interrupt() {
  const uint64_t one = 1;
  // A full counter already wakes the loop, so a failed write loses nothing.
  [[maybe_unused]] const auto written = write(wake_fd_, &one, sizeof one);
}

void Reactor::stop() {
  stopped_.store(true, std::memory_order_release);
  interrupt();
}

void Reactor::run() {
  while (!stopped_.load(std::memory_order_acquire)) turn(kLongTurn);
}

int Reactor::poll_timeout_ms(Duration longest) {
  if (!woken_.empty() || !last_.empty()) return 0;
  if (const auto next = timers_.next_deadline()) longest = std::min(longest, *next - clock_->now());
  const auto rounded_up = std::chrono::ceil<std::chrono::milliseconds>(std::max(longest, Duration::zero()));
  return static_cast<int>(rounded_up.count());
}

void Reactor::turn(Duration longest) {
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = epoll_wait(epoll_fd_, events.data(), events.size(), poll_timeout_ms(longest));
  WEFT_ASSERT(count >= 0 || errno == EINTR);
  now_ = clock_->now();
  bool interrupted = false;
  for (int i = 0; i < count; ++i) {
    auto* const source = static_cast<EventSource*>(events[i].data.ptr);
    if (source == nullptr) {
      interrupted = true;
    } else {
      source->on_events(events[i].events);
    }
  }
  timers_.advance(now_);
  if (interrupted) {
    uint64_t count_of_wakes;
    [[maybe_unused]] const auto drained = read(wake_fd_, &count_of_wakes, sizeof count_of_wakes);
    mailbox_.open_all();
  }
  resume_woken();
}

// Those woken by the coroutines that run here have to wait for the next turn, so that I/O is never starved. Who goes on
// without waiting, as with a request that came along with another, keeps to a TurnBudget.
void Reactor::resume_woken() {
  IntrusiveList<Waiter> batch;
  batch.take(woken_);
  while (!batch.empty()) batch.pop_front().resume();
  while (!last_.empty()) last_.pop_front().coroutine_.resume();
}

}  // namespace weft::runtime
