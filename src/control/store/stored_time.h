// Times as records in the store have them: whole units since 1970. Whatever stands in a record is a time that a clock
// can show: the nearest one where it is none; 1970 where nothing does.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.h"
#include "control/store/json_access.h"

namespace weft::control {

template <class Unit = std::chrono::seconds>
int64_t to_stored(WallTime time) {
  return std::chrono::floor<Unit>(time.time_since_epoch()).count();
}

template <class Unit = std::chrono::seconds>
WallTime stored_time_at(const api::Json& record, const char* name) {
  constexpr int64_t kLatest = std::chrono::floor<Unit>(WallTime::duration::max()).count();
  return WallTime{} + Unit(std::clamp<int64_t>(number_at(record, name).value_or(0), 0, kLatest));
}

}  // namespace weft::control
