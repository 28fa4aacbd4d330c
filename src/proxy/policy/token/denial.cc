#include "proxy/policy/token/denial.h"

#include <algorithm>
#include <array>
#include <string>

namespace weft::proxy {
namespace {

using jose::TokenFault;

constexpr size_t kFaults = static_cast<size_t>(TokenFault::no_usable_keys) + 1;

// Envoy's response code details: "jwt_authn_access_denied{Jwt_is_expired}". The record keeps a view of them.
std::string_view details_of(TokenFault fault) {
  static const auto all = [] {
    std::array<std::string, kFaults> details;
    for (size_t i = 0; i < kFaults; ++i) {
      std::string text(text_of(static_cast<TokenFault>(i)));
      std::ranges::replace(text, ' ', '_');
      details[i] = "jwt_authn_access_denied{" + text + "}";
    }
    return details;
  }();
  return all[static_cast<size_t>(fault)];
}

// What was asked for, as far as it may be said aloud: a query could hold the token. Quoted strings end at a quote.
std::string realm_of(const http::RequestHead& request) {
  constexpr size_t kSizeMax = 256;  // Envoy's
  std::string realm;
  for (const char c : request.scheme + "://" + request.authority + std::string(request.path_without_query())) {
    if (realm.size() >= kSizeMax) break;
    if (c == '"') {
      realm += "%22";
    } else if (c == '\\') {
      realm += "%5C";
    } else {
      realm += c;
    }
  }
  return realm;
}

// RFC 6750 3. A request that brings no token is told no error.
std::string challenge(TokenFault fault, const http::RequestHead& request) {
  std::string text = "Bearer realm=\"" + realm_of(request) + "\"";
  if (fault != TokenFault::missing) text += ", error=\"invalid_token\"";
  return text;
}

}  // namespace

LocalReply denial(TokenFault fault, const decide::TokenRules& rules, const http::RequestHead& request) {
  constexpr uint16_t kUnauthorized = 401;
  constexpr uint16_t kForbidden = 403;
  LocalReply reply{fault == TokenFault::unknown_audience ? kForbidden : kUnauthorized, details_of(fault), ""};
  if (rules.keeps_reasons_back) return reply;
  reply.text = text_of(fault);
  reply.fields.emplace_back("www-authenticate", challenge(fault, request));
  return reply;
}

}  // namespace weft::proxy
