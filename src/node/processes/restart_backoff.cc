#include "node/processes/restart_backoff.h"

#include <algorithm>

namespace weft::node {

Duration RestartBackoff::next_pause(Duration ran) {
  if (ran >= policy_.forgiven_after) restarts_in_a_row_ = 0;
  ++restarts_in_a_row_;
  if (restarts_in_a_row_ == 1) return pause_ = Duration::zero();
  pause_ = restarts_in_a_row_ == 2 ? policy_.first : std::min(pause_ * 2, policy_.longest);
  return pause_;
}

}  // namespace weft::node
