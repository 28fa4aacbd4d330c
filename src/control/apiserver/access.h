// Access: who may call the API. The Unix socket is open to who may open it (0600: its owner, the admin). The plain port
// is on loopback, where every local process and every web page in a browser can reach it: there the caller must name
// the port's own address as Host (a page whose name was rebound to 127.0.0.1 does not) and bring a token, as bearer or
// as the password of basic credentials: the admin's, or one that was made for it, with its role. On the port with TLS
// the caller may show a certificate instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "control/apiserver/refusal.h"
#include "control/ca/api_tokens.h"
#include "http/message.h"

namespace weft::control {

// What the role of a client's certificate goes by: our record of it, where the mesh's authority made it (others have
// its certificates, too: every workload), or its organisation, as groups in Kubernetes: O=weft:admin.
enum class CertificateRoles : uint8_t { by_record, by_organization };

// Immutable; one per listener. Control thread.
class Access {
 public:
  // For the Unix socket.
  static Access unrestricted() { return Access({}, nullptr, std::nullopt); }
  // For the plain port. `tokens` outlives it.
  static Access with_tokens(std::string admin_token, const ApiTokens& tokens) {
    return Access(std::move(admin_token), &tokens, std::nullopt);
  }
  // For the port with TLS. `tokens` outlives it.
  static Access with_certificates(std::string admin_token, const ApiTokens& tokens, CertificateRoles roles) {
    return Access(std::move(admin_token), &tokens, roles);
  }

  // Behind a SecureDoor.
  bool is_behind_tls() const { return roles_.has_value(); }

  // As whom this request is to be answered; health checks are everybody's. `shown`: a certificate whose chain is good.
  // Fails with 403 (wrong Host) or 401.
  Reply<Role> check(const http::RequestHead& head, bool is_health_check,
                    const std::optional<tls::Certificate>& shown = {}) const;

 private:
  Access(std::string admin_token, const ApiTokens* tokens, std::optional<CertificateRoles> roles)
      : admin_token_(std::move(admin_token)), tokens_(tokens), roles_(roles) {}

  std::optional<Role> role_of(const tls::Certificate& shown) const;

  std::string admin_token_;
  const ApiTokens* tokens_;                // null: unrestricted
  std::optional<CertificateRoles> roles_;  // nothing: no certificates, and the Host must be loopback's
};

}  // namespace weft::control
