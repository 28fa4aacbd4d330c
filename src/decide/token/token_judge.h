// TokenJudge: whether a request brings the tokens that it needs.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "decide/routing/request_head.h"
#include "decide/token/token_rules.h"
#include "decide/token/verified_tokens.h"
#include "jose/token_fault.h"

namespace weft::decide {

// A valid token and who believes it.
struct AcceptedToken {
  const TokenProvider* provider = nullptr;
  ClaimsPtr claims;
};

// What came of one request.
struct TokenVerdict {
  std::optional<jose::TokenFault> fault;    // nothing: it may pass
  std::span<const AcceptedToken> accepted;  // good until the judge's next verdict; empty: it is nobody's
};

// One shard's. Pure but for what it has verified before, which changes no verdict. Allocates for tokens that it has not
// seen, or that come in fields of one name.
class TokenJudge {
 public:
  // Every token that is found where one of the requirement's providers looks must be valid for one of them: a bad one
  // beside a good one is refused, and so are two different good ones where one is asked for, since nobody could say
  // whose request it is.
  TokenVerdict judge(const TokenRules& rules, const TokenRequirement& requirement, const RequestHead& request,
                     WallTime now);

 private:
  struct Case;  // one request's
  // One text at one provider.
  struct Finding {
    std::string_view token;
    std::optional<jose::TokenFault> fault;
    AcceptedToken accepted;
    const std::vector<std::string>* audiences = nullptr;  // that were asked for
  };

  std::optional<jose::TokenFault> weigh(const Case& asked, const TokenRequirement& requirement);
  std::optional<jose::TokenFault> weigh_provider(const Case& asked, const TokenRequirement& leaf);
  std::optional<jose::TokenFault> weigh_any(const Case& asked, const TokenRequirement& requirement);
  std::optional<jose::TokenFault> weigh_parts(const Case& asked, const TokenRequirement& requirement);
  std::optional<jose::TokenFault> weigh_all(const Case& asked, const TokenRequirement& requirement);
  Finding examine(const Case& asked, const TokenRequirement& leaf, std::string_view token);

  VerifiedTokens verified_;
  // Memory of one verdict, kept for the next.
  std::deque<std::string> joined_;
  std::vector<std::string_view> found_;
  std::vector<Finding> findings_;
  std::vector<AcceptedToken> accepted_;
};

}  // namespace weft::decide
