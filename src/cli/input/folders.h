// Folders read in a way that never throws: what vanishes while it is read (as processes do from /proc) is empty.
#pragma once

#include <filesystem>
#include <vector>

namespace weft::cli {

// What is in a folder, sorted; empty when it can't be read.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

}  // namespace weft::cli
