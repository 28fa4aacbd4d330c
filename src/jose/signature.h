// One signature of one algorithm, checked with one key.
#pragma once

#include <string_view>

#include "jose/algorithm.h"
#include "jose/key.h"

namespace weft::jose {

// False for anything but a right signature of exactly the algorithm's form. The key allows the algorithm.
bool is_signed(std::string_view text, std::string_view signature, Algorithm algorithm, const Key& key);

}  // namespace weft::jose
