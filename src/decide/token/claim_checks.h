// Whether the claims of a token are what a provider accepts, now. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "decide/token/token_rules.h"
#include "jose/token.h"
#include "jose/token_fault.h"

namespace weft::decide {

// In Envoy's order: issuer, times, subject, audiences. `audiences` stands for the provider's own.
jose::Verified<> check_claims(const jose::RegisteredClaims& claims, const TokenProvider& provider,
                              const std::vector<std::string>& audiences, WallTime now);

}  // namespace weft::decide
