#include "cli/mesh/failed_requests.h"

#include <algorithm>
#include <unordered_map>

#include "base/strings.h"
#include "cli/mesh/hop_order.h"

namespace weft::cli {
namespace {

using api::Json;

std::string string_in(const Json& failure, const char* name) {
  const auto found = failure.find(name);
  return found != failure.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int64_t number_in(const Json& failure, const char* name) {
  const auto found = failure.find(name);
  return found != failure.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

std::string file_and_line(const Json& failure) {
  std::string file = string_in(failure, "file");
  const int64_t line = number_in(failure, "line");
  return file.empty() || line == 0 ? file : file + ":" + std::to_string(line);
}

TriedEndpoint read_attempt(const Json& attempt) {
  TriedEndpoint tried{.endpoint = string_in(attempt, "endpoint"),
                      .trouble = string_in(attempt, "trouble"),
                      .flags = string_in(attempt, "flags"),
                      .status = static_cast<int>(number_in(attempt, "status")),
                      .lasted_ms = number_in(attempt, "duration_ms")};
  if (attempt.contains("idle_ms")) tried.idle_ms = number_in(attempt, "idle_ms");
  return tried;
}

std::vector<TriedEndpoint> read_attempts(const Json& failure) {
  std::vector<TriedEndpoint> attempts;
  const auto found = failure.find("tried");
  if (found == failure.end() || !found->is_array()) return attempts;
  for (const auto& attempt : *found) {
    if (attempt.is_object()) attempts.push_back(read_attempt(attempt));
  }
  return attempts;
}

FailedHop read_failure(const Json& failure, const std::string& pod) {
  FailedHop hop{.pod = pod,
                .started = WallTime(std::chrono::milliseconds(number_in(failure, "started_ms"))),
                .lasted = std::chrono::milliseconds(number_in(failure, "duration_ms")),
                .status = static_cast<int>(number_in(failure, "status")),
                .attempts = static_cast<int>(number_in(failure, "attempts")),
                .request_id = string_in(failure, "request_id"),
                .direction = string_in(failure, "direction"),
                .method = string_in(failure, "method"),
                .path = string_in(failure, "path"),
                .authority = string_in(failure, "authority"),
                .details = string_in(failure, "details"),
                .denial = string_in(failure, "denial"),
                .rule = string_in(failure, "rule"),
                .identity = string_in(failure, "identity"),
                .client = string_in(failure, "client"),
                .destination = string_in(failure, "destination"),
                .endpoint = string_in(failure, "endpoint"),
                .cluster = string_in(failure, "cluster"),
                .route = string_in(failure, "route"),
                .object = string_in(failure, "object"),
                .place = file_and_line(failure),
                .reason = string_in(failure, "reason"),
                .transport_failure = string_in(failure, "transport_failure"),
                .not_retried = string_in(failure, "not_retried"),
                .tried = read_attempts(failure)};
  const std::string flags = string_in(failure, "flags");
  for (const auto flag : split(flags, ',')) {
    if (!flag.empty()) hop.flags.emplace_back(flag);
  }
  return hop;
}

}  // namespace

bool FailedHop::has(std::string_view flag) const {
  return std::ranges::find(flags, flag) != flags.end();
}

std::vector<FailedHop> read_failures(const Json& page, const std::string& pod) {
  std::vector<FailedHop> hops;
  if (!page.is_object() || !page.contains("failures") || !page["failures"].is_array()) return hops;
  for (const auto& failure : page["failures"]) {
    if (failure.is_object()) hops.push_back(read_failure(failure, pod));
  }
  return hops;
}

size_t FailedRequest::culprit_at() const {
  for (size_t at = hops.size(); at > 0; --at) {
    if (!hops[at - 1].has("DC")) return at - 1;
  }
  return hops.size() - 1;
}

std::vector<FailedRequest> join_hops(std::vector<FailedHop> hops) {
  std::ranges::sort(hops, {}, &FailedHop::started);
  std::vector<FailedRequest> requests;
  std::unordered_map<std::string, size_t> known;  // by id, where the request is among them
  for (auto& hop : hops) {
    const bool is_new = hop.request_id.empty() || known.try_emplace(hop.request_id, requests.size()).second;
    auto& request = is_new ? requests.emplace_back() : requests[known.at(hop.request_id)];
    request.hops.push_back(std::move(hop));
  }
  for (auto& request : requests) request.hops = in_order_of_calls(std::move(request.hops));
  std::ranges::reverse(requests);
  return requests;
}

}  // namespace weft::cli
