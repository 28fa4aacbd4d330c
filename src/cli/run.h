// The weft command from words to exit code.
#pragma once

#include <span>
#include <string>

#include "cli/session.h"

namespace weft::cli {

// What main() provides: where text goes, whether those are terminals (by which --color is applied), the surroundings.
struct Terminals {
  StreamFacts out;
  StreamFacts err;
};

// Parses the words (the program's name is not among them), runs the verb, prints its failure if it ends in one.
int run(std::span<const std::string> words, Screen& screen, const Terminals& terminals,
        const Surroundings& surroundings, const Clock& clock);

}  // namespace weft::cli
