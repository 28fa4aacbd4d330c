#include "decide/token/claim_checks.h"

#include <algorithm>

namespace weft::decide {
namespace {

using jose::TokenFault;
using jose::Verified;

// Seconds since 1970, with their fraction: claims have one, too.
double seconds(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}
double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

Verified<> check_times(const jose::RegisteredClaims& claims, const TokenProvider& provider, WallTime now) {
  const double leeway = seconds(provider.leeway);
  if (claims.begins && *claims.begins > seconds(now) + leeway) return std::unexpected(TokenFault::too_early);
  if (!claims.expires) {
    const bool is_needed = provider.needs_expiry || provider.lifetime_max;
    return is_needed ? Verified<>(std::unexpected(TokenFault::no_expiry)) : Verified<>();
  }
  if (*claims.expires + leeway < seconds(now)) return std::unexpected(TokenFault::expired);
  // From when it counts, as far as the token says so; else from now.
  const double begin = claims.issued ? *claims.issued : claims.begins ? *claims.begins : seconds(now);
  if (provider.lifetime_max && *claims.expires - begin > seconds(*provider.lifetime_max))
    return std::unexpected(TokenFault::too_long_lived);
  return {};
}

bool has_audience(const jose::RegisteredClaims& claims, const std::vector<std::string>& audiences) {
  if (audiences.empty()) return true;
  return std::ranges::any_of(claims.audiences, [&](const std::string& audience) {
    return std::ranges::find(audiences, plain_audience(audience)) != audiences.end();
  });
}

}  // namespace

Verified<> check_claims(const jose::RegisteredClaims& claims, const TokenProvider& provider,
                        const std::vector<std::string>& audiences, WallTime now) {
  if (!provider.issuer.empty() && claims.issuer != provider.issuer) return std::unexpected(TokenFault::unknown_issuer);
  if (auto timely = check_times(claims, provider, now); !timely) return timely;
  if (provider.subject && !provider.subject->matches(claims.subject))
    return std::unexpected(TokenFault::unknown_subject);
  if (!has_audience(claims, audiences)) return std::unexpected(TokenFault::unknown_audience);
  return {};
}

}  // namespace weft::decide
