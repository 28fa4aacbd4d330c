#include "control/translate/security/secrets.h"

#include <envoy/extensions/transport_sockets/tls/v3/secret.pb.h>

#include "control/translate/encode.h"

namespace weft::control::translate {
namespace {

using envoy::extensions::transport_sockets::tls::v3::Secret;

Secret secret_named(const std::string& name) {
  Secret secret;
  secret.set_name(name);
  return secret;
}

}  // namespace

Encoded validation_secret(std::string name, std::string_view authorities, std::string_view revocation_lists) {
  Secret secret = secret_named(name);
  auto& validation = *secret.mutable_validation_context();
  validation.mutable_trusted_ca()->set_inline_bytes(std::string(authorities));
  if (!revocation_lists.empty()) validation.mutable_crl()->set_inline_bytes(std::string(revocation_lists));
  return encode(std::move(name), secret);
}

Encoded certificate_secret(std::string name, std::string_view chain, std::string_view key) {
  Secret secret = secret_named(name);
  secret.mutable_tls_certificate()->mutable_certificate_chain()->set_inline_bytes(std::string(chain));
  secret.mutable_tls_certificate()->mutable_private_key()->set_inline_bytes(std::string(key));
  return encode(std::move(name), secret);
}

Encoded generic_secret(std::string name, std::string_view text) {
  Secret secret = secret_named(name);
  secret.mutable_generic_secret()->mutable_secret()->set_inline_bytes(std::string(text));
  return encode(std::move(name), secret);
}

}  // namespace weft::control::translate
