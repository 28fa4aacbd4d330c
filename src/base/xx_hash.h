// XXH64 (Yann Collet, BSD): a fast hash whose values are the same in every process, build and machine, so that proxies
// agree on where a key goes. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace weft {

uint64_t xx_hash(std::string_view bytes, uint64_t seed = 0);

}  // namespace weft
