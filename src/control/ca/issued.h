// IssuedCertificates: the record of every workload certificate that is still good: for whom, until when, and whether it
// is to be replaced or is revoked; and the certificate itself. Kept in the store, so that it outlives weftd; keys are
// never in it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "control/store/store.h"
#include "runtime/task.h"
#include "tls/certificate.h"

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

// Control thread. Owned by bin/weftd; the store outlives it. What it knows follows the store by its changes, so that
// one more certificate costs the same however many there are.
class IssuedCertificates {
 public:
  IssuedCertificates(Store& store, const Clock& clock);

  // All that are on record, by identity, pod and age: those that have expired as well, until the next one is issued.
  std::vector<IssuedCertificate> recorded() const;
  // Those that have not expired.
  std::vector<IssuedCertificate> list() const;
  // Those of them that are to be replaced or are revoked.
  std::vector<IssuedCertificate> marked() const;
  // With what it was signed by, the leaf first, the root last; not_found for other serials.
  Result<std::vector<tls::Certificate>> chain_of(std::string_view serial) const;

  // Records a new one, by its chain; what has expired is dropped with it. A certificate must be handed out only when
  // this has succeeded.
  runtime::Task<Result<>> add(IssuedCertificate certificate, std::vector<tls::Certificate> chain);

  // Puts the certificates that `selects` picks into a state, all at once, and answers how many. What is revoked stays
  // so.
  runtime::Task<Result<size_t>> mark(std::function<bool(const IssuedCertificate&)> selects,
                                     IssuedCertificate::State state);

 private:
  void follow() const;
  void read_all() const;
  void put(const Object& object) const;
  void drop(const std::string& serial) const;
  Batch writes_for(const IssuedCertificate& certificate, const std::vector<tls::Certificate>& chain) const;

  Store* store_;
  const Clock* clock_;
  // What the store says up to the revision, in the order of serials, of their ends, and those that are not good.
  mutable Revision seen_;
  mutable std::map<std::string, IssuedCertificate, std::less<>> by_serial_;
  mutable std::set<std::pair<WallTime, std::string>> by_end_;
  mutable std::set<std::string, std::less<>> marked_;
};

// The types under which the store keeps them, and what they were signed by: of no kind that the API serves.
inline constexpr std::string_view kIssuedType = "weft.dev/certificates";
inline constexpr std::string_view kIssuersType = "weft.dev/issuers";

}  // namespace weft::control
