// Admission: who speaks to weftd as a pod: by the token it brings, and as long as that pod exists.
#pragma once

#include <string>

#include "base/error.h"
#include "control/ca/pod_tokens.h"
#include "control/mesh/mesh_builder.h"
#include "tls/spiffe_id.h"

namespace weft::control {

// Control thread. Owned by the configuration server; tokens and mesh outlive it.
class Admission {
 public:
  Admission(const PodTokens& tokens, const mesh::MeshBuilder& mesh) : tokens_(&tokens), mesh_(&mesh) {}

  // The identity behind the metadata "authorization" of a call.
  Result<PodIdentity> authenticate(const std::string& authorization) const;

  // A token outlives its pod: a pod that is gone, or was replaced under its name, gets nothing; nor does one that runs
  // as another service account than the token says.
  Result<> admit(const PodIdentity& identity) const;

  // The name under which the mesh knows the pod: MeshConfig.trustDomain, namespace and service account.
  Result<tls::SpiffeId> name_of(const PodIdentity& identity) const;

 private:
  const PodTokens* tokens_;
  const mesh::MeshBuilder* mesh_;
};

}  // namespace weft::control
