// The log of the daemons: one line an event, on stderr, "time level part: text". Not for the request path: requests
// have the access log. Set up once by bin/; safe from any thread.
#pragma once

#include <string_view>

#include <spdlog/spdlog.h>

namespace weft {

namespace log = spdlog;

// Names the process in each line and sets the level: "debug", "info", "warning" or "error".
void start_log(std::string_view process, std::string_view level);

}  // namespace weft
