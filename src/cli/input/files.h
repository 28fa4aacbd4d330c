// Files and folders read in ways that never throw: what vanishes while it is read (as processes do from /proc) is
// empty.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weft::cli {

// The bytes of a file from an offset on; nothing when it can't be opened or read.
std::optional<std::string> read_file(const std::filesystem::path& file, uintmax_t from = 0);

// What is in a folder, sorted; empty when it can't be read.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

}  // namespace weft::cli
