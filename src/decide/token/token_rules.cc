#include "decide/token/token_rules.h"

namespace weft::decide {
namespace {

// A question of a browser before the request proper, which carries no token (Fetch, "CORS-preflight request").
bool is_preflight(const RequestHead& request) {
  if (request.method != "OPTIONS" || request.headers == nullptr) return false;
  std::string scratch;
  const auto is_there = [&](std::string_view name) {
    const auto value = request.headers->value_of(name, scratch);
    return value && !value->empty();
  };
  return is_there("origin") && is_there("access-control-request-method");
}

}  // namespace

const TokenRequirement* TokenRules::requirement_for(const RequestHead& request) const {
  if (lets_preflights_pass && is_preflight(request)) return nullptr;
  for (const TokenRule& rule : rules) {
    if (rule.match.matches(request)) return rule.requirement ? &*rule.requirement : nullptr;
  }
  return nullptr;
}

std::string_view plain_audience(std::string_view audience) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (audience.starts_with(scheme)) {
      audience.remove_prefix(scheme.size());
      break;
    }
  }
  if (audience.ends_with('/')) audience.remove_suffix(1);
  return audience;
}

}  // namespace weft::decide
