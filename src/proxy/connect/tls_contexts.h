// TlsContexts: the TLS contexts of a snapshot's settings, made of the secrets as they are at one moment.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "decide/names.h"
#include "tls/context.h"

namespace weft::proxy {

// Immutable; made on the main thread, read by all shards. New secrets come as new contexts in a new table: connections
// that are there keep theirs.
class TlsContexts {
 public:
  using Serials = std::set<std::string, std::less<>>;

  TlsContexts(std::vector<tls::ContextPtr> by_id, std::shared_ptr<const Serials> revoked, WallTime identity_ends)
      : by_id_(std::move(by_id)), revoked_(std::move(revoked)), identity_ends_(identity_ends) {}

  // Null: a secret is missing, or is of no use.
  tls::ContextPtr find(decide::TlsContextId id) const {
    return id.value() < by_id_.size() ? by_id_[id.value()] : nullptr;
  }

  // Certificates whose connections are to end, too.
  const Serials& revoked() const { return *revoked_; }
  // When our own identity ends, unless there is another by then.
  WallTime identity_ends() const { return identity_ends_; }

 private:
  std::vector<tls::ContextPtr> by_id_;
  std::shared_ptr<const Serials> revoked_;
  WallTime identity_ends_;
};
using TlsContextsPtr = std::shared_ptr<const TlsContexts>;

}  // namespace weft::proxy
