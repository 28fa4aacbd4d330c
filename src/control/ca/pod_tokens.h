// Pod tokens: what a sidecar proves its identity with on Unix sockets until it has a certificate. A JWT (RFC 7519, RFC
// 7515 with HS256) minted by a TokenRequest and bound to one Pod. Only weftd holds the key: it mints and verifies.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace weft::control {

// Who a token speaks for.
struct PodIdentity {
  std::string space;  // the namespace
  std::string service_account;
  std::string pod;
  std::string pod_uid;  // a pod that was replaced under the same name is another pod
};

// A minted token and when it ends.
struct PodToken {
  std::string text;
  WallTime expires;
};

// Mints and verifies. Immutable after construction, so any thread may call it. Owned by bin/weftd.
class PodTokens {
 public:
  using Key = std::array<uint8_t, 32>;

  PodTokens(const Key& key, const Clock& clock) : key_(key), clock_(&clock) {}

  PodToken mint(const PodIdentity& identity, Duration lifetime) const;

  // The identity a genuine, unexpired token of ours speaks for; else denied. Whether that Pod (by name and uid) still
  // exists is the caller's to check. Leeway on expiry: 60 s.
  Result<PodIdentity> verify(std::string_view token) const;

 private:
  Key key_;
  const Clock* clock_;
};

// The key in `path`, made when there is none: see load_or_make_secret().
Result<PodTokens::Key> load_or_make_key(const std::string& path);

}  // namespace weft::control
