// Outcome: what a controller's function answers: the writes that bring the world nearer to what is asked for, and when
// to look again though nothing has changed.
#pragma once

#include <optional>

#include "base/clock.h"
#include "control/store/object.h"

namespace weft::control {

// No writes and no time: all is as it should be.
struct Outcome {
  Batch writes;
  std::optional<WallTime> look_again;

  void look_again_at(WallTime time) { look_again = look_again ? std::min(*look_again, time) : time; }
};

}  // namespace weft::control
