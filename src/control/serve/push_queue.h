// PushQueue: when a change goes out. Endpoints at once; everything else after a few quiet milliseconds, so that the
// objects of one apply, however they arrive, are one push.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "control/mesh/mesh_builder.h"
#include "runtime/reactor.h"
#include "runtime/timer_wheel.h"

namespace weft::control {

// Control thread. Owned by the configuration server.
class PushQueue final : private runtime::Timer {
 public:
  // A change must be in force in well under 100 ms: this long after the last of a burst, that long after its first.
  static constexpr Duration kQuiet = std::chrono::milliseconds(3);
  static constexpr Duration kLongest = std::chrono::milliseconds(20);

  // Called with what to push and the store revision it reaches up to.
  using Push = std::function<void(const mesh::Touched& touched, uint64_t revision)>;

  PushQueue(runtime::Reactor& reactor, Push push) : reactor_(&reactor), push_(std::move(push)) {}

  void add(mesh::Touched touched, uint64_t revision);

  // Whether nothing waits to be pushed.
  bool is_idle() const { return waiting_.empty() && pushed_revision_ >= newest_revision_; }
  // The revision up to which everything has been pushed.
  uint64_t pushed_revision() const { return pushed_revision_; }

 private:
  void fire() override;

  runtime::Reactor* reactor_;
  Push push_;
  mesh::Touched waiting_;
  Time first_{};
  uint64_t newest_revision_ = 0;
  uint64_t pushed_revision_ = 0;
};

}  // namespace weft::control
