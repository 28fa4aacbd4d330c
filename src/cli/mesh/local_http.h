// HTTP over the Unix sockets of the state folder, as the CLI needs it: one request, one answer, blocking. Hides the
// reactor and the HTTP client.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"

namespace weft::cli {

// What to ask. A value; `longest` bounds the whole exchange.
struct LocalRequest {
  std::string method = "GET";
  std::string path = "/";
  std::string body = {};
  std::string content_type = "application/json";
  Duration longest = std::chrono::seconds(30);
};

// What came back, whatever its status.
struct LocalResponse {
  int status = 0;
  std::string body;
};

// Errors: not_found and refused when nobody listens there, timed_out, closed, malformed.
Result<LocalResponse> call(const Clock& clock, const std::filesystem::path& socket, const LocalRequest& request);

// Gives the lines of a 200 answer to `on_line` as they come, until the server ends the answer, `on_line` says stop, or
// request.longest has passed (timed_out). The answer to anything but 200 is returned whole.
enum class Follow : uint8_t { on, stop };
Result<LocalResponse> follow(const Clock& clock, const std::filesystem::path& socket, const LocalRequest& request,
                             const std::function<Follow(std::string_view line)>& on_line);

}  // namespace weft::cli
