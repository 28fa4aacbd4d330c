#include "control/serve/status.h"

namespace weft::control {

std::string_view to_string(SyncState state) {
  switch (state) {
    case SyncState::not_sent:
      return "NOT SENT";
    case SyncState::stale:
      return "STALE";
    case SyncState::synced:
      return "SYNCED";
    case SyncState::nacked:
      return "NACKED";
  }
  return "NOT SENT";
}

}  // namespace weft::control
