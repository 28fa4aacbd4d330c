// VerifiedPeers: chains that have been verified already, so that a peer that comes again costs no signature check. A
// mesh has few identities and many connections.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

#include "base/clock.h"

struct x509_store_ctx_st;

namespace weft::tls {

// Of one context: other roots or rules mean another context, and nothing is known there. Any thread; the lock is held
// for a lookup once a handshake.
class VerifiedPeers {
 public:
  // Over the leaf and all that came with it.
  using Digest = std::array<uint8_t, 32>;

  // Of the chain that is to be verified.
  static Digest digest_of(x509_store_ctx_st& checked);

  bool knows(const Digest& chain, WallTime now);
  // To be believed until `latest`, or until the first certificate of the verified chain ends. Of many, the ones that
  // end soonest are forgotten.
  void add(const Digest& chain, x509_store_ctx_st& verified, WallTime latest);

 private:
  std::mutex mutex_;
  std::map<Digest, WallTime> until_;
};

}  // namespace weft::tls
