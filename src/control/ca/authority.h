// Authority: the mesh's certificate authority in this weftd. Who gets a certificate, and for which identity, is the
// caller's to decide; it makes them, and knows which roots the mesh trusts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "control/ca/plugged_authority.h"
#include "control/ca/trust.h"
#include "control/store/store.h"
#include "runtime/task.h"
#include "tls/certificate_issue.h"

namespace weft::control {

// Owned by bin/weftd; control thread. The store outlives it. What it signs with follows the store: a root that another
// weftd has changed, or a `cacerts` Secret, is used from the next call on; while one is not usable, nothing is issued,
// and what is trusted stays.
class Authority {
 public:
  // Where keys are kept, and for how long workloads' certificates hold. A value.
  struct Options {
    std::string folder;  // the state folder: keys/intermediate.pem, and cacerts/ where an authority is plugged in
    Duration leaf_lifetime = std::chrono::hours(24);
  };

  // Makes the mesh's root when there is none, by compare-and-swap: of several weftds that start at once one succeeds,
  // the others use what it made. Fails when the key material can't be had, or may be read by others.
  static runtime::Task<Result<std::unique_ptr<Authority>>> open(Store& store, const Clock& clock, Options options);

  // A certificate for a key, with its chain: the leaf first, the root last. A lifetime of zero means the mesh's; a
  // longer one is cut to that. Fails with unavailable while what is plugged in is not usable.
  Result<std::vector<tls::Certificate>> issue(const tls::SpiffeId& id, const tls::PublicKey& key, Duration lifetime);

  // The same for a server of weftd's own under these names.
  Result<std::vector<tls::Certificate>> issue_server(const std::vector<std::string>& names, const tls::PublicKey& key);
  // The same for who calls weftd. For as long as asked for, where the authority itself holds as long.
  Result<std::vector<tls::Certificate>> issue_client(const tls::Caller& caller, const tls::PublicKey& key,
                                                     Duration lifetime);

  // Every root that is trusted, those of a rotation's overlap as well. Never empty.
  const std::vector<tls::Certificate>& roots();

  // The one of them that what is issued leads to.
  const tls::Certificate& issuing_root();

  // Where the change of the mesh's own root stands; nothing when an authority is plugged in.
  std::optional<RotationPhase> phase();
  // Takes the next step. Fails with conflict (another step is due, or another weftd was faster) or unsupported (an
  // authority is plugged in). Whether the mesh is ready for it must be known before.
  runtime::Task<Result<>> rotate(RotationStep step);

  Duration leaf_lifetime() const { return options_.leaf_lifetime; }

 private:
  Authority(Store& store, const Clock& clock, Options options)
      : store_(&store), clock_(&clock), options_(std::move(options)) {}

  Result<> refresh();
  Result<> prepare_to_issue();
  std::vector<tls::Certificate> chain_of(tls::Certificate leaf) const;
  Result<Signing> signing_now() const;
  Result<Signing> own_signing(const Object& trust) const;
  std::optional<Trust> own_trust() const;
  void trust_own_roots(std::vector<tls::Certificate>& roots) const;

  Store* store_;
  const Clock* clock_;
  Options options_;
  std::optional<Signing> signing_;
  ObjectPtr read_trust_;    // what signing_ was read from
  ObjectPtr read_plugged_;  // null: no such Secret
  WallTime renew_after_{};  // when signing_ must be looked at again, whatever the store says
};

// Where the store keeps the mesh's roots: of no kind that the API serves.
Key trust_key();
// The Secret with which an authority is plugged in, as with Istio.
Key plugged_key();

}  // namespace weft::control
