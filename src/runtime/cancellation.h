// Cancellation across two ends of an exchange: what happens to one end (a CancelSource: a client's connection or
// stream) ends the waits of the other (a CancelTarget). One reactor's thread.
#pragma once

#include "base/assert.h"

namespace weft::runtime {

class CancelSource;

// Something whose waits can be ended from outside, for good. Both ends forget each other when either is destroyed.
class CancelTarget {
 public:
  CancelTarget(const CancelTarget&) = delete;
  CancelTarget& operator=(const CancelTarget&) = delete;

  // Ends present and later waits with `cancelled`.
  virtual void cancel() = 0;

 protected:
  CancelTarget() = default;
  ~CancelTarget();
  // Nobody's end is of interest any more.
  void leave_source();

 private:
  friend class CancelSource;
  CancelSource* source_ = nullptr;
};

// Held by the end whose leaving matters.
class CancelSource {
 public:
  CancelSource() = default;
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;
  ~CancelSource() { set_target(nullptr); }

  // Whom fire() cancels: one at a time, and a target has one source. nullptr: nobody.
  void set_target(CancelTarget* target) {
    if (target_ != nullptr) target_->source_ = nullptr;
    target_ = target;
    if (target == nullptr) return;
    WEFT_ASSERT(target->source_ == nullptr);
    target->source_ = this;
  }

  void fire() {
    if (target_ != nullptr) target_->cancel();
  }

 private:
  friend class CancelTarget;
  CancelTarget* target_ = nullptr;
};

inline void CancelTarget::leave_source() {
  if (source_ != nullptr) source_->target_ = nullptr;
  source_ = nullptr;
}
inline CancelTarget::~CancelTarget() {
  leave_source();
}

}  // namespace weft::runtime
