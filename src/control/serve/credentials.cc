#include "control/serve/credentials.h"

#include <initializer_list>
#include <utility>

#include <fmt/format.h>

#include "api/base64.h"
#include "base/log.h"
#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "control/translate/security/secrets.h"
#include "tls/certificate.h"
#include "tls/revocation_list.h"

namespace weft::control {
namespace {

constexpr std::string_view kScheme = "kubernetes://";
constexpr std::string_view kAuthoritiesSuffix = "-cacert";

// The first of these keys that has something; Istio takes the ones of kubernetes.io/tls and older ones of its own.
std::string first_of(const api::Json& secret, std::initializer_list<const char*> keys) {
  for (const auto* key : keys) {
    auto value = api::decode_base64(text_at(secret, "data", key)).value_or("");
    if (!value.empty()) return value;
  }
  return {};
}

// The store's revision is the version: what can be seen of a secret must not follow from its content.
xds::ResourcePtr resource_of(translate::Encoded encoded, Revision revision) {
  return std::make_shared<const xds::Resource>(
      xds::Resource{std::move(encoded.name), std::to_string(revision.value()), std::move(encoded.bytes)});
}

Result<> check_pair(const std::string& chain, const std::string& key) {
  WEFT_TRY(const auto certificates, tls::read_certificates(chain));
  WEFT_TRY(const auto private_key, tls::PrivateKey::from_pem(key));
  if (!(certificates.front().public_key() == private_key.public_key()))
    return fail(Reason::invalid, "the key is not that of the certificate");
  return {};
}

xds::ResourcePtr certificate_in(const Object& secret, std::string_view name) {
  const api::Json body = decode(secret);
  const std::string chain = first_of(body, {"tls.crt", "cert"});
  const std::string key = first_of(body, {"tls.key", "key"});
  if (auto good = check_pair(chain, key); !good) {
    log::warn("serve: the Secret {}/{} can't be served: {}", secret.key.space, secret.key.name, good.error().detail);
    return nullptr;
  }
  return resource_of(translate::certificate_secret(fmt::format("{}{}", kScheme, name), chain, key), secret.revision);
}

// Without any there is nothing wrong: nobody asks for one.
Result<> check_revocation_lists(const std::string& lists) {
  if (lists.empty()) return {};
  if (auto good = tls::read_revocation_lists(lists); !good) return fail(std::move(good.error()).during("ca.crl"));
  return {};
}

// Lists that can't be read make the whole of no use: to pass them over would let the revoked in.
xds::ResourcePtr authorities_in(const Object& secret, std::string_view name) {
  const api::Json body = decode(secret);
  const std::string authorities = first_of(body, {"ca.crt", "cacert"});
  const std::string lists = first_of(body, {"ca.crl", "crl"});
  if (auto good = tls::read_certificates(authorities); !good) {
    log::warn("serve: the Secret {}/{} has no authorities: {}", secret.key.space, secret.key.name, good.error().detail);
    return nullptr;
  }
  if (auto good = check_revocation_lists(lists); !good) {
    log::warn("serve: the Secret {}/{} can't be served: {}", secret.key.space, secret.key.name, good.error().detail);
    return nullptr;
  }
  return resource_of(translate::validation_secret(fmt::format("{}{}", kScheme, name), authorities, lists),
                     secret.revision);
}

}  // namespace

// Istio looks for the authorities in a Secret of their own first, then in the one with the certificate.
xds::ResourcePtr find_credential(const Store& store, std::string_view space, std::string_view name) {
  if (!name.starts_with(kScheme)) return nullptr;
  const std::string_view secret = name.substr(kScheme.size());
  const auto find = [&](std::string_view one) { return store.get({"/secrets", std::string(space), std::string(one)}); };
  const ObjectPtr found = find(secret);
  if (!secret.ends_with(kAuthoritiesSuffix)) return found ? certificate_in(*found, secret) : nullptr;
  if (found) return authorities_in(*found, secret);
  const ObjectPtr base = find(secret.substr(0, secret.size() - kAuthoritiesSuffix.size()));
  return base ? authorities_in(*base, secret) : nullptr;
}

std::optional<std::string> complaint_about(const api::Json& secret) {
  if (const auto good = check_revocation_lists(first_of(secret, {"ca.crl"})); !good)
    return "gateways can't use its revocation lists, and keep earlier ones: " + good.error().detail;
  if (text_at(secret, "type") != "kubernetes.io/tls") return std::nullopt;
  const auto good = check_pair(first_of(secret, {"tls.crt"}), first_of(secret, {"tls.key"}));
  if (good) return std::nullopt;
  return "gateways can't serve its certificate, and keep an earlier one: " + good.error().detail;
}

std::string_view secret_of(std::string_view name) {
  if (!name.starts_with(kScheme)) return {};
  name.remove_prefix(kScheme.size());
  if (name.ends_with(kAuthoritiesSuffix)) name.remove_suffix(kAuthoritiesSuffix.size());
  return name;
}

std::vector<std::string> credential_names(std::string_view secret) {
  return {fmt::format("{}{}", kScheme, secret), fmt::format("{}{}{}", kScheme, secret, kAuthoritiesSuffix)};
}

}  // namespace weft::control
