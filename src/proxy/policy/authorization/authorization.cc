#include "proxy/policy/authorization/authorization.h"

#include "proxy/policy/access.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kDenied = "RBAC: access denied";  // Envoy's words
constexpr uint16_t kRefusalStatus = 403;

}  // namespace

Eventually<Result<>> AuthorizationCheck::on_request(Exchange& exchange) const {
  const decide::Authorization* authorization = exchange.chain->authorization.get();
  if (authorization == nullptr) return Result<>();
  const decide::RequestHead request = exchange.routed();
  exchange.record.authorization = authorization->decide(access_of(exchange, request));
  if (exchange.record.authorization->is_allowed) return Result<>();
  exchange.local_reply = LocalReply{kRefusalStatus, exchange.record.authorization->denial, std::string(kDenied)};
  return Result<>();
}

decide::AccessVerdict check_connection(const decide::Authorization& authorization, const ClientFacts& client) {
  return authorization.decide(access_of(client));
}

}  // namespace weft::proxy
