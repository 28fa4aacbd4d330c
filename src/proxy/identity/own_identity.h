// OwnIdentity: keeps the proxy's own key and certificate good: makes a key, has it certified, and does both again at
// half of the certificate's life. The key never leaves the process.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "base/random.h"
#include "proxy/identity/certificate_call.h"
#include "runtime/signal.h"
#include "tls/context.h"

namespace weft::proxy {

// What is known of the present certificate, for the admin pages. A value.
struct IdentityStatus {
  std::string uri;  // empty: there is no certificate yet
  std::string serial;
  WallTime expires{};
  uint64_t renewals = 0;   // certificates received
  std::string last_error;  // why the last attempt brought none; empty: it did
};

// Owned by bin/; main thread.
class OwnIdentity {
 public:
  // Who uses the identity; ends when it is in force.
  using Deliver = std::function<runtime::Task<void>(tls::Credentials)>;
  OwnIdentity(runtime::Reactor& reactor, CertificateAuthority authority, Random& random, Deliver deliver);

  // To be spawned once; ends at stop(). An authority that cannot be reached is asked again and again: whatever
  // certificate there is serves on, to its end.
  runtime::Task<void> run();
  void stop();

  // Certificates that have to go: if ours is among them, it is replaced within two seconds.
  void replace(const std::set<std::string, std::less<>>& serials);

  const IdentityStatus& status() const { return status_; }

 private:
  runtime::Task<Result<>> renew();
  Time renewal_time(const tls::Validity& validity);

  runtime::Reactor* reactor_;
  CertificateAuthority authority_;
  Random* random_;
  Deliver deliver_;
  runtime::Signal wanted_;  // before its time, or the end
  bool is_stopped_ = false;
  Time renew_at_{};
  IdentityStatus status_;
};

}  // namespace weft::proxy
