// IssuedCertificates: the record of every workload certificate that is still good: for whom, until when, and whether it
// is to be replaced or is revoked. Kept in the store, so that it outlives weftd; keys are never in it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "control/store/store.h"
#include "runtime/task.h"

namespace weft::control {

// One certificate. A value.
struct IssuedCertificate {
  std::string serial;
  std::string identity;  // "spiffe://..."
  std::string space;
  std::string pod;
  std::string root;  // fingerprint of the root that its chain leads to
  WallTime issued;
  WallTime expires;
  enum class State : uint8_t { good, to_be_replaced, revoked } state = State::good;
};
// "good", "replace", "revoked".
std::string_view to_string(IssuedCertificate::State state);

// Control thread. Owned by bin/weftd; the store outlives it.
class IssuedCertificates {
 public:
  IssuedCertificates(Store& store, const Clock& clock) : store_(&store), clock_(&clock) {}

  // Those that have not expired, by identity, pod and age.
  std::vector<IssuedCertificate> list() const;

  // Records a new one; what has expired is dropped with it. A certificate must be handed out only when this has
  // succeeded.
  runtime::Task<Result<>> add(IssuedCertificate certificate);

  // Puts the certificates that `selects` picks into a state, all at once, and answers how many. What is revoked stays
  // so.
  runtime::Task<Result<size_t>> mark(std::function<bool(const IssuedCertificate&)> selects,
                                     IssuedCertificate::State state);

 private:
  Store* store_;
  const Clock* clock_;
};

// The type under which the store keeps them: of no kind that the API serves.
inline constexpr std::string_view kIssuedType = "weft.dev/certificates";

}  // namespace weft::control
