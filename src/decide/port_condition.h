// PortCondition: for which destination ports a listener filter acts (ListenerFilter.filter_disabled, compiled and
// negated).
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace weft::decide {

// A tree of and, or, not over port ranges. An immutable value; the default holds for every port.
class PortCondition {
 public:
  PortCondition() = default;

  static PortCondition range(uint32_t from, uint32_t to) { return {Kind::range, {}, from, to}; }  // [from, to)
  static PortCondition all_of(std::vector<PortCondition> parts) { return {Kind::all_of, std::move(parts), 0, 0}; }
  static PortCondition any_of(std::vector<PortCondition> parts) { return {Kind::any_of, std::move(parts), 0, 0}; }
  static PortCondition negated(PortCondition part) { return {Kind::negated, {std::move(part)}, 0, 0}; }

  bool holds(uint16_t port) const {
    const auto part_holds = [port](const PortCondition& part) { return part.holds(port); };
    switch (kind_) {
      case Kind::always:
        return true;
      case Kind::range:
        return port >= from_ && port < to_;
      case Kind::all_of:
        return std::ranges::all_of(parts_, part_holds);
      case Kind::any_of:
        return std::ranges::any_of(parts_, part_holds);
      case Kind::negated:
        return !parts_.front().holds(port);
    }
    return false;
  }

 private:
  enum class Kind : uint8_t { always, range, all_of, any_of, negated };
  PortCondition(Kind kind, std::vector<PortCondition> parts, uint32_t from, uint32_t to)
      : kind_(kind), parts_(std::move(parts)), from_(from), to_(to) {}

  Kind kind_ = Kind::always;
  std::vector<PortCondition> parts_;
  uint32_t from_ = 0;
  uint32_t to_ = 0;
};

}  // namespace weft::decide
