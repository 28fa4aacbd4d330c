#include "control/apiserver/access.h"

#include <openssl/crypto.h>

#include "api/base64.h"
#include "base/strings.h"

namespace weft::control {
namespace {

// "127.0.0.1:7800", "localhost", "[::1]:7800": the host without its port must be a name of loopback. The port may
// differ from ours, for clients behind a port forward.
bool names_loopback(std::string_view authority) {
  const size_t bracket = authority.find(']');
  const std::string_view host = authority.starts_with('[') && bracket != std::string_view::npos
                                    ? authority.substr(0, bracket + 1)
                                    : authority.substr(0, authority.find(':'));
  return host == "127.0.0.1" || host == "[::1]" || equal_ignoring_case(host, "localhost");
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The secret in an Authorization header: of "Bearer SECRET" (RFC 6750), or the password of "Basic" (RFC 7617).
std::string secret_of(std::string_view header) {
  const size_t space = std::min(header.find(' '), header.size());
  const std::string_view scheme = header.substr(0, space);
  const std::string_view rest = trim(header.substr(space));
  if (equal_ignoring_case(scheme, "bearer")) return std::string(rest);
  if (!equal_ignoring_case(scheme, "basic")) return "";
  const std::string pair = api::decode_base64(rest).value_or("");
  const size_t colon = pair.find(':');
  return colon == std::string::npos ? "" : pair.substr(colon + 1);
}

// The highest of "weft:viewer", "weft:editor" and "weft:admin" among them.
std::optional<Role> role_among(const std::vector<std::string>& organizations) {
  std::optional<Role> highest;
  for (const std::string_view organization : organizations) {
    if (!organization.starts_with(kRolePrefix)) continue;
    if (const auto role = role_of_word(organization.substr(kRolePrefix.size()))) highest = std::max(highest, role);
  }
  return highest;
}

}  // namespace

// A connection may live on longer than the certificate by which it was opened.
std::optional<Role> Access::role_of(const tls::Certificate& shown) const {
  if (tokens_->clock().wall_now() > shown.validity().until) return std::nullopt;
  if (roles_ == CertificateRoles::by_organization) return role_among(shown.organizations());
  const auto recorded = tokens_->find(shown);
  return recorded ? std::optional(recorded->role) : std::nullopt;
}

Reply<Role> Access::check(const http::RequestHead& head, bool is_health_check,
                          const std::optional<tls::Certificate>& shown) const {
  if (tokens_ == nullptr) return Role::admin;
  if (reach_ == Reach::loopback && !names_loopback(head.authority))
    return refuse({403, "Forbidden", "the Host of the request is not this server's", {}});
  if (is_health_check) return Role::viewer;
  if (const auto role = shown ? role_of(*shown) : std::nullopt) return *role;
  const std::string secret = secret_of(head.headers.get(http::HeaderId::authorization).value_or(""));
  if (equal_in_constant_time(secret, admin_token_)) return Role::admin;
  if (const auto token = tokens_->find(secret)) return token->role;
  return refuse(unauthorized());
}

}  // namespace weft::control
