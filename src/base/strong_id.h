// StrongId: a number that can't be mistaken for another kind of number.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace weft {

// `using ClusterId = StrongId<struct ClusterTag>;` Values are dense indices or counters; what they index, the user
// says.
template <class Tag, class Number = uint32_t>
class StrongId {
 public:
  constexpr StrongId() = default;
  constexpr explicit StrongId(Number value) : value_(value) {}
  constexpr Number value() const { return value_; }
  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  Number value_ = 0;
};

}  // namespace weft

// So that ids are keys of unordered maps; any thread.
template <class Tag, class Number>
struct std::hash<weft::StrongId<Tag, Number>> {
  size_t operator()(weft::StrongId<Tag, Number> id) const { return std::hash<Number>{}(id.value()); }
};
