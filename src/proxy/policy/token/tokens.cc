#include "proxy/policy/token/tokens.h"

#include <algorithm>

#include "http/field_alias.h"
#include "proxy/policy/token/denial.h"

namespace weft::proxy {
namespace {

using decide::AcceptedToken;

// An issuer's text is not ours: it must not become another field.
bool fits_a_field(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// What only tokens may fill, however the client spells it.
void drop_reserved(const decide::TokenRules& rules, http::Headers& headers) {
  if (rules.reserved_headers.empty()) return;
  headers.remove_if([&](const http::Field& field) {
    return std::ranges::any_of(rules.reserved_headers, [&](const std::string& name) {
      return field.name == name || http::is_alias(field.name, name);
    });
  });
}

void write_claims(const AcceptedToken& token, http::Headers& headers) {
  using Kind = jose::Value::Kind;
  for (const auto& header : token.provider->claim_headers) {
    const jose::Value* claim = token.claims->find(header.claim);
    const bool is_plain =
        claim != nullptr && (claim->is(Kind::text) || claim->is(Kind::number) || claim->is(Kind::truth));
    if (is_plain && fits_a_field(claim->text)) headers.set(header.name, claim->text);
  }
}

void write_payload(const AcceptedToken& token, http::Headers& headers) {
  const std::string& name = token.provider->payload_header;
  if (name.empty()) return;
  const std::string& payload = token.claims->encoded();
  const size_t missing = token.provider->pads_payload ? (4 - payload.size() % 4) % 4 : 0;
  headers.set(name, missing == 0 ? payload : payload + std::string(missing, '='));
}

}  // namespace

Eventually<Result<>> Tokens::on_request(Exchange& exchange) const {
  const decide::TokenRules* rules = exchange.chain->token_rules.get();
  if (rules == nullptr) return Result<>();
  drop_reserved(*rules, exchange.request.headers);
  exchange.record.token_denial = "";
  exchange.route_is_stale = exchange.routes_by_claims();
  const auto request = exchange.routed();
  const decide::TokenRequirement* requirement = rules->requirement_for(request);
  if (requirement == nullptr) return Result<>();
  Shard& shard = exchange.shard;
  const auto verdict = shard.token_judge.judge(*rules, *requirement, request, shard.reactor.clock().wall_now());
  if (verdict.fault) {
    exchange.local_reply = denial(*verdict.fault, *rules, exchange.request);
    exchange.record.token_denial = exchange.local_reply->details;
    return Result<>();
  }
  for (const AcceptedToken& token : verdict.accepted) {
    write_payload(token, exchange.request.headers);
    write_claims(token, exchange.request.headers);
    exchange.token_providers.push_back(token.provider);
  }
  if (!verdict.accepted.empty()) exchange.claims = verdict.accepted.front().claims;
  return Result<>();
}

}  // namespace weft::proxy
