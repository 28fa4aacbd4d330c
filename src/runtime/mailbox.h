// Mailbox: the only way to hand work to another reactor's thread. send() may be called from any thread; letters are
// opened in order on the reactor that owns the box. Not for the request path: a letter costs a lock and an allocation.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace weft::runtime {

class Reactor;

// Unbounded by itself: senders are few (configuration, statistics, gRPC callbacks) and each has its own bound on what
// it keeps in flight. Lives as long as its reactor.
class Mailbox {
 public:
  using Letter = std::move_only_function<void()>;

  explicit Mailbox(Reactor& owner) : owner_(&owner) {}

  void send(Letter letter);

 private:
  friend class Reactor;
  void open_all();

  Reactor* owner_;
  std::mutex mutex_;
  std::vector<Letter> letters_;
};

}  // namespace weft::runtime
