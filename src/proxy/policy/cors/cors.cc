#include "proxy/policy/cors/cors.h"

namespace weft::proxy {
namespace {

// The question before a request whether it would be allowed (Fetch, "CORS-preflight request").
bool is_preflight(const http::RequestHead& request) {
  return request.method == "OPTIONS" && !request.headers.get("access-control-request-method").value_or("").empty();
}

void write_if_any(http::Headers& headers, std::string_view name, const std::string& value) {
  if (!value.empty()) headers.set(name, value);
}

}  // namespace

Eventually<Result<>> Cors::on_request(Exchange& exchange) const {
  if (!exchange.route->cors) return Result<>();
  const decide::CorsPolicy& policy = *exchange.route->cors;
  const auto origin = exchange.request.headers.get("origin");
  if (!origin || origin->empty() || !policy.enabled.includes(exchange.shard.random.next())) return Result<>();
  const bool is_allowed = policy.allows(*origin);
  if (is_allowed) exchange.allowed_origin = *origin;
  if (is_preflight(exchange.request) && (is_allowed || !policy.forwards_unmatched_preflights)) {
    exchange.local_reply = LocalReply{200, "cors_response", ""};
  }
  return Result<>();
}

void Cors::on_response(Exchange& exchange) const {
  if (exchange.allowed_origin.empty()) return;
  const decide::CorsPolicy& policy = *exchange.route->cors;
  http::Headers& headers = exchange.response.headers;
  headers.set("access-control-allow-origin", exchange.allowed_origin);
  if (policy.allows_credentials) headers.set("access-control-allow-credentials", "true");
  write_if_any(headers, "access-control-expose-headers", policy.exposed_headers);
  if (!is_preflight(exchange.request)) return;
  write_if_any(headers, "access-control-allow-methods", policy.methods);
  write_if_any(headers, "access-control-allow-headers", policy.headers);
  write_if_any(headers, "access-control-max-age", policy.age_max);
}

}  // namespace weft::proxy
