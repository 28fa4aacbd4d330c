#include "proxy/policy/authorization/authorization.h"

namespace weft::proxy {
namespace {

constexpr std::string_view kDenied = "RBAC: access denied";  // Envoy's words
constexpr uint16_t kRefusalStatus = 403;

decide::Access access_of(const ClientFacts& client) {
  return {.peer = client.peer,
          .direct = client.direct_ip(),
          .remote = client.address.ip,
          .destination = client.destination,
          .server_name = client.server_name};
}

}  // namespace

Eventually<Result<>> AuthorizationCheck::on_request(Exchange& exchange) const {
  const decide::Authorization* authorization = exchange.chain->authorization.get();
  if (authorization == nullptr) return Result<>();
  const decide::RequestHead request = exchange.routed();
  decide::Access access = access_of(exchange.client);
  access.remote = exchange.origin.ip;
  access.request = &request;
  access.claims = exchange.claims.get();
  exchange.record.authorization = authorization->decide(access);
  if (exchange.record.authorization->is_allowed) return Result<>();
  exchange.local_reply = LocalReply{kRefusalStatus, exchange.record.authorization->denial, std::string(kDenied)};
  return Result<>();
}

decide::AccessVerdict check_connection(const decide::Authorization& authorization, const ClientFacts& client) {
  return authorization.decide(access_of(client));
}

}  // namespace weft::proxy
