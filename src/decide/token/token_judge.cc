#include "decide/token/token_judge.h"

#include <algorithm>
#include <utility>

#include "decide/token/claim_checks.h"
#include "decide/token/found_tokens.h"

namespace weft::decide {

using jose::TokenFault;
using Fault = std::optional<TokenFault>;

struct TokenJudge::Case {
  const TokenRules& rules;
  const RequestHead& request;
  WallTime now;
};

namespace {

// Of what several providers say about one token: a provider whose token it is knows more than one who has never heard
// of the issuer.
bool tells_more(TokenFault fault, Fault than) {
  if (!than) return true;
  const auto rank = [](TokenFault what) {
    return what == TokenFault::missing ? 0 : what == TokenFault::unknown_issuer ? 1 : 2;
  };
  return rank(fault) > rank(*than);
}

const std::vector<std::string>& audiences_of(const TokenRequirement& leaf, const TokenProvider& provider) {
  return leaf.audiences ? *leaf.audiences : provider.audiences;
}

}  // namespace

TokenVerdict TokenJudge::judge(const TokenRules& rules, const TokenRequirement& requirement, const RequestHead& request,
                               WallTime now) {
  joined_.clear();
  findings_.clear();
  accepted_.clear();
  const Fault fault = weigh(Case{rules, request, now}, requirement);
  if (fault) return {fault, {}};
  for (Finding& finding : findings_) {
    const TokenProvider* provider = finding.accepted.provider;
    const bool is_new = std::ranges::find(accepted_, provider, &AcceptedToken::provider) == accepted_.end();
    if (!finding.fault && is_new) accepted_.push_back(std::move(finding.accepted));
  }
  return {std::nullopt, accepted_};
}

Fault TokenJudge::weigh(const Case& asked, const TokenRequirement& requirement) {
  switch (requirement.kind) {
    case TokenRequirement::Kind::provider:
      return weigh_provider(asked, requirement);
    case TokenRequirement::Kind::any:
      return weigh_any(asked, requirement);
    case TokenRequirement::Kind::all:
      return weigh_all(asked, requirement);
  }
  return TokenFault::missing;
}

Fault TokenJudge::weigh_provider(const Case& asked, const TokenRequirement& leaf) {
  found_.clear();
  find_tokens(asked.rules.providers[leaf.provider], asked.request, joined_, found_);
  if (found_.empty()) return TokenFault::missing;
  Fault fault;
  for (const std::string_view token : found_) {
    Finding& finding = findings_.emplace_back(examine(asked, leaf, token));
    if (finding.fault && tells_more(*finding.fault, fault)) fault = finding.fault;
  }
  if (!fault && found_.size() > 1) return TokenFault::several;
  return fault;
}

Fault TokenJudge::weigh_any(const Case& asked, const TokenRequirement& requirement) {
  const size_t begin = findings_.size();
  const Fault fault = weigh_parts(asked, requirement);
  if (!fault) return fault;
  if (requirement.allows_failed) {
    findings_.resize(begin);  // as if it had brought none
    return std::nullopt;
  }
  return *fault == TokenFault::missing && requirement.allows_missing ? std::nullopt : fault;
}

// Some part must be met, and no token be left that nobody believes.
Fault TokenJudge::weigh_parts(const Case& asked, const TokenRequirement& requirement) {
  const size_t begin = findings_.size();
  Fault fault;
  bool is_met = false;
  for (const TokenRequirement& part : requirement.parts) {
    const Fault wrong = weigh(asked, part);
    is_met = is_met || !wrong;
    if (wrong == TokenFault::several) return wrong;
    if (wrong && tells_more(*wrong, fault)) fault = wrong;
  }
  const std::span<const Finding> findings = std::span(findings_).subspan(begin);
  std::string_view valid;
  for (const Finding& finding : findings) {
    if (finding.fault) continue;
    if (!valid.empty() && finding.token != valid) return TokenFault::several;
    valid = finding.token;
  }
  // What one provider does not believe may be another one's token.
  const bool has_bad_one =
      std::ranges::any_of(findings, [&](const Finding& finding) { return finding.fault && finding.token != valid; });
  if (is_met && !has_bad_one) return std::nullopt;
  return fault.value_or(TokenFault::missing);
}

Fault TokenJudge::weigh_all(const Case& asked, const TokenRequirement& requirement) {
  for (const TokenRequirement& part : requirement.parts) {
    if (const Fault wrong = weigh(asked, part)) return wrong;
  }
  return std::nullopt;
}

TokenJudge::Finding TokenJudge::examine(const Case& asked, const TokenRequirement& leaf, std::string_view text) {
  const TokenProvider& provider = asked.rules.providers[leaf.provider];
  const auto& audiences = audiences_of(leaf, provider);
  // Requirements may name a provider more than once; its answer stays the same.
  for (const Finding& earlier : findings_) {
    const bool is_same = earlier.accepted.provider == &provider && earlier.token == text;
    if (is_same && earlier.audiences == &audiences) return earlier;
  }
  Finding finding{.token = text, .accepted = {.provider = &provider}, .audiences = &audiences};
  if (auto known = verified_.find(text, provider.digest)) {
    const auto acceptable = check_claims(known->registered(), provider, audiences, asked.now);
    if (!acceptable) finding.fault = acceptable.error();
    finding.accepted.claims = std::move(known);
    return finding;
  }
  auto token = jose::Token::parse(text);
  const auto acceptable = token ? check_claims(token->claims(), provider, audiences, asked.now)
                                : jose::Verified<>(std::unexpected(token.error()));
  const auto verified = acceptable ? provider.keys.verify(*token) : acceptable;
  if (!verified) {
    finding.fault = verified.error();
    return finding;
  }
  finding.accepted.claims = std::make_shared<const Claims>(*std::move(token), provider.space_delimited);
  verified_.put(text, provider.digest, finding.accepted.claims);
  return finding;
}

}  // namespace weft::decide
