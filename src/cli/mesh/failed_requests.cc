#include "cli/mesh/failed_requests.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/strings.h"

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

// Of two hops that began in the same millisecond the client's side comes first.
auto order_of(const FailedHop& hop) {
  return std::tuple(hop.started, hop.direction != "outbound");
}

// Two processes' clocks differ by a little: a server's side that seems to have begun just before the client's side of
// another pod is behind it.
void mend_order(std::vector<FailedHop>& hops) {
  constexpr auto kClocksDiffer = std::chrono::milliseconds(5);
  for (size_t at = 0; at + 1 < hops.size(); ++at) {
    FailedHop& one = hops[at];
    FailedHop& next = hops[at + 1];
    const bool is_turned = one.direction == "inbound" && next.direction == "outbound" && one.pod != next.pod;
    if (is_turned && next.started - one.started <= kClocksDiffer) std::swap(one, next);
  }
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

const FailedHop& FailedRequest::culprit() const {
  const auto furthest = std::find_if(hops.rbegin(), hops.rend(), [](const FailedHop& hop) { return !hop.has("DC"); });
  return furthest == hops.rend() ? hops.back() : *furthest;
}

std::vector<FailedRequest> join_hops(std::vector<FailedHop> hops) {
  std::ranges::sort(hops, {}, order_of);
  std::vector<FailedRequest> requests;
  std::unordered_map<std::string, size_t> known;  // by id, where the request is among them
  for (auto& hop : hops) {
    const bool is_new = hop.request_id.empty() || known.try_emplace(hop.request_id, requests.size()).second;
    auto& request = is_new ? requests.emplace_back() : requests[known.at(hop.request_id)];
    request.hops.push_back(std::move(hop));
  }
  for (auto& request : requests) mend_order(request.hops);
  std::ranges::reverse(requests);
  return requests;
}

}  // namespace weft::cli
