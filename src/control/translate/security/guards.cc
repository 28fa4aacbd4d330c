#include "control/translate/security/guards.h"

#include "control/translate/security/authorization.h"
#include "control/translate/security/external_authorization.h"
#include "control/translate/security/tokens.h"

namespace weft::control::translate {

Guards guards_of(const mesh::MeshView& view, std::string_view space, const model::Labels& labels) {
  Guards guards;
  const auto policies = view.authorization_policies().selecting(space, labels, view.root_space());
  add_external_authorization(policies, view.config(), guards);
  const auto tokens = view.request_authentications().selecting(space, labels, view.root_space());
  add_tokens(tokens, view.key_sets(), guards);
  add_authorization(policies, view.config(), guards);
  return guards;
}

}  // namespace weft::control::translate
