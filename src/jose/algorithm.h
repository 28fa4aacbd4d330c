// The signature algorithms of RFC 7518 section 3 and RFC 8037 that are accepted. "none" is not among them: it has no
// value here that code could take for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weft::jose {

enum class Algorithm : uint8_t {
  rs256,
  rs384,
  rs512,
  ps256,
  ps384,
  ps512,
  es256,
  es384,
  es512,
  eddsa,
  hs256,
  hs384,
  hs512
};

// By its exact name: "ES256". Nothing for all others, in whatever case.
std::optional<Algorithm> algorithm_named(std::string_view name);

}  // namespace weft::jose
