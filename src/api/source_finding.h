// Findings about a text as such, before there is any object.
#pragma once

#include <string>

#include "api/finding.h"
#include "api/tree.h"

namespace weft::api {

// An error at a place of a file, quoting the line.
Finding source_finding(const SourceFile& source, Position at, Code code, std::string message, std::string hint = {},
                       uint32_t width = 1);

// The line to quote: cut to what fits a screen.
std::string quoted_line(const SourceFile& source, uint32_t line);

}  // namespace weft::api
