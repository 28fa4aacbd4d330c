// Intervals<T>: a set of whole numbers as sorted closed intervals with gaps between them. Addresses and ports are kept
// so: kernels and proxies take them as they are, whatever subnets overlapped in the policies they came from. A value.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <vector>

namespace weft::network_policy {

// From first to last, both in it.
template <class T>
struct Interval {
  T first{};
  T last{};

  friend bool operator==(const Interval&, const Interval&) = default;
};

// What touches or overlaps is one interval; an addition costs a binary search and a move of what is behind it.
template <class T>
class Intervals {
 public:
  Intervals() = default;
  Intervals(std::initializer_list<Interval<T>> list) {
    for (const auto& interval : list) add(interval);
  }

  void add(Interval<T> added) {
    const auto is_before = [](const Interval<T>& old, const Interval<T>& added) {
      return old.last < added.first && !touches(old, added);
    };
    const auto begin = std::lower_bound(list_.begin(), list_.end(), added, is_before);
    auto end = begin;
    for (; end != list_.end() && touches(*end, added); ++end)
      added = {std::min(end->first, added.first), std::max(end->last, added.last)};
    if (begin == end) {
      list_.insert(begin, added);
    } else {
      *begin = added;
      list_.erase(begin + 1, end);
    }
  }

  void remove(const Interval<T>& gone) {
    std::vector<Interval<T>> kept;
    for (const auto& old : list_) {
      if (old.first < gone.first) kept.push_back({old.first, std::min(old.last, static_cast<T>(gone.first - 1))});
      if (old.last > gone.last) kept.push_back({std::max(old.first, static_cast<T>(gone.last + 1)), old.last});
    }
    list_ = std::move(kept);
  }

  void add(const Intervals& others) {
    for (const auto& other : others.list_) add(other);
  }

  bool contains(T value) const {
    return std::ranges::any_of(list_, [&](const auto& one) { return one.first <= value && value <= one.last; });
  }
  bool empty() const { return list_.empty(); }
  const std::vector<Interval<T>>& list() const { return list_; }

  friend bool operator==(const Intervals&, const Intervals&) = default;

 private:
  // Whether they overlap, or nothing is between them.
  static bool touches(const Interval<T>& left, const Interval<T>& right) {
    constexpr T kMost = std::numeric_limits<T>::max();
    const bool ends_before = left.last != kMost && static_cast<T>(left.last + 1) < right.first;
    const bool begins_behind = right.last != kMost && static_cast<T>(right.last + 1) < left.first;
    return !ends_before && !begins_behind;
  }

  std::vector<Interval<T>> list_;
};

}  // namespace weft::network_policy
