// Whether the mesh is ready for the next step of a change of its root. A step that comes too early cuts off whoever has
// not followed the one before, so it is asked here what stands in its way. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "control/ca/issued.h"
#include "control/ca/trust.h"

namespace weft::control {

// How a pod's proxy stands with the roots that are trusted now.
enum class RootsAt : uint8_t {
  unknown,   // it is not connected
  not_yet,   // it is connected, and has not accepted them
  accepted,  // it has them in force
};

// What is known when a step is asked for.
struct RootChange {
  RotationPhase phase = RotationPhase::steady;
  std::string old_root;                   // fingerprint of the one that is to go, once the next one issues
  std::vector<IssuedCertificate> issued;  // by identity, pod and age
  WallTime now;
  std::function<bool(std::string_view space, std::string_view pod)> exists;
  std::function<RootsAt(std::string_view space, std::string_view pod)> roots_at;
  std::vector<std::pair<std::string, std::string>> waiting;  // connected proxies that have asked, and not accepted
};

// One thing that stands in the way.
struct Hindrance {
  std::string space;
  std::string pod;
  std::string why;
  friend bool operator==(const Hindrance&, const Hindrance&) = default;
};

// Which step is due in a phase.
RotationStep next_step(RotationPhase phase);
std::string_view to_string(RotationStep step);

// Everything in the way of the step that is due, one entry a pod; empty: it may be taken.
std::vector<Hindrance> hindrances(const RootChange& change);

}  // namespace weft::control
