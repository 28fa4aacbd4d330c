// Stable ids for things that xDS knows by name: a cluster or a route table keeps its number however often its content
// changes, so routes refer to clusters by index and run-time state (pools, balancers, counters) survives every push
// (D4).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/strong_id.h"

namespace weft::decide {

using ClusterId = StrongId<struct ClusterTag>;
using RouteTableId = StrongId<struct RouteTableTag>;
using TlsContextId = StrongId<struct TlsContextTag>;

// Lets a map with string keys be asked with a view.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// Numbers names in the order of their first mention and never takes a number back: it grows with the names ever seen,
// not with the pushes. Owned by the configuration thread.
template <class Id>
class Names {
 public:
  Id id_of(std::string_view name) {
    const auto known = ids_.find(name);
    if (known != ids_.end()) return known->second;
    const Id id(static_cast<uint32_t>(names_.size()));
    names_.push_back(&ids_.emplace(std::string(name), id).first->first);
    return id;
  }
  const std::string& name_of(Id id) const { return *names_[id.value()]; }
  size_t size() const { return names_.size(); }

 private:
  std::unordered_map<std::string, Id, TextHash, std::equal_to<>> ids_;
  std::vector<const std::string*> names_;
};

// The name spaces that compiled resources refer to. What TLS is to be like has no name: its own bytes serve as one.
struct Ids {
  Names<ClusterId> clusters;
  Names<RouteTableId> route_tables;
  Names<TlsContextId> tls_contexts;
};

}  // namespace weft::decide
