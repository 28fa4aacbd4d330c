#include "control/ca/intermediate.h"

#include <fmt/format.h>

#include "base/log.h"
#include "control/ca/key_file.h"
#include "tls/chain_check.h"

namespace weft::control {
namespace {

using tls::Issuer;

constexpr auto kIntermediateLifetime = std::chrono::hours(365 * 24);
constexpr size_t kFileSizeMax = 64 << 10;

Result<Issuer> read_intermediate(const std::string& text) {
  WEFT_TRY(auto certificate, tls::Certificate::from_pem(text));
  WEFT_TRY(auto key, tls::PrivateKey::from_pem(text));
  if (!(certificate.public_key() == key.public_key()))
    return fail(Reason::malformed, "the key is not that of the certificate");
  return Issuer{std::move(certificate), std::move(key)};
}

bool is_of(const Issuer& intermediate, const Issuer& root, WallTime now) {
  return !tls::check_authority({intermediate.certificate}, {root.certificate}, now);
}

bool is_fresh(const Issuer& intermediate, WallTime now) {
  return now + kIntermediateLifetime / 2 < intermediate.certificate.validity().until;
}

Result<Issuer> make_intermediate(const std::string& path, const Issuer& root, WallTime now) {
  WEFT_TRY(auto key, tls::PrivateKey::make(tls::KeyKind::ecdsa_p256));
  const std::string name = fmt::format("weftd, under {}", root.certificate.subject().substr(3));
  WEFT_TRY(auto certificate, tls::issue_intermediate(root, key.public_key(), name,
                                                     {now - tls::kBackdating, now + kIntermediateLifetime}));
  WEFT_TRY(const std::string key_pem, key.to_pem());
  WEFT_CHECK(write_private_file(path, certificate.to_pem() + key_pem));
  log::info("ca: a new intermediate, serial {}", certificate.serial());
  return Issuer{std::move(certificate), std::move(key)};
}

}  // namespace

Result<Issuer> load_or_make_intermediate(const std::string& path, const Issuer& root, WallTime now) {
  const auto text = read_private_file(path, kFileSizeMax);
  if (!text && text.error().reason != Reason::not_found) return fail(text.error());
  if (!text) return make_intermediate(path, root, now);
  auto found = read_intermediate(*text);
  if (!found) return fail(std::move(found).error().during("reading " + path));
  if (is_of(*found, root, now) && is_fresh(*found, now)) return found;
  return make_intermediate(path, root, now);
}

}  // namespace weft::control
