#include "proxy/policy/token/token_stripping.h"

#include "decide/token/found_tokens.h"
#include "decide/token/token_rules.h"

namespace weft::proxy {
namespace {

using decide::TokenHeader;
using decide::TokenProvider;

// Nearly always the field holds the token and nothing else.
void remove_from_field(const TokenHeader& location, http::Headers& headers) {
  const auto value = headers.get(location.name);
  if (!value) return;
  const bool is_alone = headers.count(location.name) == 1 && !value->contains(',');
  if (is_alone && decide::holds_token(*value, location)) headers.remove(location.name);
  if (is_alone) return;
  std::string rest = *headers.joined(location.name);
  if (!decide::remove_tokens(rest, location)) return;
  headers.remove(location.name);
  if (!rest.empty()) headers.add(location.name, rest);
}

void remove_from_cookies(const std::vector<std::string>& names, http::Headers& headers) {
  if (names.empty()) return;
  auto rest = headers.joined("cookie");
  if (!rest || !decide::remove_cookies(*rest, names)) return;
  headers.remove("cookie");
  if (!rest->empty()) headers.add("cookie", *rest);
}

// All that the provider would take for a token of its own.
void strip(const TokenProvider& provider, http::RequestHead& request) {
  for (const TokenHeader& location : provider.headers) remove_from_field(location, request.headers);
  remove_from_cookies(provider.cookies, request.headers);
  if (!provider.parameters.empty()) decide::remove_parameters(request.path, provider.parameters);
}

}  // namespace

Eventually<Result<>> TokenStripping::on_request(Exchange& exchange) const {
  for (const TokenProvider* provider : exchange.token_providers) {
    if (!provider->forwards_token) strip(*provider, exchange.request);
  }
  return Result<>();
}

}  // namespace weft::proxy
