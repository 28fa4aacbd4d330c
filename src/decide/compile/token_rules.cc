#include "decide/compile/token_rules.h"

#include <algorithm>
#include <map>

#include "decide/compile/route_conditions.h"
#include "decide/compile/token_provider.h"
#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::extensions::filters::http::jwt_authn::v3::JwtAuthentication;
using envoy::extensions::filters::http::jwt_authn::v3::JwtRequirement;
using envoy::extensions::filters::http::jwt_authn::v3::RequirementRule;
using Kind = TokenRequirement::Kind;

// Requirements nest; a tree that no one would write by hand is refused before it is too deep to walk.
constexpr int kRequirementDepthMax = 16;

// Compiles requirements, whose leaves name providers.
class Requirements {
 public:
  explicit Requirements(const TokenRules& rules) : providers_(rules.providers) {}

  Result<TokenRequirement> compile(const JwtRequirement& wire, int depth = 0) const {
    if (depth > kRequirementDepthMax) return fail(Reason::too_large, "requirements nested too deeply");
    switch (wire.requires_type_case()) {
      case JwtRequirement::kProviderName:
        return leaf(wire.provider_name());
      case JwtRequirement::kProviderAndAudiences:
        return leaf_with_audiences(wire);
      case JwtRequirement::kRequiresAny:
        return parts(Kind::any, wire.requires_any().requirements(), depth);
      case JwtRequirement::kRequiresAll:
        return parts(Kind::all, wire.requires_all().requirements(), depth);
      case JwtRequirement::kAllowMissing:
      case JwtRequirement::kAllowMissingOrFailed:
        return any_provider(wire);
      case JwtRequirement::REQUIRES_TYPE_NOT_SET:
        break;
    }
    return fail(Reason::invalid, "a requirement of no kind");
  }

 private:
  Result<TokenRequirement> leaf(const std::string& name) const {
    const auto found = std::ranges::find(providers_, name, &TokenProvider::name);
    if (found == providers_.end()) return fail(Reason::invalid, "a requirement names no provider: '" + name + "'");
    return TokenRequirement{.kind = Kind::provider, .provider = static_cast<size_t>(found - providers_.begin())};
  }

  Result<TokenRequirement> leaf_with_audiences(const JwtRequirement& wire) const {
    WEFT_TRY(auto requirement, leaf(wire.provider_and_audiences().provider_name()));
    auto& audiences = requirement.audiences.emplace();
    for (const auto& audience : wire.provider_and_audiences().audiences())
      audiences.emplace_back(plain_audience(audience));
    return requirement;
  }

  static void allow(const JwtRequirement& wire, TokenRequirement& requirement) {
    requirement.allows_missing = true;
    requirement.allows_failed = requirement.allows_failed || wire.has_allow_missing_or_failed();
  }

  // On its own: whatever token there is must be valid for one of all the providers.
  Result<TokenRequirement> any_provider(const JwtRequirement& wire) const {
    TokenRequirement requirement{.kind = Kind::any};
    for (size_t i = 0; i < providers_.size(); ++i) requirement.parts.push_back({.kind = Kind::provider, .provider = i});
    allow(wire, requirement);
    return requirement;
  }

  // In a list of alternatives the permission to bring none is about these alone.
  template <class List>
  Result<TokenRequirement> parts(Kind kind, const List& list, int depth) const {
    TokenRequirement requirement{.kind = kind};
    for (const JwtRequirement& part : list) {
      const bool is_permission = part.has_allow_missing() || part.has_allow_missing_or_failed();
      if (kind == Kind::any && is_permission) {
        allow(part, requirement);
        continue;
      }
      WEFT_TRY(auto compiled, compile(part, depth + 1));
      requirement.parts.push_back(std::move(compiled));
    }
    return requirement;
  }

  const std::vector<TokenProvider>& providers_;
};

// Providers in the order of their names, whatever order the map has.
Result<> fill_providers(const JwtAuthentication& wire, TokenRules& rules) {
  const std::map<std::string, envoy::extensions::filters::http::jwt_authn::v3::JwtProvider> providers(
      wire.providers().begin(), wire.providers().end());
  for (const auto& [name, provider] : providers) {
    auto compiled = compile_token_provider(name, provider);
    if (!compiled) return fail(std::move(compiled.error()).during("provider '" + name + "'"));
    rules.providers.push_back(*std::move(compiled));
  }
  return {};
}

Result<TokenRule> compile_rule(const JwtAuthentication& wire, const RequirementRule& rule,
                               const Requirements& requirements) {
  TokenRule compiled;
  WEFT_TRY(compiled.match, compile_route_match(rule.match()));
  const JwtRequirement* requirement = rule.has_requires_() ? &rule.requires_() : nullptr;
  if (!rule.requirement_name().empty()) {
    const auto found = wire.requirement_map().find(rule.requirement_name());
    if (found == wire.requirement_map().end())
      return fail(Reason::invalid, "no requirement is named '" + rule.requirement_name() + "'");
    requirement = &found->second;
  }
  if (requirement == nullptr || requirement->requires_type_case() == JwtRequirement::REQUIRES_TYPE_NOT_SET)
    return compiled;
  WEFT_TRY(compiled.requirement, requirements.compile(*requirement));
  return compiled;
}

// What tokens fill, nobody else may: an application reads these fields as verified.
void reserve_headers(TokenRules& rules) {
  for (const TokenProvider& provider : rules.providers) {
    if (!provider.payload_header.empty()) rules.reserved_headers.push_back(provider.payload_header);
    for (const ClaimHeader& header : provider.claim_headers) rules.reserved_headers.push_back(header.name);
  }
  std::ranges::sort(rules.reserved_headers);
  const auto repeated = std::ranges::unique(rules.reserved_headers);
  rules.reserved_headers.erase(repeated.begin(), repeated.end());
}

}  // namespace

Result<std::shared_ptr<const TokenRules>> compile_token_rules(const google::protobuf::Any& config) {
  WEFT_TRY(const auto wire, unpack<JwtAuthentication>(config, "the filter's configuration"));
  if (wire.has_filter_state_rules()) return fail(Reason::unsupported, "filter_state_rules");
  auto rules = std::make_shared<TokenRules>();
  rules->lets_preflights_pass = wire.bypass_cors_preflight();
  rules->keeps_reasons_back = wire.strip_failure_response();
  WEFT_CHECK(fill_providers(wire, *rules));
  const Requirements requirements(*rules);
  for (const auto& rule : wire.rules()) {
    WEFT_TRY(auto compiled, compile_rule(wire, rule, requirements));
    rules->rules.push_back(std::move(compiled));
  }
  reserve_headers(*rules);
  return rules;
}

}  // namespace weft::decide
