// ResourceTable: the accepted resources of one xDS type: what is in force, and what waits until it may be.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weft::proxy {

// One accepted version of a resource, with its bytes for those who ask what runs.
template <class Compiled>
struct ResourceVersion {
  std::shared_ptr<const Compiled> compiled;
  std::string version;
  std::string bytes;
  Time accepted_at{};
  WallTime accepted_at_wall{};

  explicit operator bool() const { return compiled != nullptr; }
};

// What is known of one name. A warming version waits beside the active one, which serves until then.
template <class Compiled>
struct ResourceEntry {
  ResourceVersion<Compiled> active;
  ResourceVersion<Compiled> warming;
  std::string last_error;   // why the last version that came was rejected; empty if it was not
  bool is_removed = false;  // gone for the control plane; kept only while something still refers to it
  Time removed_at{};

  const ResourceVersion<Compiled>& newest() const { return warming ? warming : active; }
};

// Owned by the configuration; one thread. Ordered by name, so that dumps compare.
template <class Compiled>
class ResourceTable {
 public:
  using Entry = ResourceEntry<Compiled>;
  using Entries = std::map<std::string, Entry, std::less<>>;

  Entry& at(std::string_view name) {
    const auto found = entries_.find(name);
    return found != entries_.end() ? found->second : entries_[std::string(name)];
  }
  const Entry* find(std::string_view name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
  }
  Entry* find(std::string_view name) { return const_cast<Entry*>(std::as_const(*this).find(name)); }
  // Whether there was such an entry.
  bool erase(std::string_view name) {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return false;
    entries_.erase(found);
    return true;
  }

  Entries& entries() { return entries_; }
  const Entries& entries() const { return entries_; }

 private:
  Entries entries_;
};

}  // namespace weft::proxy
