// How a Failure looks on stderr. Pure.
#pragma once

#include <string>

#include "cli/exit.h"
#include "cli/text/style.h"

namespace weft::cli {

// "✖ what", the details, and "  try: hint".
std::string render(const Failure& failure, const Style& style);

}  // namespace weft::cli
