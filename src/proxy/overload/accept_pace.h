// AcceptPace: how many new connections are taken up at a time, and how many may queue in the kernel meanwhile. Who is
// asked for more than he can do serves nobody in time if everybody waits in one long queue: by the time a client's turn
// comes it has given up, and the work for it is lost. So connections that are open go on between new ones, and a queue
// that does not become empty any more is made short: whoever does not fit in tries again by himself (the kernel drops
// the SYN; RFC 9293 3.8.1 has it sent again after a second).
#pragma once

#include <optional>

#include "base/clock.h"

namespace weft::proxy {

// Of one listening socket in one shard; one thread. Decides, does nothing. Times are those of the reactor's turns.
class AcceptPace {
 public:
  // New connections of one turn.
  static constexpr uint32_t kPerTurn = 16;
  // The queue's lengths (listen(2)): usually, and while there is more than can be served.
  static constexpr int kQueue = 4096;
  static constexpr int kShortQueue = 64;
  // It has to have been too much for so long, and for so many turns: those of a process that was paused are few.
  static constexpr Duration kBehindFor = std::chrono::milliseconds(300);
  static constexpr uint32_t kBehindTurns = 8;
  // And has to be over for so long.
  static constexpr Duration kCalmFor = std::chrono::seconds(1);

  // A turn's share was accepted, and perhaps more wait. True: the queue is to be kShortQueue long from here on.
  bool left_some(Time now);
  // The queue is empty. True: it may be kQueue long again.
  bool caught_up(Time now);

  // Nobody is accepted for a while, for want of room: that the queue does not become empty meanwhile says nothing.
  void pauses() { behind_ = {}; }

  // Whether there has been more than can be served. Then it is worth looking whether a client is still there.
  bool is_overloaded() const { return is_overloaded_; }
  // When to call caught_up() again if nobody has connected; nothing: that is not needed.
  std::optional<Time> look_at() const;

 private:
  // Since when the queue has not been empty, and after how many turns' shares.
  struct Behind {
    Time since{};
    uint32_t turns = 0;
  };

  Behind behind_;
  Time last_behind_{};
  bool is_overloaded_ = false;
};

}  // namespace weft::proxy
