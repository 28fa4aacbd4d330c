#include "control/serve/admission.h"

namespace weft::control {

Result<PodIdentity> Admission::authenticate(const std::string& authorization) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (!authorization.starts_with(kBearer)) {
    return fail(Reason::denied, "no bearer token in the metadata 'authorization'", Side::client);
  }
  return tokens_->verify(std::string_view(authorization).substr(kBearer.size()));
}

Result<> Admission::admit(const PodIdentity& identity) const {
  auto pod = mesh_->view()->pod(identity.space, identity.pod);
  if (!pod || pod->uid != identity.pod_uid || pod->service_account != identity.service_account) {
    return fail(Reason::denied,
                "pod " + identity.space + "/" + identity.pod + " of the token does not exist (any more)", Side::client);
  }
  return {};
}

Result<tls::SpiffeId> Admission::name_of(const PodIdentity& identity) const {
  return tls::SpiffeId::of_workload(mesh_->view()->config().trust_domain, identity.space, identity.service_account);
}

}  // namespace weft::control
