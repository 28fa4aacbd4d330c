// Access: who may call the API. The Unix socket is open to who may open it (0600: its owner, the admin). At the ports
// the caller brings a token, as bearer or as the password of basic credentials: the admin's, or one that was made for
// it, with its role; over TLS it may show a certificate instead. The port on loopback can be reached by every local
// process and every web page in a browser: there the caller must also name the port's own address as Host (a page whose
// name was rebound to 127.0.0.1 does not).
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

// Where a port listens, which is what the Host of its requests is to name.
enum class Reach : uint8_t { loopback, network };

// Immutable; one per listener. Control thread.
class Access {
 public:
  // For the Unix socket.
  static Access unrestricted() { return Access({}, nullptr, Reach::loopback, CertificateRoles::by_record); }
  // For the port on loopback. `tokens` outlives it.
  static Access on_loopback(std::string admin_token, const ApiTokens& tokens) {
    return Access(std::move(admin_token), &tokens, Reach::loopback, CertificateRoles::by_record);
  }
  // For the port to which other machines come. `tokens` outlives it.
  static Access on_network(std::string admin_token, const ApiTokens& tokens, CertificateRoles roles) {
    return Access(std::move(admin_token), &tokens, Reach::network, roles);
  }

  // As whom this request is to be answered; health checks are everybody's. `shown`: a certificate whose chain is good.
  // Fails with 403 (wrong Host) or 401.
  Reply<Role> check(const http::RequestHead& head, bool is_health_check,
                    const std::optional<tls::Certificate>& shown = {}) const;

 private:
  Access(std::string admin_token, const ApiTokens* tokens, Reach reach, CertificateRoles roles)
      : admin_token_(std::move(admin_token)), tokens_(tokens), reach_(reach), roles_(roles) {}

  std::optional<Role> role_of(const tls::Certificate& shown) const;

  std::string admin_token_;
  const ApiTokens* tokens_;  // null: unrestricted
  Reach reach_;
  CertificateRoles roles_;
};

}  // namespace weft::control
