#include "decide/compile/claim_match.h"

#include "decide/compile/wire_values.h"

namespace weft::decide {
namespace {

using envoy::type::matcher::v3::DoubleMatcher;
using envoy::type::matcher::v3::MetadataMatcher;
using envoy::type::matcher::v3::ValueMatcher;

constexpr std::string_view kTokenFilter = "envoy.filters.http.jwt_authn";
constexpr std::string_view kTokenPayload = "payload";

// The filters that are run here and tell what they found by metadata, which nothing reads but their own companions.
constexpr std::string_view kTelling[] = {"envoy.filters.http.rbac", "envoy.filters.network.rbac",
                                         "envoy.filters.http.ext_authz", "envoy.filters.network.ext_authz"};

Result<ValueMatch> compile_value(const ValueMatcher& wire);

ValueMatch::Number to_number(const DoubleMatcher& wire) {
  if (wire.has_range()) return {wire.range().start(), wire.range().end()};
  return {wire.exact(), wire.exact()};
}

Result<ValueMatch> compile_list(const ValueMatcher& wire) {
  if (!wire.list_match().has_one_of()) return fail(Reason::unsupported, "a list matcher other than one_of");
  ValueMatch::OneOf list;
  WEFT_TRY(list.item.emplace_back(), compile_value(wire.list_match().one_of()));
  return ValueMatch{std::move(list)};
}

Result<ValueMatch> compile_choice(const ValueMatcher& wire) {
  ValueMatch::AnyOf choice;
  for (const auto& one : wire.or_match().value_matchers()) {
    WEFT_TRY(choice.either.emplace_back(), compile_value(one));
  }
  return ValueMatch{std::move(choice)};
}

Result<ValueMatch> compile_value(const ValueMatcher& wire) {
  switch (wire.match_pattern_case()) {
    case ValueMatcher::kNullMatch:
      return ValueMatch{ValueMatch::Null{}};
    case ValueMatcher::kDoubleMatch:
      return ValueMatch{to_number(wire.double_match())};
    case ValueMatcher::kBoolMatch:
      return ValueMatch{ValueMatch::Truth{wire.bool_match()}};
    case ValueMatcher::kPresentMatch:
      return ValueMatch{ValueMatch::Present{wire.present_match()}};
    case ValueMatcher::kListMatch:
      return compile_list(wire);
    case ValueMatcher::kOrMatch:
      return compile_choice(wire);
    case ValueMatcher::kStringMatch: {
      WEFT_TRY(auto text, to_text_match(wire.string_match()));
      return ValueMatch{std::move(text)};
    }
    case ValueMatcher::MATCH_PATTERN_NOT_SET:
      break;
  }
  return fail(Reason::unsupported, "a value matcher of a kind that is not known");
}

}  // namespace

bool is_about_tokens(const MetadataMatcher& wire) {
  return wire.filter() == kTokenFilter && wire.path_size() > 0 && wire.path(0).key() == kTokenPayload;
}

Result<ClaimMatch> compile_claim_match(const MetadataMatcher& wire) {
  for (const auto telling : kTelling) {
    if (wire.filter() == telling)
      return fail(Reason::unsupported, "a condition on metadata of '" + wire.filter() + "'");
  }
  if (wire.path_size() == 0) return fail(Reason::invalid, "a condition on metadata without a path");
  ClaimMatch match{.inverted = wire.invert()};
  WEFT_TRY(match.value, compile_value(wire.value()));
  for (const auto& segment : wire.path()) {
    if (!segment.has_key()) return fail(Reason::unsupported, "a path of metadata of a kind that is not known");
    match.path.push_back(segment.key());
  }
  if (is_about_tokens(wire)) match.path.erase(match.path.begin());
  if (match.path.empty()) return fail(Reason::unsupported, "a condition on a token as a whole");
  return match;
}

// No filter that is run here tells anything under other names: there is never a value, as in an Envoy without it.
Result<AccessCondition> compile_metadata(const MetadataMatcher& wire) {
  WEFT_TRY(auto match, compile_claim_match(wire));
  if (is_about_tokens(wire)) return AccessCondition(std::move(match));
  const bool holds = match.value.matches(nullptr) != match.inverted;
  return holds ? AccessCondition::always() : AccessCondition::negated(AccessCondition::always());
}

}  // namespace weft::decide
