#include "jose/algorithm.h"

#include <array>

namespace weft::jose {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 13> kNames = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                                                     "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512"};

}  // namespace

std::optional<Algorithm> algorithm_named(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Algorithm>(i);
  }
  return std::nullopt;
}

}  // namespace weft::jose
