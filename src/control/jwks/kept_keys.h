// KeptKeys: the key sets of issuers in the store, each with the time when its issuer last confirmed it, so that a weftd
// that starts while an issuer is away still has its keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "control/mesh/key_sets.h"
#include "control/store/store.h"

namespace weft::control {

inline constexpr std::string_view kKeySetsType = "weft.dev/key-sets";

// Control thread. The store and the clock outlive it. What is read is checked like what comes from an issuer.
class KeptKeys {
 public:
  KeptKeys(Store& store, const Clock& clock) : store_(&store), clock_(&clock) {}

  // A key set (JSON, RFC 7517 5), and how long ago its issuer last confirmed it. A value.
  struct Kept {
    std::string key_set;
    Duration age{};
  };
  // Nothing: none is there, or what is there is no key set, or from the future.
  std::optional<Kept> find(const mesh::KeySource& source) const;

  // Confirmed just now. A set that stays as it is is written once an hour; beyond 64 the ones confirmed longest ago go.
  // A store that cannot be written to costs no more than a line in the log.
  runtime::Task<void> keep(mesh::KeySource source, std::string key_set);

 private:
  void drop_oldest(const Key& spared, Batch& batch) const;

  Store* store_;
  const Clock* clock_;
};

}  // namespace weft::control
