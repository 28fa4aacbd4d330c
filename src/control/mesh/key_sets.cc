#include "control/mesh/key_sets.h"

namespace weft::control::mesh {

KeySource key_source_of(const api::istio::JwtRule& rule) {
  if (!rule.jwks_uri.empty()) return {KeySource::Kind::keys, rule.jwks_uri};
  // OpenID Connect Discovery 1.0, 4.1: a slash at the issuer's end is not doubled.
  std::string url = rule.issuer;
  if (url.ends_with('/')) url.pop_back();
  return {KeySource::Kind::discovery, url + "/.well-known/openid-configuration"};
}

}  // namespace weft::control::mesh
